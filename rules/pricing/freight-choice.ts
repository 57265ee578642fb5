import type { Choose, Layer } from '#rules/pricing/basket.ts'
import { chooseAndApply, type Chosen } from '#rules/pricing/choice/choose.ts'
import { applyFreight } from '#rules/pricing/freight-layer.ts'
import { isChosen } from '#rules/pricing/layers.ts'
import type { Matched } from '#rules/pricing/offer-index.ts'
import type { LayerReport, NotApplied, QuotedFreight } from '#rules/pricing/quote.ts'
import type { Told } from '#rules/pricing/report.ts'
import { sumOver, type Sheet } from '#rules/pricing/sheet.ts'

/** A sheet after everything: what was chosen of what the buyer holds, and its freight. */
export type Finished = {
  readonly sheet: Sheet
  readonly told: Told
  readonly chosen: Chosen
  readonly freight: readonly QuotedFreight[]
  /** Absent: there is no layer of freight. */
  readonly report?: LayerReport
}

/** How many choices are tried for the sake of freight before the best found is taken (PR-13). */
export const mostTrials = 64

/**
 * Chooses what the buyer uses and takes freight offers off (PR-13). What is best for the goods may take
 * freight offers below their threshold: then choices without some of it, or with more, are tried, as long
 * as what they cost could still be won back on freight.
 */
export function chooseWithFreight(
  sheet: Sheet,
  layers: readonly Layer[],
  offers: readonly Matched[],
  told: Told,
): Finished {
  if (!maySuffer(sheet, layers, offers)) return finish(sheet, layers, offers, told)

  const first = tryWith(sheet, layers, offers, told, { pin: [], without: [] })
  const leastFen = leastFreight(sheet, layers, offers, told)
  if (first.freightFen <= leastFen) return first.finished
  const { best, isProved } = searchFrom(first, leastFen, (aside) =>
    tryWith(sheet, layers, offers, told, aside),
  )
  const { finished } = best
  return { ...finished, chosen: { ...finished.chosen, optimal: isProved } }
}

/** Whether what is chosen is tested against thresholds of freight after it: not if the buyer chose. */
function maySuffer(sheet: Sheet, layers: readonly Layer[], offers: readonly Matched[]): boolean {
  const { basket, policy } = sheet
  if (offers.length === 0 || policy.threshold === 'parallel') return false
  if (basket.choose.kind === 'own' || basket.freight.length === 0) return false
  if (!layers.slice(0, layers.indexOf('freight')).some(isChosen)) return false
  return offers.some(({ offer }) => (offer.threshold ?? 0) > 0)
}

function finish(
  sheet: Sheet,
  layers: readonly Layer[],
  offers: readonly Matched[],
  told: Told,
): Finished {
  const chosen = chooseAndApply(sheet, layers.filter(isChosen))
  const freight = freightOf(sheet, layers, offers, told)
  if (freight.report === undefined)
    return { sheet, told: freight.told, chosen, freight: freight.freight }
  return { sheet, chosen, ...freight }
}

/** Freight by its layer, or as it is charged. */
function freightOf(
  sheet: Sheet,
  layers: readonly Layer[],
  offers: readonly Matched[],
  told: Told,
): Pick<Finished, 'told' | 'freight' | 'report'> {
  if (!layers.includes('freight')) {
    const freight = sheet.basket.freight.map(({ shop, amount }) => {
      return { shop, amountFen: amount, payFen: amount, shares: [] }
    })
    return { told, freight }
  }
  const { gifts, missing, offers: used } = told
  const inLayer = { applied: [], gifts, missing: [...missing], offers: [...used] }
  return { told: inLayer, ...applyFreight(sheet, offers, amountsBefore(sheet, layers), inLayer) }
}

/** What freight thresholds read: the item level, or what was left before the layers after freight. */
function amountsBefore(sheet: Sheet, layers: readonly Layer[]): readonly number[] {
  if (sheet.policy.threshold === 'parallel') return sheet.item
  const after = layers.slice(layers.indexOf('freight') + 1)
  if (after.length === 0) return sheet.left
  return sheet.left.map((left, at) => {
    const later = sheet.shares[at]!.filter((share) => after.includes(share.layer))
    return later.reduce((sum, share) => sum + share.offFen, left)
  })
}

/** What is kept out besides what the buyer keeps out, and what is pinned besides. */
type Aside = { readonly pin: readonly string[]; readonly without: readonly string[] }

type Trial = {
  readonly aside: Aside
  readonly finished: Finished
  readonly goodsFen: number
  readonly freightFen: number
  readonly ids: readonly string[]
}

