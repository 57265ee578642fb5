import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { heldBy, holdCoupons, releaseCoupons, reopenCoupons, useCoupons } from '#db/issuing/held.ts'
import { claimCoupon } from '#operations/issuing/claim-coupon.ts'
import { claimEnvelope } from '#operations/issuing/claim-envelope.ts'
import { earnInGame } from '#operations/issuing/earn-in-game.ts'
import { grantCoupons } from '#operations/issuing/grant-coupons.ts'
import { couponFrom } from '#operations/issuing/held-instruments.ts'
import { issueAllowance } from '#operations/issuing/issue-allowance.ts'
import { makeCodes } from '#operations/issuing/make-codes.ts'
import { redeemCode } from '#operations/issuing/redeem-code.ts'
import { returnCoupon } from '#operations/issuing/return-coupon.ts'
import { verifyQuotas } from '#operations/issuing/verify-quotas.ts'
import { transact } from '#operations/_transact.ts'
import { asFen } from '#rules/money/fen.ts'
import { policyOfEnvelope } from '#rules/issuing/red-envelope.ts'
import {
  allowanceOf,
  bringInForce,
  couponBatch,
  day,
  forEach,
  makeMembers,
  redEnvelopes,
} from '#test/support/issuing.ts'
import { keptWallet } from '#test/support/ledger.ts'
import { openMarket, type TestMarket } from '#test/support/market.ts'

let market: TestMarket
const members = Array.from({ length: 400 }, (_, n) => `m-${n}`)

before(async () => {
  market = await openMarket(16)
  await makeMembers(market.db, members)
})
after(async () => await market.close())

let keys = 0

function requestOf(slug: string, memberId: string, key = `k-${(keys += 1)}`) {
  return { memberId, slug, caller: 'service:test', key, at: day }
}

async function mustBeRight(): Promise<void> {
  deepEqual((await verifyQuotas(market.db)).faults, [])
}

test('one coupon of one is had by one of many, and by the same again under its key', async () => {
  await bringInForce(market, 'coupon-batch:single', couponBatch(1))
  const requests = members.slice(0, 64).map((memberId) => requestOf('single', memberId))
  const claims = await Promise.all(requests.map((request) => claimCoupon(market, request)))
  const winner = claims.findIndex((each) => each.ok)
  equal(claims.filter((each) => each.ok).length, 1)
  ok(claims.every((each) => each.ok || each.refusal === 'issuing/sold-out'))
  const request = requests[winner]
  ok(request)
  deepEqual(await claimCoupon(market, request), claims[winner])
  await mustBeRight()
})

test('IS-6 that there is nothing left is known for a second, and not longer', async () => {
  await bringInForce(market, 'coupon-batch:again', couponBatch(1))
  equal((await claimCoupon(market, requestOf('again', 'm-10'))).ok, true)
  const claim = (after: number) => {
    const at = day.add({ milliseconds: after })
    return claimCoupon(market, { ...requestOf('again', 'm-11'), at })
  }
  equal((await claim(0)).ok, false)
  await returnCoupon(market, { memberId: 'm-10', couponId: 'again.1' })
  equal((await claim(999)).ok, false)
  equal((await claim(1_000)).ok, true)
  const limit = await claimCoupon(market, requestOf('again', 'm-10'))
  equal(limit.ok || limit.refusal, 'issuing/sold-out')
  await mustBeRight()
})

test('a member that claims from many tabs at once gets no more than the limit', async () => {
  await bringInForce(market, 'coupon-batch:three', couponBatch(1_000, { perMember: 3 }))
  const claims = await Promise.all(
    Array.from({ length: 30 }, () => claimCoupon(market, requestOf('three', 'm-1'))),
  )
  equal(claims.filter((each) => each.ok).length, 3)
  ok(claims.every((each) => each.ok || each.refusal === 'issuing/member-limit-reached'))
  await mustBeRight()
})

test('a coupon is held by one trade, used or let go by it, and comes back', async () => {
  await bringInForce(market, 'coupon-batch:held', couponBatch(10))
  await claimCoupon(market, requestOf('held', 'm-2'))
  const ids = ['held.1']
  const hold = (trade: string) =>
    transact(market.db, (tx) => holdCoupons(tx, 'm-2', ids, trade, day))
  const isOpen = async () => (await heldBy(market.db, 'm-2', day)).length === 1
  equal(await isOpen(), true)
  deepEqual(await Promise.all(['t-1', 't-1'].map(hold)), [ids, ids])
  deepEqual(await hold('t-2'), [])
  equal(await isOpen(), false)
  equal(await transact(market.db, (tx) => useCoupons(tx, 'm-2', ids, 't-2')), 0)
  equal(await transact(market.db, (tx) => useCoupons(tx, 'm-2', ids, 't-1')), 1)
  equal(await transact(market.db, (tx) => releaseCoupons(tx, 'm-2', ids, 't-1')), 0)
  equal(await transact(market.db, (tx) => reopenCoupons(tx, 'm-2', ids, 't-1')), 1)
  equal(await isOpen(), true)
  const [held] = await heldBy(market.db, 'm-2', day)
  ok(held !== undefined)
  const coupon = couponFrom(held, market.policies)
  equal(coupon.policy, 'coupon-batch:held@1')
  equal(coupon.off, 1_000)
  deepEqual(await hold('t-3'), ids)
  equal((await returnCoupon(market, { memberId: 'm-2', couponId: 'held.1' })).ok, false)
  const late = Temporal.Instant.from('2017-12-01T00:00:00+08:00')
  await transact(market.db, (tx) => releaseCoupons(tx, 'm-2', ids, 't-3'))
  deepEqual(await transact(market.db, (tx) => holdCoupons(tx, 'm-2', ids, 't-4', late)), [])
})

