import { sql } from 'kysely'
import { buyYear, type YearBought } from '#operations/paid/buy-year.ts'
import { PlaceBodySchema, type PlaceBody, type QuoteBody } from '#rules/trades/body.ts'
import { bringInForce, makeMembers } from '#test/support/issuing.ts'
import type { TestMarket } from '#test/support/market.ts'
import { contextOf, doubleEleven, openTradeMarket } from '#test/support/trades.ts'

const title = { zh: '88VIP', en: '88VIP' }

/** 5 % off shop V for paid members, 200 yuan a month at most, and what paid membership gives. */
export async function openPaidMarket(size = 8): Promise<TestMarket> {
  const market = await openTradeMarket(size)
  for (const [slug, shop] of [
    ['88vip-supermarket', 'V'],
    ['88vip-brands', 'W'],
  ] as const) {
    await bringInForce(market, `offer:${slug}`, {
      layer: 'item',
      stacks: true,
      target: { shops: [shop] },
      paidMember: true,
      memberCap: { name: '88vip', off: '200.00', per: 'month' },
      funder: 'platform',
      effect: { type: 'percentOff', percent: 5, base: 'balance' },
    })
  }
  await bringInForce(market, 'coupon-batch:88vip-electronics', {
    title,
    terms: {
      kind: 'category',
      target: { categories: ['digital3c'] },
      threshold: '3000.00',
      off: '300.00',
    },
    quantity: 1_000,
    perMember: 10,
    audience: 'granted',
    claim: { from: '2017-01-01T00:00:00+08:00', to: '2027-01-01T00:00:00+08:00' },
    validity: { after: 'P365D' },
  })
  await bringInForce(market, 'paidMembership', {
    title,
    prices: [{ scoreFrom: 1_000, price: '88.00' }, { price: '888.00' }],
    renewal: { before: 'P30D' },
    refund: { within: 'P7D', used: 'lessSaved' },
    offers: ['offer:88vip-supermarket', 'offer:88vip-brands'],
    coupons: [{ batch: 'coupon-batch:88vip-electronics' }],
    exclusive: { tags: ['88vip-only'] },
  })
  return market
}

let keys = 0

/** A new idempotency key. */
export function newKey(): { readonly idempotencyKey: string } {
  keys += 1
  return { idempotencyKey: `paid-${keys}` }
}

/** A member who pays for a year. */
export async function buy(
  market: TestMarket,
  memberId: string,
  paymentRef = 'pay-1',
  at: Temporal.Instant = doubleEleven,
  expectFen = 88_800,
): Promise<YearBought | { readonly ok: false; readonly refusal: 'requests/key-reused' }> {
  await makeMembers(market.db, [memberId])
  return await buyYear(contextOf(market, at), { memberId, paymentRef, expectFen }, newKey())
}

/** A basket of one line of a shop. */
export function oneLine(
  tradeId: string,
  listPrice: string,
  changes: { readonly shop?: string; readonly quantity?: number; readonly tags?: string[] } = {},
): PlaceBody {
  const line = { id: '1', sku: 's1', shop: 'V', category: 'food', quantity: 1, listPrice }
  return PlaceBodySchema.parse({ tradeId, lines: [{ ...line, ...changes }] })
}

/** The same as a quote asks. */
export function asQuote({ lines, freight, extras }: PlaceBody): QuoteBody {
  return { lines, freight, extras }
}

/** What each trade of a member saved, and how much of it came back, by trade. */
export async function savings(
  { owner }: TestMarket,
  memberId: string,
): Promise<Record<string, string>> {
  const rows = await sql<{ trade_id: string; off_fen: number; back_fen: number }>`
    select trade_id, off_fen, back_fen from jifen.offer_saving
    where member_id = ${memberId} order by trade_id, offer
  `.execute(owner)
  return Object.fromEntries(
    rows.rows.map((row) => [row.trade_id, `${row.off_fen} - ${row.back_fen}`]),
  )
}