function tryWith(
  sheet: Sheet,
  layers: readonly Layer[],
  offers: readonly Matched[],
  told: Told,
  aside: Aside,
): Trial {
  const { basket } = sheet
  const given = givenIn(basket.choose)
  const choose = {
    kind: 'guided',
    pin: [...given.pin, ...aside.pin],
    without: [...given.without, ...aside.without],
  } as const
  const isFirst = aside.pin.length === 0 && aside.without.length === 0
  const own = copyOf(sheet, isFirst ? basket.choose : choose)
  const finished = finish(own, layers, offers, told)
  tellNotBest(own.notApplied, aside.without)
  return {
    aside,
    finished,
    goodsFen: sumOver(own.left, own.all),
    freightFen: payOf(finished.freight),
    ids: idsOf(finished.chosen),
  }
}

/** What the buyer pins and keeps out himself. */
function givenIn(choose: Choose): Aside {
  return choose.kind === 'guided' ? choose : { pin: [], without: [] }
}

function copyOf(sheet: Sheet, choose: Choose): Sheet {
  return {
    ...sheet,
    basket: { ...sheet.basket, choose },
    left: [...sheet.left],
    shares: sheet.shares.map((shares) => [...shares]),
    notApplied: [...sheet.notApplied],
  }
}

/** What was kept out here was not kept out by the buyer: it was weighed. */
function tellNotBest(notApplied: NotApplied[], ids: readonly string[]): void {
  for (const [at, entry] of notApplied.entries()) {
    if (entry.refusal !== 'pricing/not-chosen' || !ids.includes(entry.id)) continue
    notApplied[at] = { ...entry, refusal: 'pricing/not-best' }
  }
}

function idsOf({ used }: Chosen): readonly string[] {
  const ids = [...used.coupons, ...Object.keys(used.redEnvelopesFen)]
  if (used.allowanceFen > 0) ids.push('allowance')
  if (used.points > 0) ids.push('points')
  return ids.sort()
}

/**
 * The least that freight could come to. More of the goods' worth left to pay never costs more freight,
 * unless an offer that is worth less is preferred, closes others, or has a budget.
 */
function leastFreight(
  sheet: Sheet,
  layers: readonly Layer[],
  offers: readonly Matched[],
  told: Told,
): number {
  const [first] = offers
  const isPlain = offers.every(({ offer }) => {
    const { priority, exclusive, limit } = offer
    return priority === first?.offer.priority && !exclusive && limit?.budget === undefined
  })
  if (!isPlain) return 0
  const untouched = copyOf(sheet, sheet.basket.choose)
  return payOf(freightOf(untouched, layers, offers, told).freight)
}

function payOf(freight: readonly QuotedFreight[]): number {
  return freight.reduce((sum, { payFen }) => sum + payFen, 0)
}

/**
 * Every other choice goes without something that a choice uses, or uses something besides that was
 * weighed and left. Each such part of them is tried for its least goods, the cheapest first, until none
 * can come below the best even with the least freight.
 */
function searchFrom(
  first: Trial,
  leastFen: number,
  attempt: (aside: Aside) => Trial,
): { readonly best: Trial; readonly isProved: boolean } {
  const open = [first]
  const seen = new Set<string>()
  let best = first
  let isProved = first.finished.chosen.optimal
  for (;;) {
    open.sort((a, b) => b.goodsFen - a.goodsFen)
    const next = open.pop()
    if (next === undefined || next.goodsFen + leastFen > totalOf(best)) return { best, isProved }
    for (const aside of asidesOf(next)) {
      const key = JSON.stringify(aside)
      if (seen.has(key)) continue
      if (seen.size >= mostTrials) return { best, isProved: false }
      seen.add(key)
      const trial = attempt(aside)
      isProved &&= trial.finished.chosen.optimal
      if (isBetter(trial, best)) best = trial
      open.push(trial)
    }
  }
}

function asidesOf({ aside, ids, finished }: Trial): readonly Aside[] {
  const { pin, without } = aside
  const more: Aside[] = []
  const { pin: given } = givenIn(finished.sheet.basket.choose)
  for (const id of ids) {
    if (!given.includes(id)) more.push({ pin, without: [...without, id].sort() })
  }
  for (const { id, refusal } of finished.sheet.notApplied) {
    if (refusal !== 'pricing/not-best' || without.includes(id) || pin.includes(id)) continue
    more.push({ pin: [...pin, id].sort(), without })
  }
  return more
}

function totalOf({ goodsFen, freightFen }: Trial): number {
  return goodsFen + freightFen
}

/** Less to pay, then fewer instruments, then the one that uses the first id that not both use (PC-17). */
function isBetter(a: Trial, b: Trial): boolean {
  const totals = totalOf(a) - totalOf(b)
  if (totals !== 0) return totals < 0
  if (a.ids.length !== b.ids.length) return a.ids.length < b.ids.length
  const at = a.ids.findIndex((id, place) => id !== b.ids[place])
  return at !== -1 && a.ids[at]! < b.ids[at]!
}
