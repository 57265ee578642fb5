import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { openGrants } from '#db/issuing/budgets.ts'
import { leftOf } from '#db/issuing/quotas.ts'
import {
  readQuotas,
  returnQuota,
  takeQuota,
  transactWithQuotas,
  type QuotaTaken,
} from '#operations/issuing/quotas.ts'
import { refillQuota, refillQuotas } from '#operations/issuing/refill-quotas.ts'
import { transact } from '#operations/_transact.ts'
import { allowanceOf, bringInForce, couponBatch, day, forEach } from '#test/support/issuing.ts'
import { openMarket, type TestMarket } from '#test/support/market.ts'

let market: TestMarket

before(async () => {
  market = await openMarket(16)
})
after(async () => await market.close())

async function take(resource: string, memberId: string, amount: number): Promise<QuotaTaken> {
  return await transactWithQuotas(market, day, (tx) => takeQuota(tx, resource, memberId, amount))
}

type Sums = { total: number; granted: number; slices: number; left: number; used: number }

async function sumsOf(resource: string): Promise<Sums> {
  const rows = await sql<Sums>`
    select b.total, b.granted,
      (select sum(case direction when 'grant' then amount else -amount end)::bigint
        from jifen.slice s where s.resource = b.resource) as slices,
      (select sum(available)::bigint from jifen.bucket k where k.resource = b.resource) as left,
      (select coalesce(sum(used), 0)::bigint
        from jifen.quota_use u where u.resource = b.resource) as used
    from jifen.budget b where b.resource = ${resource}
  `.execute(market.db)
  const [sums] = rows.rows
  if (sums === undefined) throw new Error('there is no such budget')
  return sums
}

for (const quantity of [7, 1_000]) {
  test(`of ${quantity} units, ${quantity} are taken by many at once, not one more`, async () => {
    const resource = `coupon-batch:many-${quantity}`
    await bringInForce(market, resource, couponBatch(quantity))
    const takers = Array.from({ length: quantity + 100 }, (_, n) => `m-${n}`)
    const taken = await forEach(takers, (memberId) => take(resource, memberId, 1))
    equal(taken.filter((each) => each.ok).length, quantity)
    deepEqual(await sumsOf(resource), {
      total: quantity,
      granted: quantity,
      slices: quantity,
      left: 0,
      used: quantity,
    })
  })
}

test('IS-5 and IS-6 an amount is taken to the last fen, from several buckets where one has too little', async () => {
  const resource = 'allowance:gathered'
  await bringInForce(market, resource, allowanceOf({ total: '10000.00' }))
  const takers = Array.from({ length: 400 }, (_, n) => `m-${n}`)
  const taken = await forEach(takers, (memberId) => take(resource, memberId, 3_700))
  equal(taken.filter((each) => each.ok).length, Math.floor(1_000_000 / 3_700))
  deepEqual(await take(resource, 'm-last', 3_700), {
    ok: false,
    refusal: 'issuing/sold-out',
    left: 1_000_000 % 3_700,
  })
  deepEqual(await take(resource, 'm-last', 1_000_000 % 3_700), { ok: true })
  equal((await sumsOf(resource)).left, 0)
})

test('IS-7 what a member gives back can be taken again, once', async () => {
  const resource = 'coupon-batch:back'
  await bringInForce(market, resource, couponBatch(1))
  deepEqual(await take(resource, 'first', 1), { ok: true })
  equal((await take(resource, 'second', 1)).ok, false)
  const back = () => transact(market.db, (tx) => returnQuota(tx, resource, 'first', 1))
  equal(await back(), true)
  equal(await back(), false)
  deepEqual(await take(resource, 'second', 1), { ok: true })
  equal((await take(resource, 'third', 1)).ok, false)
  const state = await readQuotas(market.db, [resource], 'second')
  deepEqual(state.get(resource), { total: 1, used: 1, usedByMember: 1 })
})

test('IS-7 an amount given back can be taken again, to the fen', async () => {
  const resource = 'allowance:back'
  await bringInForce(market, resource, allowanceOf({ total: '100.00' }))
  const takers = Array.from({ length: 100 }, (_, n) => `m-${n}`)
  const taken = await forEach(takers, (memberId) => take(resource, memberId, 100))
  ok(taken.every((each) => each.ok))
  equal((await take(resource, 'late', 1)).ok, false)
  const back = (memberId: string) =>
    transact(market.db, (tx) => returnQuota(tx, resource, memberId, 33))
  deepEqual(
    await forEach(takers.slice(0, 10), back),
    Array.from({ length: 10 }, () => true),
  )
  deepEqual(await take(resource, 'late', 331), {
    ok: false,
    refusal: 'issuing/sold-out',
    left: 330,
  })
  deepEqual(await take(resource, 'late', 330), { ok: true })
  equal((await sumsOf(resource)).used, 10_000)
})

test('IS-1 a grant that was not delivered is, by whoever needs it, once', async () => {
  const resource = 'coupon-batch:halfway'
  await bringInForce(market, resource, couponBatch(1_000))
  await sql`
    insert into jifen.budget (resource, total, granted, opened_at)
    values (${resource}, 1000, 1000, now())
  `.execute(market.db)
  await sql`
    insert into jifen.budget_move
      (resource, direction, number, shard, amount, settled, moved_at)
    values (${resource}, 'grant', 1, '~0', 1000, false, now())
  `.execute(market.db)
  deepEqual(await take(resource, 'm-1', 1), { ok: true })
  await Promise.all([1, 2, 3].map(() => refillQuota(market, resource, day)))
  deepEqual(await openGrants(market.db, resource), [])
  deepEqual(await sumsOf(resource), {
    total: 1_000,
    granted: 1_000,
    slices: 1_000,
    left: 999,
    used: 1,
  })
})

test('IS-4 a batch made smaller gives up what nobody took; made larger, it has more', async () => {
  const resource = 'coupon-batch:changed'
  const later = day.subtract({ hours: 24 })
  await bringInForce(market, resource, couponBatch(1_000))
  for (let n = 0; n < 300; n += 1) await take(resource, `m-${n}`, 1)
  await bringInForce(market, resource, couponBatch(310), later)
  await refillQuotas(market, day)
  await refillQuotas(market, day)
  const smaller = await sumsOf(resource)
  deepEqual([smaller.total, smaller.granted, smaller.slices], [310, 310, 310])
  deepEqual([smaller.left, smaller.used], [10, 300])

  await bringInForce(market, resource, couponBatch(400), later)
  await refillQuotas(market, day)
  const takers = Array.from({ length: 150 }, (_, n) => `x-${n}`)
  const taken = await forEach(takers, (memberId) => take(resource, memberId, 1))
  equal(taken.filter((each) => each.ok).length, 100)
})

test('IS-2 a budget is granted slice by slice', async () => {
  const resource = 'coupon-batch:slices'
  await bringInForce(market, resource, couponBatch(8_000))
  await take(resource, 'm-1', 1)
  equal((await sumsOf(resource)).granted, 1_000)
  const left = await leftOf(market.db, [resource])
  equal(left.get(resource), 999)
})
