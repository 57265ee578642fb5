import { asFen } from '#rules/money/fen.ts'
import type { Effect, Offer } from '#rules/pricing/basket.ts'
import { isContender, tryOffer } from '#rules/pricing/contest.ts'
import { offOf } from '#rules/pricing/effects/joint-effects.ts'
import { countOf, wholes } from '#rules/pricing/effects/units.ts'
import { percentOf } from '#rules/pricing/effects/unit-effects.ts'
import { leftOfCap } from '#rules/pricing/member-cap.ts'
import type { PricingRefusal } from '#rules/pricing/quote.ts'
import type { Told } from '#rules/pricing/report.ts'
import { sumOver, type Sheet } from '#rules/pricing/sheet.ts'

/** An offer that was tried on some lines, and why it took nothing off if it did not. */
export type Tried = {
  readonly offer: Offer
  readonly lines: readonly number[]
  readonly short: { readonly refusal: PricingRefusal } | undefined
}

/** What the next step of an offer needs, and what it would take off in all. */
type Next = { readonly offFen: number } & (
  { readonly addFen: number } | { readonly addUnits: number }
)

/**
 * What more in the basket would save more (PR-15): the next step of each offer against what its lines
 * have now, unless an offer of higher priority holds them. `before`: what was left when the layer began.
 */
export function missingOf(
  sheet: Sheet,
  layer: 'item' | 'shop',
  tried: readonly Tried[],
  before: readonly number[],
  closerOf: (line: number) => Offer | undefined,
  told: Told,
): void {
  for (const { offer, lines, short } of tried) {
    if (isSpent(short) || isHeld(offer, lines, closerOf)) continue
    const next = nextOf(sheet, layer, withoutCap(offer), lines, before)
    if (next === undefined) continue
    const { offFen, ...add } = next
    const takenFen = sumOver(before, lines) - sumOver(sheet.left, lines)
    const savesFen = savingOf(sheet, offer, offFen, takenFen, closerOf(lines[0]!) === offer)
    const shop = shopOf(sheet, lines)
    if (savesFen > 0) {
      told.missing.push({ id: offer.id, ...(shop === undefined ? {} : { shop }), ...add, savesFen })
    }
  }
}

function isSpent(short: Tried['short']): boolean {
  return (
    short?.refusal === 'pricing/budget-spent' || short?.refusal === 'pricing/member-cap-reached'
  )
}

/** The next step is reckoned as if there were no cap; what it saves is at most what is left of it. */
function withoutCap(offer: Offer): Offer {
  if (offer.memberCap === undefined) return offer
  const { memberCap: _, ...free } = offer
  return free
}

function savingOf(
  sheet: Sheet,
  { id, memberCap }: Offer,
  offFen: number,
  takenFen: number,
  isTakenByIt: boolean,
): number {
  if (memberCap === undefined) return offFen - takenFen
  const leftFen = leftOfCap(sheet, id, memberCap)
  if (isTakenByIt) return Math.min(offFen - takenFen, leftFen)
  return Math.min(offFen, leftFen) - takenFen
}

/** Whether an offer that took something off could still take more: it has steps. */
export function hasSteps({ type }: Effect): boolean {
  return type === 'thresholdOff' || type === 'everyXMinusY' || type === 'tieredByQuantity'
}

/** Whether an offer that took something off a base has a step above it: thresholds come to an end. */
export function hasNextStep(effect: Effect, baseFen: number): boolean {
  if (effect.type === 'thresholdOff') return effect.steps.at(-1)!.from > baseFen
  return hasSteps(effect)
}

/** The shop, where all lines are of one. */
function shopOf({ shops, shopOf }: Sheet, lines: readonly number[]): string | undefined {
  const first = shopOf[lines[0]!]!
  return lines.every((line) => shopOf[line] === first) ? shops[first] : undefined
}

/** Whether an offer of higher priority holds one of the lines: no step ever beats it. */
function isHeld(
  offer: Offer,
  lines: readonly number[],
  closerOf: (line: number) => Offer | undefined,
): boolean {
  for (const line of lines) {
    const closer = closerOf(line)
    if (closer !== undefined && closer.priority > offer.priority) return true
  }
  return false
}

function nextOf(
  sheet: Sheet,
  layer: 'item' | 'shop',
  offer: Offer,
  lines: readonly number[],
  before: readonly number[],
): Next | undefined {
  const isParallel = layer === 'shop' && sheet.policy.threshold === 'parallel'
  const baseFen = sumOver(isParallel ? sheet.item : before, lines)
  const { threshold = 0, effect } = offer
  const needed = readsUnits(offer) ? unitsNeeded(offer, countOf(sheet, lines)) : 0
  if (needed > 0) {
    if (baseFen < threshold) return undefined
    return withMoreUnits({ ...sheet, left: [...before] }, layer, offer, lines, needed)
  }
  const atFen = nextBase(effect, baseFen, threshold)
  if (atFen === undefined) return undefined
  const offFen =
    offAt(effect, atFen) ?? offNow({ ...sheet, left: [...before] }, layer, offer, lines)
  return { addFen: atFen - baseFen, offFen: Math.min(offFen, offer.maxOff ?? offFen) }
}

