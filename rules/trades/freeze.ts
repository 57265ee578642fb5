import { assert } from '#rules/assert.ts'
import { asFen } from '#rules/money/fen.ts'
import { asPoints, noPoints, type Points } from '#rules/money/points.ts'
import { wholePpm, type Ppm } from '#rules/money/rate.ts'
import type { Order } from '#rules/orders/order.ts'
import type { BasketLine, Layer } from '#rules/pricing/basket.ts'
import type { Quote, Share } from '#rules/pricing/quote.ts'
import { freightLine } from '#rules/trades/expectation.ts'

/** What one instrument took off one line, frozen when the trade is placed (TR-4). */
export type Allocation = {
  /** Freight stands under `freight:<shop>`. */
  readonly lineId: string
  /** Its place among the shares of the line. */
  readonly n: number
  readonly orderId: string
  readonly shopId: string
  readonly layer: Layer
  readonly instrument: string
  readonly policy: string | null
  readonly funder: string
  readonly campaign: string | null
  readonly offFen: number
}

/** What a quote is frozen from. */
export type Priced = {
  readonly lines: readonly BasketLine[]
  readonly quote: Pick<Quote, 'lines' | 'freight' | 'used'>
}

/** The ids of orders by shop, in the order of the shops' first lines: those given, else made. */
export function orderIdsOf(
  tradeId: string,
  lines: readonly Pick<BasketLine, 'shop'>[],
  given: readonly { readonly shop: string; readonly orderId: string }[],
): ReadonlyMap<string, string> {
  const named = new Map(given.map((each) => [each.shop, each.orderId]))
  const shops = [...new Set(lines.map((line) => line.shop))]
  return new Map(shops.map((shop, n) => [shop, named.get(shop) ?? `${tradeId}-${n + 1}`]))
}

/** TR-4: one order for each shop, its lines at what the quote says that they cost. */
export function ordersOf(
  tradeId: string,
  { lines, quote }: Priced,
  orderIds: ReadonlyMap<string, string>,
  placedAt: Temporal.Instant,
): Order[] {
  const payFen = new Map(quote.lines.map((line) => [line.id, line.payFen]))
  const freightFen = new Map(quote.freight.map((each) => [each.shop, each.payFen]))
  return [...orderIds].map(([shop, orderId]) => ({
    orderId,
    tradeId,
    shopId: shop,
    freightFen: asFen(freightFen.get(shop) ?? 0),
    placedAt,
    paidAt: null,
    shippedAt: null,
    collectedAt: null,
    receivedAt: null,
    closedAt: null,
    earnedBy: '',
    lines: lines
      .filter((line) => line.shop === shop)
      .map((line) => ({
        lineId: line.id,
        sku: line.sku,
        category: line.category,
        quantity: line.quantity,
        paidFen: asFen(payFen.get(line.id) ?? 0),
        multiplePpm: wholePpm as Ppm,
        refundedFen: asFen(0),
        refundedQuantity: 0,
        pointsEarned: noPoints,
        pointsClawed: noPoints,
      })),
  }))
}

/** Every share of every line and of freight, each with its order (TR-4). */
export function allocationsOf(
  { lines, quote }: Priced,
  orderIds: ReadonlyMap<string, string>,
): Allocation[] {
  const shopOf = new Map(lines.map((line) => [line.id, line.shop]))
  const allocate = (lineId: string, shopId: string, shares: readonly Share[]): Allocation[] => {
    const orderId = orderIds.get(shopId)
    assert(orderId !== undefined, 'every line and freight is of a shop that has an order')
    return shares.map((share, n) => ({
      lineId,
      n,
      orderId,
      shopId,
      layer: share.layer,
      instrument: share.instrument,
      policy: share.policy ?? null,
      funder: share.funder,
      campaign: share.campaign ?? null,
      offFen: share.offFen,
    }))
  }
  return [
    ...quote.lines.flatMap((line) => allocate(line.id, shopOf.get(line.id) ?? '', line.shares)),
    ...quote.freight.flatMap(({ shop, shares }) => allocate(freightLine(shop), shop, shares)),
  ]
}

/** What is held of one wallet of the platform for a trade. */
export type TradeHold = {
  readonly unit: 'allowance' | 'redEnvelope' | 'points'
  readonly ref: string
  readonly amount: Points
  /** Of an envelope: the lot it is. */
  readonly lots?: readonly string[]
}

/** TR-4: the allowance, points and envelopes that a quote uses; every envelope is held by itself. */
export function holdsOf(tradeId: string, used: Quote['used']): TradeHold[] {
  const ref = holdRef(tradeId)
  const holds: TradeHold[] = []
  if (used.allowanceFen > 0) {
    holds.push({ unit: 'allowance', ref, amount: asPoints(used.allowanceFen) })
  }
  for (const [envelope, fen] of Object.entries(used.redEnvelopesFen)) {
    if (fen === 0) continue
    const own = holdRef(tradeId, envelope)
    holds.push({ unit: 'redEnvelope', ref: own, amount: asPoints(fen), lots: [envelope] })
  }
  if (used.points > 0) holds.push({ unit: 'points', ref, amount: asPoints(used.points) })
  return holds
}

/** The ledger's reference of what a trade holds: no two trades and envelopes share one. */
export function holdRef(tradeId: string, envelope?: string): string {
  const own = `trade:${escaped(tradeId)}`
  return envelope === undefined ? own : `${own}/${escaped(envelope)}`
}

function escaped(id: string): string {
  return id.replace(/[%/]/g, encodeURIComponent)
}
