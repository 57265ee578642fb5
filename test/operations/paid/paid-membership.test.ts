import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { transact } from '#operations/_transact.ts'
import { claimCoupon } from '#operations/issuing/claim-coupon.ts'
import { claimEnvelope } from '#operations/issuing/claim-envelope.ts'
import { issueAllowance } from '#operations/issuing/issue-allowance.ts'
import { standingAt } from '#operations/membership/standing.ts'
import { endPaid, restorePaid } from '#operations/paid/end-paid.ts'
import { readPaid } from '#operations/paid/read-paid.ts'
import { refundYear } from '#operations/paid/refund-year.ts'
import { settlePaidYears } from '#operations/paid/settle-paid-years.ts'
import { placeTrade } from '#operations/trades/place-trade.ts'
import { asFen } from '#rules/money/fen.ts'
import {
  allowanceOf,
  bringInForce,
  couponBatch,
  makeMembers,
  redEnvelopes,
} from '#test/support/issuing.ts'
import type { TestMarket } from '#test/support/market.ts'
import { buy, newKey, oneLine, openPaidMarket } from '#test/support/paid.ts'
import { contextOf, coupons, doubleEleven } from '#test/support/trades.ts'

let market: TestMarket
before(async () => {
  market = await openPaidMarket()
})
after(() => market.close())

const days = (count: number) => doubleEleven.add({ hours: 24 * count })

async function isPaid(memberId: string, at: Temporal.Instant): Promise<boolean> {
  return (await standingAt(market.db, market.policies, memberId, at)).paidMember
}

async function score(memberId: string, points: number): Promise<void> {
  await sql`
    insert into jifen.membership (member_id, score, scored_for) values (${memberId}, ${points}, '2017-10-01')
    on conflict (member_id) do update set score = excluded.score
  `.execute(market.owner)
}

/** What the member was told of paid membership, in order. */
async function told(memberId: string): Promise<string[]> {
  const rows = await sql<{ id: string }>`
    select announcement_id as id from jifen.announcement
    where member_id = ${memberId} and type like 'jifen.paid-membership.%' order by at, id
  `.execute(market.owner)
  return rows.rows.map(({ id }) => id)
}

function refund(memberId: string, paymentRef: string, refundRef: string, at = doubleEleven) {
  return refundYear(contextOf(market, at), { memberId, paymentRef, refundRef }, newKey())
}

test('PM-1 the price is that of the score, and another than was paid is refused', async () => {
  await score('high', 1_000)
  const wrong = await buy(market, 'high', 'pay-1', doubleEleven, 88_800)
  deepEqual(wrong, { ok: false, refusal: 'paid/price-changed', priceFen: 8_800 })
  const bought = await buy(market, 'high', 'pay-1', doubleEleven, 8_800)
  equal(bought.ok && bought.year.priceFen, 8_800)
  equal(bought.ok && bought.year.score, 1_000)
  equal((await buy(market, 'low', 'pay-1', doubleEleven, 88_800)).ok, true)
})

test('PM-5 one payment buys one year, however often and at once it is told', async () => {
  const answers = await Promise.all(Array.from({ length: 6 }, () => buy(market, 'once', 'pay-1')))
  ok(answers.every((each) => each.ok))
  const view = await readPaid(market, 'once', doubleEleven)
  equal(view.ok && view.years.length, 1)
  deepEqual(await buy(market, 'once', 'pay-1', doubleEleven, 8_800), {
    ok: false,
    refusal: 'paid/payment-reused',
  })
  const other = await buy(market, 'once', 'pay-2')
  equal(!other.ok && other.refusal, 'paid/too-early')
})

test('PM-10 a year gives its coupons once, at its beginning', async () => {
  await buy(market, 'given')
  deepEqual(await coupons(market, 'given'), { '88vip-electronics.1': 'open' })
  await settlePaidYears(market, days(1))
  await settlePaidYears(market, days(1))
  deepEqual(await coupons(market, 'given'), { '88vip-electronics.1': 'open' })
  const claimed = await claimCoupon(market, {
    memberId: 'given',
    slug: '88vip-electronics',
    caller: 'member:given',
    key: 'claim-1',
    at: days(1),
  })
  equal(!claimed.ok && claimed.refusal, 'issuing/not-for-member')

  ok((await buy(market, 'given', 'pay-2', days(340))).ok)
  deepEqual(Object.keys(await coupons(market, 'given')), ['88vip-electronics.1'])
  await settlePaidYears(market, days(365))
  deepEqual(Object.keys(await coupons(market, 'given')), [
    '88vip-electronics.1',
    '88vip-electronics.2',
  ])
})

