import { asFen, type Fen } from '#rules/money/fen.ts'
import { mulDiv } from '#rules/money/mul-div.ts'
import { wholePpm } from '#rules/money/rate.ts'
import type { Window } from '#rules/pricing/basket.ts'
import { components, type Component, type PricePolicy } from '#rules/prices/policy.ts'

/** What comes off a deal, by component, of all its units together. */
export type Reductions = { readonly [Name in Component]?: number | undefined }

/** Units of one SKU that were bought at one price. Recorded once and never changed (PV-9). */
export type Deal = {
  readonly dealId: string
  readonly orderedAt: Temporal.Instant
  readonly units: number
  /** Of all units: after item-level promotion and changes by hand, before every reduction. */
  readonly priceFen: number
  readonly off: Reductions
  /** The event it was made in; `true`: one without a name. */
  readonly event: string | true | null
  /** Only what was paid is known of it. */
  readonly paidOnly: boolean
}

/** The deal that set a bound, and the price that counts of it. */
export type LowestDeal = {
  readonly dealId: string
  readonly orderedAt: Temporal.Instant
  readonly priceFen: Fen
}

/** Which deals count, as figures: what the SQL over many SKUs is given, and nothing decided in it. */
export type DealsAsked = {
  readonly window: Window
  /** Deals of these events count besides those of none. */
  readonly events: readonly string[]
  readonly paidOnly: boolean
  readonly counted: readonly Counted[]
}

/** A component that lowers the price when it is so many parts per million of it, or more. */
export type Counted = { readonly component: Component; readonly fromPpm: number }

/** Which deals a policy counts in a window (PV-1 to PV-4). Those of the campaign itself never do. */
export function dealsAsked(
  policy: PricePolicy,
  window: Window,
  campaign: string | undefined,
): DealsAsked {
  const counted = components.flatMap((component): Counted[] => {
    const counts = policy.counts[component]
    if (counts === false) return []
    return [{ component, fromPpm: counts === true ? 0 : counts.from }]
  })
  const events = policy.countedEvents.filter((event) => event !== campaign)
  return { window, events, paidOnly: policy.paidOnly, counted }
}

/** The lowest price that counts among deals; of equal ones the earliest, then by id (PV-5). */
export function lowestDeal(deals: readonly Deal[], asked: DealsAsked): LowestDeal | undefined {
  let lowest: LowestDeal | undefined
  for (const deal of deals) {
    if (!isCounted(deal, asked)) continue
    const { dealId, orderedAt } = deal
    const found = { dealId, orderedAt, priceFen: countedPriceOf(deal, asked.counted) }
    if (lowest === undefined || byPriceThenAge(found, lowest) < 0) lowest = found
  }
  return lowest
}

/** PV-2, PV-3: by the time of ordering and the event; whether it was refunded is not asked. */
function isCounted({ orderedAt, event, paidOnly }: Deal, asked: DealsAsked): boolean {
  const ms = orderedAt.epochMilliseconds
  const { window, events } = asked
  if (ms < window.fromMs || ms >= window.toMs) return false
  if (paidOnly && !asked.paidOnly) return false
  return event === null || (event !== true && events.includes(event))
}

/** PV-1: the price of one unit less what counts, down to the fen, and never below zero. */
export function countedPriceOf(
  { priceFen, off, units }: Pick<Deal, 'priceFen' | 'off' | 'units'>,
  counted: readonly Counted[],
): Fen {
  const offFen = counted.reduce((sum, { component, fromPpm }) => {
    const fen = off[component] ?? 0
    return isPartOf(fen, priceFen, fromPpm) ? sum + fen : sum
  }, 0)
  return asFen(mulDiv(Math.max(0, priceFen - offFen), 1, units, 'floor'))
}

/** Whether an amount is so many parts per million of a price, exactly. */
function isPartOf(fen: number, priceFen: number, fromPpm: number): boolean {
  return fromPpm === 0 || fen >= mulDiv(priceFen, fromPpm, wholePpm, 'ceiling')
}

function byPriceThenAge(a: LowestDeal, b: LowestDeal): number {
  if (a.priceFen !== b.priceFen) return a.priceFen - b.priceFen
  const byAge = a.orderedAt.epochMilliseconds - b.orderedAt.epochMilliseconds
  if (byAge !== 0) return byAge
  return a.dealId < b.dealId ? -1 : 1
}
