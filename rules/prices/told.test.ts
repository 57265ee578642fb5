import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { asFen } from '#rules/money/fen.ts'
import { asPoints } from '#rules/money/points.ts'
import { wholePpm, type Ppm } from '#rules/money/rate.ts'
import type { Order } from '#rules/orders/order.ts'
import type { Deal } from '#rules/prices/deals.ts'
import { dealsOfOrder, type LineShare } from '#rules/prices/from-orders.ts'
import type { MarkedPrice } from '#rules/prices/marked.ts'
import { refusalOfDeal, refusalOfPrice } from '#rules/prices/told.ts'

const at = Temporal.Instant.from('2017-10-01T10:00:00+08:00')
const nowMs = at.epochMilliseconds
const hourMs = 3_600_000

test('PV-9 a deal is recorded once; told otherwise, or of the future, it is refused', () => {
  const deal = dealOf({})
  equal(refusalOfDeal(deal, undefined, nowMs), undefined)
  equal(refusalOfDeal(deal, dealOf({ off: { allowance: 0 } }), nowMs), undefined)
  for (const other of [{ priceFen: 9 }, { units: 2 }, { event: 'x' }, { off: { coins: 1 } }]) {
    equal(refusalOfDeal(dealOf(other), deal, nowMs), 'prices/id-reused')
  }
  equal(refusalOfDeal(deal, undefined, nowMs - hourMs), 'prices/in-the-future')
})

test('PV-9 a shop marks no goods for a time that is over; the platform may tell what was', () => {
  const past = priceOf({ fromMs: nowMs - hourMs })
  equal(refusalOfPrice(past, [], 'shop', undefined), 'prices/in-the-past')
  equal(refusalOfPrice(past, [], 'platform', undefined), undefined)
  equal(refusalOfPrice(priceOf({}), [], 'shop', undefined), undefined)
  const before = priceOf({ fromMs: nowMs - hourMs, recordedMs: nowMs - hourMs })
  equal(refusalOfPrice(priceOf({}), [before], 'shop', undefined), undefined)
  const other = priceOf({ priceFen: asFen(1) })
  equal(refusalOfPrice(other, [before], 'platform', undefined), 'prices/id-reused')
})

test('PV-10 a correction names a price that there is, and only the platform voids one', () => {
  const known = priceOf({ priceId: 'old' })
  const correction = priceOf({ corrects: 'old' })
  equal(refusalOfPrice(correction, [known], 'shop', undefined), undefined)
  equal(refusalOfPrice(correction, [], 'shop', undefined), 'prices/unknown-record')
  const voiding = { ...correction, voids: true }
  equal(refusalOfPrice(voiding, [known], 'shop', undefined), 'prices/voided-by-platform-only')
  equal(refusalOfPrice(voiding, [known], 'platform', undefined), undefined)
})

test('PV-6 a price is called that of a campaign only on the days on which it sells', () => {
  const sale = { fromMs: nowMs, toMs: nowMs + 2 * hourMs }
  const own = (changes: object) => priceOf({ campaign: 'x', ...changes })
  equal(refusalOfPrice(own({ toMs: nowMs + hourMs }), [], 'shop', sale), undefined)
  const refusal = 'prices/not-on-days-of-campaign'
  equal(refusalOfPrice(own({ toMs: nowMs + 3 * hourMs }), [], 'shop', sale), refusal)
  equal(refusalOfPrice(own({ toMs: null }), [], 'shop', sale), refusal)
  equal(refusalOfPrice(own({ toMs: nowMs + hourMs }), [], 'platform', undefined), refusal)
})

test('PV-15 the lines of a paid order are deals, by what was frozen with its trade', () => {
  const share = (layer: LineShare['layer'], offFen: number, isItemCoupon = false): LineShare => {
    return { layer, offFen, isItemCoupon }
  }
  const shares = new Map([
    ['1', [share('item', 2_000), share('presale', 300), share('shop', 500), share('coupon', 100)]],
    ['2', [share('coupon', 700, true), share('allowance', 50), share('categoryCoupon', 5)]],
  ])
  const deals = dealsOfOrder(orderOf(at), shares, ({ sku }) => (sku === 'b' ? 'x' : null))
  deepEqual(
    deals.map(({ sku, deal }) => [
      sku,
      deal.dealId,
      deal.units,
      deal.priceFen,
      deal.off,
      deal.event,
    ]),
    [
      ['a', 'o/1', 2, 10_600, { shopReduction: 500, shopCoupon: 100 }, null],
      ['b', 'o/2', 1, 5_755, { itemCoupon: 700, allowance: 50, voucher: 5 }, 'x'],
    ],
  )
  equal(deals[0]?.deal.orderedAt.equals(at), true)
  equal(deals[0]?.deal.paidOnly, false)
})

test('PV-15 of an order without a trade only what was paid is known; one that is not paid is no deal', () => {
  const deals = dealsOfOrder(orderOf(at), undefined, () => null)
  deepEqual(
    deals.map(({ deal }) => [deal.priceFen, deal.off, deal.paidOnly]),
    [
      [10_000, {}, true],
      [5_000, {}, true],
    ],
  )
  deepEqual(
    dealsOfOrder(orderOf(null), undefined, () => null),
    [],
  )
})

function orderOf(paidAt: Temporal.Instant | null): Order {
  const line = (lineId: string, sku: string, quantity: number, paidFen: number) => ({
    lineId,
    sku,
    category: 'ordinary',
    quantity,
    paidFen: asFen(paidFen),
    multiplePpm: wholePpm as Ppm,
    refundedFen: asFen(paidFen),
    refundedQuantity: quantity,
    pointsEarned: asPoints(0),
    pointsClawed: asPoints(0),
  })
  return {
    orderId: 'o',
    tradeId: 't',
    shopId: 's',
    freightFen: asFen(600),
    placedAt: at,
    paidAt,
    shippedAt: null,
    collectedAt: null,
    receivedAt: null,
    closedAt: paidAt,
    earnedBy: '',
    lines: [line('1', 'a', 2, 10_000), line('2', 'b', 1, 5_000), line('3', 'gift', 1, 0)],
  }
}

function dealOf(changes: Partial<Deal>): Deal {
  const base = { dealId: 'd', orderedAt: at, units: 1, priceFen: 100, off: {}, event: null }
  return { ...base, paidOnly: false, ...changes }
}

function priceOf(changes: Partial<MarkedPrice>): MarkedPrice {
  return {
    priceId: 'p',
    kind: 'promo',
    priceFen: asFen(100),
    fromMs: nowMs,
    toMs: null,
    campaign: null,
    corrects: null,
    voids: false,
    recordedMs: nowMs,
    ...changes,
  }
}
