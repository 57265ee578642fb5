import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { transact } from '#operations/_transact.ts'
import { returnBenefit } from '#operations/benefits/return-benefit.ts'
import { postCommands } from '#operations/ledger/post-commands.ts'
import { asPoints } from '#rules/money/points.ts'
import {
  asking,
  availableOf,
  benefitFaults,
  benefitOf,
  claimed,
  givePoints,
} from '#test/support/benefits.ts'
import { bringInForce, couponBatch, day, forEach, makeMembers } from '#test/support/issuing.ts'
import { openMarket, type TestMarket } from '#test/support/market.ts'

let market: TestMarket
const members = Array.from({ length: 8 }, (_, n) => `m-${n}`)

before(async () => {
  market = await openMarket(16)
  await makeMembers(market.db, members)
})
after(async () => await market.close())

test('BF-10 what is given back comes back whole: points, quota and stock; and can be claimed again', async () => {
  const terms = { quota: { count: 1, per: 'year' }, stock: 1, prices: [{ points: 70 }] }
  await bringInForce(market, 'benefit:back', benefitOf(terms))
  for (const memberId of ['m-3', 'm-4']) await givePoints(market, memberId, 100, day)
  for (let n = 1; n <= 3; n += 1) {
    equal(await claimed(market, asking('m-3', 'back', day)), `back.${n}`)
    equal(await availableOf(market, 'm-3', 'points', day), 30)
    equal(await claimed(market, asking('m-4', 'back', day)), 'benefits/sold-out')
    const named = { memberId: 'm-3', claimId: `back.${n}`, at: day, actor: 'test' }
    const [back, again] = [await returnBenefit(market, named), await returnBenefit(market, named)]
    deepEqual([back.ok && back.claim.status, again.ok], ['returned', true])
    equal(await availableOf(market, 'm-3', 'points', day), 100)
  }
  equal(await claimed(market, asking('m-4', 'back', day)), 'back.1')
  deepEqual(await benefitFaults(market), [])
})

test('BF-9 a voucher is a lot of the wallet until it lapses, and comes back only when it is whole', async () => {
  const gives = { voucher: { amount: '5.00' } }
  const terms = { gives, validity: { after: 'P7D' }, prices: [{ points: 100 }] }
  await bringInForce(market, 'benefit:money-off', benefitOf(terms))
  await givePoints(market, 'm-5', 200, day)
  equal(await claimed(market, asking('m-5', 'money-off', day)), 'money-off.1')
  equal(await claimed(market, asking('m-5', 'money-off', day)), 'money-off.2')
  equal(await availableOf(market, 'm-5', 'redEnvelope', day), 1_000)
  equal(await availableOf(market, 'm-5', 'redEnvelope', day.add({ hours: 24 * 7 })), 0)

  await spendOf('m-5', 'redEnvelope', 1, ['benefit:money-off.1'])
  const named = { memberId: 'm-5', at: day, actor: 'test' }
  const spent = await returnBenefit(market, { ...named, claimId: 'money-off.1' })
  equal(spent.ok || spent.refusal, 'benefits/partly-used')
  equal((await returnBenefit(market, { ...named, claimId: 'money-off.2' })).ok, true)
  equal(await availableOf(market, 'm-5', 'redEnvelope', day), 499)
  equal(await availableOf(market, 'm-5', 'points', day), 100)
  deepEqual(await benefitFaults(market), [])
})

test('a coupon is taken from its batch and goes back to it', async () => {
  await bringInForce(market, 'coupon-batch:only-here', couponBatch(1, { audience: 'granted' }))
  await bringInForce(market, 'benefit:with-coupon', benefitOf({ gives: { coupon: 'only-here' } }))
  equal(await claimed(market, asking('m-6', 'with-coupon', day)), 'with-coupon.1')
  equal(await claimed(market, asking('m-7', 'with-coupon', day)), 'benefits/sold-out')
  const named = { memberId: 'm-6', claimId: 'with-coupon.1', at: day, actor: 'test' }
  equal((await returnBenefit(market, named)).ok, true)
  equal(await claimed(market, asking('m-7', 'with-coupon', day)), 'with-coupon.1')
  deepEqual(await benefitFaults(market), [])
})

test('BF-10 claims and returns at once, in any order: no period passes its quota, no point is lost', async () => {
  const terms = { quota: { count: 2, per: 'week' }, stock: 9, prices: [{ points: 7 }] }
  await bringInForce(market, 'benefit:mixed', benefitOf(terms))
  const three = ['m-0', 'm-1', 'm-2']
  for (const memberId of three) await givePoints(market, memberId, 10_000, day)
  const steps = Array.from({ length: 240 }, (_, n) => n)
  await forEach(steps, async (n) => {
    const memberId = three[n % 3] ?? ''
    const at = day.add({ hours: 24 * 7 * (n % 2) })
    if (n % 4 < 2) return await claimed(market, asking(memberId, 'mixed', at))
    const claimId = `mixed.${1 + (n % 7)}`
    const back = await returnBenefit(market, { memberId, claimId, at, actor: 'test' })
    return back.ok ? 'returned' : back.refusal
  })

  const kept = await sql<{ member_id: string; period: string; kept: number }>`
    select member_id, period, count(*) filter (where status <> 'returned') as kept
    from jifen.benefit_claim where benefit = 'mixed' group by member_id, period
  `.execute(market.db)
  equal(kept.rows.length > 3, true)
  for (const row of kept.rows) equal(row.kept <= 2, true, JSON.stringify(row))
  equal(kept.rows.reduce((sum, row) => sum + row.kept, 0) <= 9, true)
  for (const memberId of three) {
    const own = kept.rows.filter((row) => row.member_id === memberId)
    const open = own.reduce((sum, row) => sum + row.kept, 0)
    equal(await availableOf(market, memberId, 'points', day), 10_000 - 7 * open)
  }
  deepEqual(await benefitFaults(market), [])
})

async function spendOf(
  memberId: string,
  unit: string,
  amount: number,
  lots: readonly string[],
): Promise<void> {
  const meta = { fingerprint: '', actor: 'test', occurredAt: day, cause: '{}', policies: [] }
  const key = { memberId, program: 'platform', unit }
  const spend = {
    key,
    kind: 'spend',
    ref: 's',
    amount: asPoints(amount),
    lots,
    at: day,
    meta,
  } as const
  const [answer] = await transact(market.db, (tx) => postCommands(tx, [spend]))
  equal(answer?.ok, true)
}