/** Whether units can be what is missing: money is, for most offers that have steps. */
function readsUnits({ minUnits, effect }: Offer): boolean {
  return (
    minUnits !== undefined || (effect.type !== 'thresholdOff' && effect.type !== 'everyXMinusY')
  )
}

/** Units to the offer's condition, or to the next step of its effect; 0: units are not what is missing. */
function unitsNeeded({ minUnits = 0, effect }: Offer, units: number): number {
  if (units < minUnits) return minUnits - units
  switch (effect.type) {
    case 'tieredByQuantity': {
      const step = effect.steps.find((each) => each.from > units)
      return step === undefined ? 0 : step.from - units
    }
    case 'nthUnit':
      return Math.max(0, effect.n - units)
    case 'perGroup':
      return Math.max(0, effect.units - units)
    case 'buyXGetY':
      if (effect.getTarget !== undefined) return Math.max(0, effect.buy - units)
      return Math.max(0, effect.buy + 1 - units)
    default:
      return 0
  }
}

/** The least base above this one on which the offer takes more off. */
function nextBase(effect: Effect, baseFen: number, threshold: number): number | undefined {
  const least = Math.max(baseFen, threshold)
  if (effect.type === 'thresholdOff') {
    const { steps } = effect
    if (baseFen < threshold && steps[0]!.from <= least) return threshold
    // The steps are in the order of where they begin.
    for (const { from } of steps) if (from > least) return from
    return undefined
  }
  if (effect.type === 'everyXMinusY') {
    if (baseFen < threshold || baseFen < effect.every) return Math.max(least, effect.every)
    // It goes on for ever: the next time is told where something counts toward it already.
    const over = baseFen % effect.every
    return over === 0 ? undefined : baseFen - over + effect.every
  }
  return baseFen < threshold ? threshold : undefined
}

/** What an effect takes off at a base; `undefined` where the goods themselves have to tell. */
function offAt(effect: Effect, atFen: number): number | undefined {
  switch (effect.type) {
    case 'thresholdOff': {
      const step = effect.steps.findLast((each) => each.from <= atFen)
      const off = step === undefined ? 0 : offOf(step, atFen)
      return Math.min(off, effect.cap ?? off)
    }
    case 'everyXMinusY': {
      const off = Math.min(atFen, wholes(atFen, effect.every) * effect.off)
      return Math.min(off, effect.cap ?? off)
    }
    case 'amountOffTotal':
      return Math.min(effect.off, atFen)
    case 'fixedTotal':
      return Math.max(0, atFen - effect.price)
    case 'percentOff': {
      if (effect.maxUnits !== undefined || effect.base === 'balance') return undefined
      const off = percentOf(atFen, effect.percent, effect.roundTo)
      return Math.min(off, effect.cap ?? off)
    }
    default:
      return undefined
  }
}

/** What an offer would take off what is there, if its threshold were reached. */
function offNow(
  sheet: Sheet,
  layer: 'item' | 'shop',
  offer: Offer,
  lines: readonly number[],
): number {
  const reached = { ...offer, threshold: asFen(0) }
  const tried = tryOffer(sheet, reached, lines, { layer, isOpen: () => true })
  return isContender(tried) ? tried.reduction.offFen : 0
}

/** The offer on as many units more of the line whose units are cheapest. */
function withMoreUnits(
  sheet: Sheet,
  layer: 'item' | 'shop',
  offer: Offer,
  lines: readonly number[],
  addUnits: number,
): Next | undefined {
  const { basket } = sheet
  const perUnit = (amounts: readonly number[], line: number): number => {
    return wholes(amounts[line]!, basket.lines[line]!.quantity)
  }
  const cheapest = lines.reduce((best, line) => {
    return perUnit(sheet.left, line) < perUnit(sheet.left, best) ? line : best
  })
  const grown = (amounts: readonly number[]): number[] => {
    return amounts.with(cheapest, amounts[cheapest]! + perUnit(amounts, cheapest) * addUnits)
  }
  const line = basket.lines[cheapest]!
  const more: Sheet = {
    ...sheet,
    basket: {
      ...basket,
      lines: basket.lines.with(cheapest, { ...line, quantity: line.quantity + addUnits }),
    },
    left: grown(sheet.left),
    item: grown(sheet.item),
    floor: grown(sheet.floor),
  }
  const tried = tryOffer(more, offer, lines, { layer, isOpen: () => true })
  return isContender(tried) ? { addUnits, offFen: tried.reduction.offFen } : undefined
}
