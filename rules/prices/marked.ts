import type { Window } from '#rules/pricing/basket.ts'
import type { Fen } from '#rules/money/fen.ts'
import type { MarkedKind } from '#rules/prices/policy.ts'

/** A price that a shop marks an SKU with, for a time. Recorded once and never changed (PV-9). */
export type MarkedPrice = {
  readonly priceId: string
  readonly kind: MarkedKind
  readonly priceFen: Fen
  /** Half-open; `toMs` `null`: until another of the kind begins. */
  readonly fromMs: number
  readonly toMs: number | null
  /** The campaign that it is the price of. */
  readonly campaign: string | null
  /** The price that it corrects. */
  readonly corrects: string | null
  /** Whether what it corrects was a mistake of the record, and never in force. */
  readonly voids: boolean
  readonly recordedMs: number
}

/** When a marked price is in force, in the light of all others of its SKU. */
export type Standing = { readonly price: MarkedPrice; readonly window: Window }

/** Which marked prices count: those of kinds, in force in a window, and not of a campaign. */
export type MarkedAsked = {
  readonly window: Window
  readonly kinds: readonly MarkedKind[]
  readonly campaign: string | undefined
}

/** The marked price that set a bound. */
export type LowestMarked = {
  readonly priceId: string
  readonly kind: MarkedKind
  readonly priceFen: Fen
  /** When it began, or begins, to be in force. */
  readonly from: Temporal.Instant
  readonly recordedAt: Temporal.Instant
}

/**
 * When each marked price of one SKU is or will be in force. A correction ends what it corrects when it is
 * recorded, or from the beginning when that was a mistake (PV-10); without an end of its own a price ends
 * where the next of its kind begins (PV-11). What was never in force is left out.
 */
export function standingsOf(prices: readonly MarkedPrice[]): readonly Standing[] {
  const cutBy = new Map<string, number>()
  for (const { corrects, voids, recordedMs } of prices) {
    if (corrects === null) continue
    const at = voids ? Number.NEGATIVE_INFINITY : recordedMs
    cutBy.set(corrects, Math.min(cutBy.get(corrects) ?? Number.POSITIVE_INFINITY, at))
  }
  const held = prices.flatMap((price): Standing[] => {
    const cutMs = cutBy.get(price.priceId) ?? Number.POSITIVE_INFINITY
    const toMs = Math.min(price.toMs ?? Number.POSITIVE_INFINITY, cutMs)
    return price.fromMs < toMs ? [{ price, window: { fromMs: price.fromMs, toMs } }] : []
  })
  return held.flatMap(({ price, window }): Standing[] => {
    const toMs = price.toMs === null ? Math.min(window.toMs, nextOf(price, held)) : window.toMs
    return window.fromMs < toMs ? [{ price, window: { fromMs: window.fromMs, toMs } }] : []
  })
}

/** Where the next price of the kind begins; of two that begin at once, the one recorded last is next. */
function nextOf(price: MarkedPrice, held: readonly Standing[]): number {
  const later = held.filter(
    (other) =>
      other.price.kind === price.kind &&
      // The price of a campaign stands beside the shop's own.
      other.price.campaign === price.campaign &&
      other.price.toMs === null &&
      isAfter(other.price, price),
  )
  return Math.min(Number.POSITIVE_INFINITY, ...later.map((other) => other.window.fromMs))
}

function isAfter(other: MarkedPrice, price: MarkedPrice): boolean {
  if (other.fromMs !== price.fromMs) return other.fromMs > price.fromMs
  if (other.recordedMs !== price.recordedMs) return other.recordedMs > price.recordedMs
  return other.priceId > price.priceId
}

/**
 * The lowest marked price in force at any time of a window (PV-6), of the kinds that count and not of the
 * campaign itself; of equal ones the earliest, then by id.
 */
export function lowestMarked(
  prices: readonly MarkedPrice[],
  asked: MarkedAsked,
): LowestMarked | undefined {
  const { window, kinds, campaign } = asked
  const [lowest] = standingsOf(prices)
    .filter(
      (each) =>
        kinds.includes(each.price.kind) &&
        (each.price.campaign === null || each.price.campaign !== campaign) &&
        overlap(each.window, window),
    )
    .toSorted(byPriceThenAge)
  if (lowest === undefined) return undefined
  const { priceId, kind, priceFen, fromMs, recordedMs } = lowest.price
  const from = Temporal.Instant.fromEpochMilliseconds(fromMs)
  const recordedAt = Temporal.Instant.fromEpochMilliseconds(recordedMs)
  return { priceId, kind, priceFen, from, recordedAt }
}

function overlap(a: Window, b: Window): boolean {
  return a.fromMs < b.toMs && b.fromMs < a.toMs
}

function byPriceThenAge(a: Standing, b: Standing): number {
  if (a.price.priceFen !== b.price.priceFen) return a.price.priceFen - b.price.priceFen
  if (a.price.fromMs !== b.price.fromMs) return a.price.fromMs - b.price.fromMs
  return a.price.priceId < b.price.priceId ? -1 : 1
}