test('a grant to more members than there are coupons gives all there are, once', async () => {
  await bringInForce(market, 'coupon-batch:scarce', couponBatch(250))
  const grant = { slug: 'scarce', name: 'launch', memberIds: members, at: day }
  const first = await grantCoupons(market, grant)
  ok(first.ok)
  const outcomes = Map.groupBy(first.outcomes, ([, outcome]) => outcome)
  deepEqual([outcomes.get('granted')?.length, outcomes.get('issuing/sold-out')?.length], [250, 150])
  const again = await grantCoupons(market, grant)
  ok(again.ok)
  equal([...again.outcomes.values()].filter((outcome) => outcome === 'before').length, 250)
  await mustBeRight()
})

test('a code gives its coupon to one member, however many try at once', async () => {
  await bringInForce(market, 'coupon-batch:coded', couponBatch(3))
  const made = await makeCodes(market, { slug: 'coded', count: 3, actor: 'ann', at: day })
  ok(made.ok)
  equal((await makeCodes(market, { slug: 'coded', count: 1, actor: 'ann', at: day })).ok, false)
  const [code = ''] = made.codes
  const redeemed = await Promise.all(
    members.slice(0, 20).map((memberId) => redeemCode(market, { memberId, code, at: day })),
  )
  equal(redeemed.filter((each) => each.ok).length, 1)
  const kept = await sql<{ hash: Buffer }>`select code_hash as hash from jifen.coupon_code`.execute(
    market.db,
  )
  ok(kept.rows.every((row) => row.hash.length === 32))
  await mustBeRight()
})

test('envelopes cut of a budget are all had, each by one, and add up to it', async () => {
  const budget = { total: '500.00', count: 300, least: '0.50', most: '9.00', perMember: 2 }
  await bringInForce(market, 'red-envelope:rain', redEnvelopes(budget))
  const claims = await forEach(members, (memberId) =>
    claimEnvelope(market, requestOf('rain', memberId)),
  )
  const had = claims.flatMap((each) => (each.ok ? [each.envelope] : []))
  equal(had.length, 300)
  equal(
    had.reduce((sum, each) => sum + each.amount, 0),
    50_000,
  )
  ok(had.every((each) => each.amount >= 50 && each.amount <= 900))
  equal(new Set(had.map((each) => each.ref)).size, 300)
  ok(had.every((each) => policyOfEnvelope(each.ref) === 'red-envelope:rain@1'))
  const winner = claims.findIndex((each) => each.ok)
  const key = { memberId: members[winner] ?? '', program: 'platform', unit: 'redEnvelope' }
  const wallet = await keptWallet(market.db, key)
  deepEqual(
    wallet?.lots.map((lot) => lot.ref),
    [had[0]?.ref],
  )
  await mustBeRight()
})

test('an allowance is issued to each member once, whatever is repeated', async () => {
  await bringInForce(market, 'allowance:big', allowanceOf())
  const portions = members.map((memberId) => ({ memberId, amount: asFen(5_000) }))
  const issue = { slug: 'big', number: 1, portions, actor: 'ann', at: day }
  const both = await Promise.all([issueAllowance(market, issue), issueAllowance(market, issue)])
  for (const issued of both) {
    ok(issued.ok)
    ok(issued.outcomes.every((outcome) => outcome === 'issued'))
  }
  const kept = await keptWallet(market.db, {
    memberId: 'm-7',
    program: 'platform',
    unit: 'allowance',
  })
  equal(kept?.wallet.pending, 5_000)
  const stranger = [{ memberId: 'stranger', amount: asFen(1) }]
  const other = await issueAllowance(market, { ...issue, portions: stranger })
  deepEqual(other, { ok: true, outcomes: ['members/unknown'] })
  const more = [{ memberId: 'm-7', amount: asFen(6_000) }]
  const changed = await issueAllowance(market, { ...issue, portions: more })
  deepEqual(changed, { ok: true, outcomes: ['ledger/ref-reused'] })
})

test('an allowance with a total is issued up to it, games and issues together', async () => {
  const games = { mostPerDay: '1000.00' }
  await bringInForce(market, 'allowance:capped', allowanceOf({ total: '1000.00', games }))
  const portions = members.map((memberId) => ({ memberId, amount: asFen(300) }))
  const issue = { slug: 'capped', number: 1, portions, actor: 'ann', at: day }
  const play = (memberId: string) =>
    earnInGame(market, { ...requestOf('capped', memberId), amount: asFen(900) })
  equal((await play('m-3')).ok, true)
  const issued = await issueAllowance(market, issue)
  ok(issued.ok)
  equal(issued.outcomes.filter((outcome) => outcome === 'issued').length, 330)
  deepEqual(await issueAllowance(market, issue), issued)
  const late = await play('m-4')
  equal(late.ok || late.refusal, 'issuing/sold-out')
  await mustBeRight()
})

test('verify names a quantity of which more is used than was issued, or granted', async () => {
  await bringInForce(market, 'coupon-batch:tampered', couponBatch(500))
  await claimCoupon(market, requestOf('tampered', 'm-5'))
  const change = async (statement: string) =>
    await sql.raw(`${statement} where resource = 'coupon-batch:tampered'`).execute(market.owner)
  const saidOf = async () => (await verifyQuotas(market.db)).faults.map((fault) => fault.what)

  await change('update jifen.quota_use set used = 2')
  deepEqual(await saidOf(), [
    'left 62 and used 2, together not the slices of 63',
    'used 2, but issued 1',
  ])
  await change('update jifen.quota_use set used = 1')
  await change('update jifen.slice set amount = 64')
  await change('update jifen.bucket set available = available + 1 - least(n, 1)')
  deepEqual(await saidOf(), ['slices of 64, but granted 63'])
})
