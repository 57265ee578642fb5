import { sql } from 'kysely'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import type { WalletKey } from '#rules/ledger/wallet.ts'
import { asPoints } from '#rules/money/points.ts'
import { PlaceBodySchema, type PlaceBody } from '#rules/trades/body.ts'
import { bringInForce } from '#test/support/issuing.ts'
import { post } from '#test/support/ledger.ts'
import { openMarket, type TestMarket } from '#test/support/market.ts'

/** When trades of tests are placed. */
export const doubleEleven = Temporal.Instant.from('2017-11-11T10:00:00+08:00')

/** The pricing policy of these tests: that of 2017, with points as well. */
export const pricing = {
  layers: ['presale', 'item', 'shop', 'coupon', 'allowance', 'redEnvelope', 'points', 'freight'],
  returns: { coupon: 'fullOnly', redEnvelope: 'perSubOrder', points: 'perLine' },
  points: { pay: { perYuan: 100 } },
}

const title = { zh: '测试', en: 'Test' }
const november = { from: '2017-11-01T00:00:00+08:00', to: '2017-12-01T00:00:00+08:00' }

/** A market with points that pay, one offer of shop B and one batch of its coupons. */
export async function openTradeMarket(size = 8): Promise<TestMarket> {
  const market = await openMarket(size)
  await bringInForce(market, 'pricing', pricing)
  await bringInForce(market, 'offer:b-300-30', {
    layer: 'shop',
    target: { shops: ['B'] },
    effect: { type: 'thresholdOff', steps: [{ from: '300.00', off: '30.00' }] },
  })
  await bringInForce(market, 'coupon-batch:b10', {
    title,
    terms: { kind: 'shop', target: { shops: ['B'] }, threshold: '300.00', off: '10.00' },
    quantity: 1000,
    perMember: 5,
    claim: november,
    validity: november,
  })
  return market
}

export function contextOf(market: TestMarket, now = doubleEleven): EventContext {
  const { db, policies, market: where } = market
  return { db, policies, market: where, now, actor: 'service:test' }
}

/** The basket of the decision's example: 80 of shop A, 350 of shop B, 6 of freight. */
export function basket(tradeId: string, changes: object = {}): PlaceBody {
  return PlaceBodySchema.parse({
    tradeId,
    lines: [
      {
        id: '1',
        sku: 'a1',
        shop: 'A',
        category: 'apparel',
        quantity: 1,
        listPrice: '100.00',
        promoPrice: '80.00',
      },
      { id: '2', sku: 'b1', shop: 'B', category: 'apparel', quantity: 2, listPrice: '175.00' },
    ],
    freight: [{ shop: 'A', amount: '6.00' }],
    allowanceStep: { every: '400.00', off: '50.00' },
    ...changes,
  })
}

export function platformWallet(memberId: string, unit: string): WalletKey {
  return { memberId, program: 'platform', unit }
}

/** Puts value into a wallet of a member; of envelopes, `ref` is the id. */
export async function put(
  { db }: TestMarket,
  memberId: string,
  unit: 'allowance' | 'redEnvelope' | 'points',
  amount: number,
  more: { ref?: string; expiresAt?: Temporal.Instant; target?: object } = {},
): Promise<void> {
  const at = Temporal.Instant.from('2017-11-01T00:00:00+08:00')
  const [answer] = await post(db, [
    {
      key: platformWallet(memberId, unit),
      kind: 'earn',
      at,
      ref: more.ref ?? `put-${unit}`,
      meta: { fingerprint: 'x', actor: 'test', occurredAt: at, cause: '{}', policies: [] },
      amount: asPoints(amount),
      expiresAt: more.expiresAt ?? null,
      funder: 'platform',
      ...(more.target === undefined ? {} : { target: JSON.stringify(more.target) }),
    },
  ])
  if (answer?.ok !== true) throw new Error(`not put: ${JSON.stringify(answer)}`)
}

/** Gives a member the n-th coupon of the batch `b10`. */
export async function giveCoupon(
  { owner }: TestMarket,
  memberId: string,
  nth: number,
): Promise<string> {
  const id = `b10.${nth}`
  await sql`
    insert into jifen.coupon (
      member_id, coupon_id, batch, nth, version, source, status, issued_at, active_at, expires_at
    )
    values (
      ${memberId}, ${id}, 'b10', ${nth}, 1, ${`test-${nth}`}, 'open', ${november.from},
      ${november.from}, ${november.to}
    )
  `.execute(owner)
  return id
}

/** What a wallet holds: available and held. */
export async function balance(
  { owner }: TestMarket,
  memberId: string,
  unit: string,
): Promise<{ available: number; held: number } | undefined> {
  const rows = await sql<{ available: number; held: number }>`
    select available, held from jifen.wallet
    where member_id = ${memberId} and program = 'platform' and unit = ${unit}
  `.execute(owner)
  return rows.rows[0]
}

/** The status of each coupon of a member, by id. */
export async function coupons(
  { owner }: TestMarket,
  memberId: string,
): Promise<Record<string, string>> {
  const rows = await sql<{ coupon_id: string; status: string }>`
    select coupon_id, status from jifen.coupon where member_id = ${memberId} order by coupon_id
  `.execute(owner)
  return Object.fromEntries(rows.rows.map((row) => [row.coupon_id, row.status]))
}