test('PM-4 a renewal follows without a gap, and membership ends with the last', async () => {
  await buy(market, 'renewer')
  ok((await buy(market, 'renewer', 'pay-2', days(340))).ok)
  for (const [at, paid] of [
    [doubleEleven, true],
    [days(364), true],
    [days(365), true],
    [days(730).subtract({ milliseconds: 1 }), true],
    [days(730), false],
  ] as const) {
    equal(await isPaid('renewer', at), paid, at.toString())
  }
})

test('PM-9 what begins and ends is told once, whenever the job runs', async () => {
  await buy(market, 'told')
  deepEqual(await told('told'), ['paid-begun-1'])
  await settlePaidYears(market, days(357))
  deepEqual(await told('told'), ['paid-begun-1'])
  await settlePaidYears(market, days(358))
  await settlePaidYears(market, days(359))
  deepEqual(await told('told'), ['paid-begun-1', 'paid-ending-1'])
  await settlePaidYears(market, days(400))
  await settlePaidYears(market, days(401))
  const end = days(365).toString()
  deepEqual(await told('told'), ['paid-begun-1', 'paid-ending-1', `paid-ended-${end}`])

  await buy(market, 'follower')
  await buy(market, 'follower', 'pay-2', days(340))
  await settlePaidYears(market, days(900))
  const last = days(730).toString()
  deepEqual(await told('follower'), ['paid-begun-1', 'paid-begun-2', `paid-ended-${last}`])
})

test('PM-6 a renewal that has not begun comes back whole, and the running year stays', async () => {
  await buy(market, 'changer')
  await buy(market, 'changer', 'pay-2', days(340))
  const first = await refund('changer', 'pay-1', 'r-1', days(341))
  equal(!first.ok && first.refusal, 'paid/not-the-last')
  const back = await refund('changer', 'pay-2', 'r-2', days(341))
  equal(back.ok && back.refundFen, 88_800)
  equal(await isPaid('changer', days(364)), true)
  equal(await isPaid('changer', days(366)), false)
  await settlePaidYears(market, days(366))
  deepEqual(Object.keys(await coupons(market, 'changer')), ['88vip-electronics.1'])
})

test('PM-7 what was not used is refunded whole, else the price less what was saved', async () => {
  await buy(market, 'unused')
  const back = await refund('unused', 'pay-1', 'r-1', days(1))
  equal(back.ok && back.refundFen, 88_800)

  await buy(market, 'saver')
  const body = oneLine('t-1', '1000.00')
  const placing = { memberId: 'saver', body, at: doubleEleven }
  ok((await placeTrade(contextOf(market), placing, newKey())).ok)
  const less = await refund('saver', 'pay-1', 'r-1', days(1))
  equal(less.ok && less.refundFen, 88_800 - 5_000)

  await buy(market, 'late')
  const late = await refund('late', 'pay-1', 'r-1', days(7))
  equal(!late.ok && late.refusal, 'paid/refund-too-late')
})

test('PM-7 a coupon of the year that a trade uses counts with what it took off', async () => {
  await buy(market, 'shopper')
  const line = { id: '1', sku: 'tv', shop: 'B', category: 'digital3c', quantity: 1 }
  const tv = oneLine('t-1', '4000.00')
  const body = { ...tv, lines: [{ ...tv.lines[0], ...line }] } as typeof tv
  const placing = { memberId: 'shopper', body, at: doubleEleven }
  const placed = await placeTrade(contextOf(market), placing, newKey())
  deepEqual(placed.ok && placed.quote.used.coupons, ['88vip-electronics.1'])
  const back = await refund('shopper', 'pay-1', 'r-1', days(1))
  equal(back.ok && back.refundFen, 88_800 - 30_000)
})

