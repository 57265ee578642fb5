import type { Layer } from '#rules/pricing/basket.ts'
import { type Best, bestByModel } from '#rules/pricing/choice/best.ts'
import { type Holdings, holdingsOf } from '#rules/pricing/choice/holdings.ts'
import { type Choosing, choosingOf, isCouponFirst, isHeld } from '#rules/pricing/choice/modes.ts'
import { ownSelection } from '#rules/pricing/choice/own.ts'
import { tellMissing, tellUnused } from '#rules/pricing/choice/reasons.ts'
import { type Run, runLayers, worthOfPoints } from '#rules/pricing/choice/run.ts'
import type { Selection } from '#rules/pricing/choice/selection.ts'
import { openTelling, type Telling } from '#rules/pricing/choice/telling.ts'
import { tryAll } from '#rules/pricing/choice/tries.ts'
import { isChosen } from '#rules/pricing/layers.ts'
import type { LayerReport, Missing } from '#rules/pricing/quote.ts'
import { type Sheet, sumOver } from '#rules/pricing/sheet.ts'

/** What was used of all that the member holds, and what is to be told of the rest. */
export type Chosen = {
  /** Whether it is proved that no other choice leaves less to pay (PC-16). */
  readonly optimal: boolean
  /** Of each layer, in the order given. */
  readonly reports: readonly LayerReport[]
  readonly used: {
    readonly coupons: readonly string[]
    readonly allowanceFen: number
    readonly redEnvelopesFen: Readonly<Record<string, number>>
    readonly points: number
  }
  readonly missing: readonly Missing[]
  /** How many choices were looked at: the work that the budget counts. */
  readonly nodes: number
}

/**
 * Work before the search stops with the best found: sums of choices, and trials of the layers
 * (PC-16).
 */
export const mostNodes = 200_000

/**
 * Decides which coupons, envelopes, allowance and points are used, and applies them to the sheet in
 * the order of `layers`, those of the policy that come after the offers. The buyer's own choice is
 * used as far as it can be (PC-10); else the combination with the least to pay (PC-16, PC-17).
 */
export function chooseAndApply(
  sheet: Sheet,
  layers: readonly Layer[],
  budget: number = mostNodes,
): Chosen {
  const held = holdingsOf(sheet, layers)
  if (sheet.basket.choose.kind === 'own') {
    const { telling } = applyFor(sheet, layers, held, ownSelection(sheet, layers, held))
    return chosenOf(sheet, held, telling, true, 0)
  }

  const before = sheet.left.slice()
  if (isWithoutConflict(sheet, layers, held)) {
    const { run, telling } = applyFor(sheet, layers, held, held)
    if (isPlainlyBest(sheet, held, run, telling)) return chosenOf(sheet, held, telling, true, 0)
    undo(sheet, before)
  }

  const choosing = choosingOf(sheet, layers, held)
  const best = bestByModel(choosing, budget)
  const applied = applyFor(sheet, layers, held, best.selection)
  if (keepsPromise(choosing, applied, best)) {
    return chosenOf(sheet, held, applied.telling, best.isProved, best.nodes)
  }

  undo(sheet, before)
  const tried = tryAll(choosing, best.selection, budget)
  const { telling } = applyFor(sheet, layers, held, tried.selection)
  return chosenOf(sheet, held, telling, tried.isProved, best.nodes + tried.nodes)
}

/**
 * Whether nothing held gets in the way of anything else, but for what coupons take off the steps'
 * lines.
 */
function isWithoutConflict(sheet: Sheet, layers: readonly Layer[], held: Holdings): boolean {
  const { choose } = sheet.basket
  if (choose.kind === 'guided' && choose.pin.length > 0) return false
  if (held.points > 0 || !isCouponFirst(layers, held)) return false
  if (layers.indexOf('redEnvelope') < layers.indexOf('allowance') && held.envelopes.length > 0) {
    return false
  }
  const taken = Array<boolean>(sheet.shops.length)
  for (const { layer, shops } of held.tickets) {
    if (layer !== 'coupon') return false
    for (const shop of shops) {
      if (taken[shop] === true) return false
      taken[shop] = true
    }
  }
  return true
}

/**
 * Whether using everything is best without a search: all of it was used, nothing was cut, and no
 * step is so near that a coupon given up could gain it: giving up costs at least what it takes off
 * the step's lines.
 */
function isPlainlyBest(sheet: Sheet, held: Holdings, run: Run, telling: Telling): boolean {
  const allowance = telling.allowanceFen > 0 ? 1 : 0
  if (run.ids.length !== held.tickets.length + held.envelopes.length + allowance) return false
  if (telling.isCut) return false
  if (!telling.isNearStep || telling.allowanceFen === held.walletFen) return true
  return sheet.policy.threshold === 'parallel' || held.tickets.length === 0
}

type Applied = { readonly run: Run; readonly telling: Telling }

function applyFor(
  sheet: Sheet,
  layers: readonly Layer[],
  held: Holdings,
  selection: Selection,
): Applied {
  const telling = openTelling(sheet, held.tickets)
  return { run: runLayers(sheet, layers, held.pools, selection, telling), telling }
}

/** Whether the layers gave what the model promised, with everything that is pinned. */
function keepsPromise(choosing: Choosing, applied: Applied, best: Best): boolean {
  const { pinned, held } = choosing
  const { run, telling } = applied
  const lost = choosing.pointsFen - telling.pointsFen
  if (run.offFen !== best.offFen - lost || run.ids.length !== best.count) return false
  if (lost > 0 && !isPointsBest(choosing, telling)) return false
  return pinned.every((id) => run.ids.includes(id) || !isHeld(held, id))
}

/**
 * Where the policy lets points pay less than are held, because too little is left: whether a fen
 * more left to pay would not be paid by points, so that whatever takes less off before leaves more
 * to pay.
 */
function isPointsBest({ sheet, layers, held }: Choosing, { pointsFen }: Telling): boolean {
  const { pay } = sheet.policy.points
  if (pay === null || layers.at(-1) !== 'points' || pointsFen === 0) return false
  if (100 * (pay.multipleOf ?? 1) > pay.perYuan) return false
  const left = sumOver(sheet.left, sheet.all) + pointsFen
  return (
    worthOfPoints(pay, held.points, left, left).offFen === pointsFen &&
    worthOfPoints(pay, held.points, left + 1, left + 1).offFen === pointsFen
  )
}

/** Back to what was left before: the shares of what is chosen are the last of each line. */
function undo(sheet: Sheet, left: readonly number[]): void {
  for (let at = 0; at < left.length; at += 1) {
    sheet.left[at] = left[at]!
    const shares = sheet.shares[at]!
    while (shares.length > 0 && isChosen(shares.at(-1)!.layer)) shares.pop()
  }
}

function chosenOf(
  sheet: Sheet,
  held: Holdings,
  telling: Telling,
  optimal: boolean,
  nodes: number,
): Chosen {
  sheet.notApplied.push(...telling.notApplied)
  tellUnused(sheet, held, telling)
  tellMissing(sheet, telling)
  const { allowanceFen, envelopesFen, points, reports, missing } = telling
  const coupons = inOrderOfIds(telling.taken.map(({ id }) => id))
  const used = { coupons, allowanceFen, redEnvelopesFen: envelopesFen, points }
  return { optimal, reports, used, missing, nodes }
}

/** Coupons are applied by their ids where nothing else tells: then they need no sorting. */
function inOrderOfIds(ids: string[]): string[] {
  for (let at = 1; at < ids.length; at += 1) if (ids[at - 1]! > ids[at]!) return ids.sort()
  return ids
}
