import { payTrade } from '#operations/trades/pay-trade.ts'
import { placeTrade } from '#operations/trades/place-trade.ts'
import type { TestMarket } from '#test/support/market.ts'
import { basket, contextOf, doubleEleven, giveCoupon, put } from '#test/support/trades.ts'

/** A member with 120 of allowance, an envelope, a coupon and points, whose trade uses all of them. */
export async function buy(market: TestMarket, memberId: string): Promise<void> {
  await put(market, memberId, 'allowance', 12_000)
  await put(market, memberId, 'redEnvelope', 888, { ref: 'R1' })
  await put(market, memberId, 'points', 1_000)
  await giveCoupon(market, memberId, 1)
  const body = basket('t-1', {
    choose: { coupons: ['b10.1'], allowance: true, redEnvelopes: ['R1'], points: 500 },
    allowanceStep: { every: '300.00', off: '50.00' },
  })
  const placing = { memberId, body, at: doubleEleven }
  const key = { idempotencyKey: `buy-${memberId}` }
  const placed = await placeTrade(contextOf(market), placing, key)
  if (!placed.ok) throw new Error(placed.refusal)
}

/** Pays the trade `t-1` of a member. */
export async function pay(market: TestMarket, memberId: string): Promise<void> {
  const paying = { memberId, body: { tradeId: 't-1' } }
  const paid = await payTrade(contextOf(market), paying, { idempotencyKey: `pay-${memberId}` })
  if (!paid.ok) throw new Error(paid.refusal)
}