test('PM-8 with the refund membership ends at once, and open coupons are taken back', async () => {
  await buy(market, 'quitter')
  const back = await refund('quitter', 'pay-1', 'r-1', days(2))
  ok(back.ok)
  equal(await isPaid('quitter', days(2)), false)
  deepEqual(await coupons(market, 'quitter'), { '88vip-electronics.1': 'returned' })
  deepEqual(await told('quitter'), ['paid-begun-1', `paid-ended-${days(2).toString()}`])
  deepEqual(await refund('quitter', 'pay-1', 'r-1', days(3)), back)
  const again = await refund('quitter', 'pay-1', 'r-2', days(3))
  equal(!again.ok && again.refusal, 'paid/already-refunded')
  ok((await buy(market, 'quitter', 'pay-2', days(3))).ok)
  equal(await isPaid('quitter', days(4)), true)
})

test('PM-8 what is ended with a member can run again up to its old end', async () => {
  await buy(market, 'sealed')
  const context = contextOf(market, days(5))
  const ending = { memberId: 'sealed', at: days(5), cause: { type: 'sealed' }, refunds: false }
  const ended = await transact(market.db, (tx) => endPaid(tx, context, ending))
  deepEqual(ended, [{ paymentRef: 'pay-1', refundFen: 0 }])
  equal(await isPaid('sealed', days(6)), false)
  const paymentRefs = ['pay-1']
  await transact(market.db, (tx) => restorePaid(tx, context, { memberId: 'sealed', paymentRefs }))
  equal(await isPaid('sealed', days(6)), true)
  equal(await isPaid('sealed', days(365)), false)

  await buy(market, 'repaid')
  const repaying = { ...ending, memberId: 'repaid', refunds: true }
  const repaid = await transact(market.db, (tx) => endPaid(tx, context, repaying))
  deepEqual(repaid, [{ paymentRef: 'pay-1', refundFen: 88_800 }])
})

test('PM-11 the page tells price, end, and what was saved of the cap', async () => {
  await buy(market, 'reader')
  const placing = { memberId: 'reader', body: oneLine('t-1', '1000.00'), at: doubleEleven }
  await placeTrade(contextOf(market), placing, newKey())
  const view = await readPaid(market, 'reader', days(1))
  ok(view.ok)
  deepEqual(view.saved, { monthFen: 5_000, yearFen: 5_000, membershipFen: 5_000 })
  deepEqual(view.caps, [
    { cap: '88vip/month', period: 'month', capFen: 20_000, savedFen: 5_000, leftFen: 15_000 },
  ])
  equal(view.offer.ok, false)
  equal(view.offer.priceFen, 88_800)
})

test('IS-8 a batch for paid members is given to them alone, and others are told why', async () => {
  await bringInForce(
    market,
    'coupon-batch:for-paid',
    couponBatch(100, { audience: { paidMember: true } }),
  )
  const claim = (memberId: string) =>
    claimCoupon(market, {
      memberId,
      slug: 'for-paid',
      caller: `member:${memberId}`,
      key: 'k',
      at: doubleEleven,
    })
  await buy(market, 'claimer')
  ok((await claim('claimer')).ok)
  await score('unpaid', 0)
  await buy(market, 'unpaid', 'pay-1', doubleEleven, 1)
  deepEqual(await claim('unpaid'), {
    ok: false,
    refusal: 'issuing/not-for-member',
    unlockedBy: { paidMember: true },
  })
})

test('IS-8 envelopes and allowances may be for paid members alone, too', async () => {
  const audience = { paidMember: true }
  const cut = { total: '10.00', count: 5, least: '1.00', most: '8.00' }
  await bringInForce(market, 'red-envelope:vip', redEnvelopes({ ...cut, audience }))
  const usable = { from: '2017-11-01T00:00:00+08:00', to: '2017-12-01T00:00:00+08:00' }
  await bringInForce(market, 'allowance:vip', allowanceOf({ audience, issue: usable, usable }))
  await buy(market, 'payer')
  await makeMembers(market.db, ['other'])
  const claim = async (memberId: string) => {
    const caller = `member:${memberId}`
    const asked = { memberId, slug: 'vip', caller, key: 'envelope', at: doubleEleven }
    const claimed = await claimEnvelope(market, asked)
    return claimed.ok ? 'claimed' : claimed.refusal
  }
  deepEqual([await claim('payer'), await claim('other')], ['claimed', 'issuing/not-for-member'])
  const portions = ['other', 'payer'].map((memberId) => ({ memberId, amount: asFen(500) }))
  const issuing = { slug: 'vip', number: 1, portions, actor: 'test', at: doubleEleven }
  const issued = await issueAllowance(market, issuing)
  deepEqual(issued.ok && issued.outcomes, ['issuing/not-for-member', 'issued'])
})
