import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { shopById } from '#db/shops/shops.ts'
import {
  appealViolation,
  decideViolation,
} from '#operations/merchants/violations/decide-violation.ts'
import { pointsOfAct } from '#operations/merchants/violations/points-of-act.ts'
import { shopPointsAt } from '#operations/merchants/violations/read-violations.ts'
import {
  recordViolations,
  violationsOf,
  type ToRecord,
} from '#operations/merchants/violations/record-violations.ts'
import { verifyViolations } from '#operations/merchants/violations/verify-violations.ts'
import { transact } from '#operations/_transact.ts'
import { openMarket, type TestMarket } from '#test/support/market.ts'
import { makeShops } from '#test/support/shops.ts'

let market: TestMarket
before(async () => {
  market = await openMarket()
})
after(async () => await market.close())

const instant = (text: string) => Temporal.Instant.from(text)
const now = instant('2017-11-20T10:00:00+08:00')
let requests = 0
const about = (shopId: string, violationId: string, actor: string, at = now) => ({
  shopId,
  violationId,
  actor,
  at,
  words: 'Seen by the test.',
  idempotencyKey: `key-${(requests += 1)}`,
})

async function record(violations: readonly ToRecord[], at = now) {
  const context = { ...market, now: at, actor: 'jifen' }
  return await transact(market.db, (tx) => recordViolations(tx, context, violations))
}

function violation(
  shopId: string,
  violationId: string,
  points: number,
  more: object = {},
): ToRecord {
  const cause = { code: 'test' }
  return { shopId, violationId, kind: 'general', points, at: now, cause, ...more }
}

async function announced(shopId: string): Promise<string[]> {
  const rows = await sql<{ id: string }>`
    select announcement_id as id from jifen.shop_announcement
    where shop_id = ${shopId} order by announcement_id
  `.execute(market.db)
  return rows.rows.map((row) => row.id)
}

test('VI-2 a violation that is recorded again, also in one batch, counts once', async () => {
  await makeShops(market.db, [{ shopId: 'once' }])
  const one = violation('once', 'v', 6)
  equal((await record([one, one])).length, 1)
  equal((await record([one])).length, 0)
  const { totals } = await shopPointsAt(market.db, market, 'once', now)
  equal(totals[0]?.points, 6)
  deepEqual(await announced('once'), ['violation/v'])
})

test('VI-5 a total that reaches its threshold bars the shop for seven days and costs 10,000 yuan', async () => {
  await makeShops(market.db, [{ shopId: 'barred' }])
  await record([violation('barred', 'a', 6)])
  equal((await shopPointsAt(market.db, market, 'barred', now)).barredUntil, undefined)
  await record([violation('barred', 'b', 6)])
  const points = await shopPointsAt(market.db, market, 'barred', now)
  equal(points.barredUntil?.toString(), now.add({ hours: 168 }).toString())
  equal(points.sanctions[0]?.penaltyFen, 1_000_000)
  const over = await shopPointsAt(market.db, market, 'barred', now.add({ hours: 168 }))
  equal(over.barredUntil, undefined)
})

test('VI-7 VI-8 VI-9 a strike by two persons lifts what rests on the points; verify agrees', async () => {
  await makeShops(market.db, [{ shopId: 'struck' }])
  await record([violation('struck', 'a', 6), violation('struck', 'b', 6)])
  const appealed = await appealViolation(market, about('struck', 'a', 'merchant:m'))
  ok(appealed.ok)
  equal(appealed.status, 'appealed')
  const again = await appealViolation(market, about('struck', 'a', 'merchant:m'))
  ok(!again.ok && again.refusal === 'violations/already-appealed')

  const strike = (actor: string) =>
    decideViolation(market, { ...about('struck', 'a', actor), decision: 'strike' })
  const proposed = await strike('operator:ann')
  ok(proposed.ok && proposed.status === 'strikeProposed')
  const alone = await strike('operator:ann')
  ok(!alone.ok && alone.refusal === 'violations/needs-second-person')
  equal((await violationsOf(market.db, ['struck'], now)).get('struck')?.length, 2)
  const struck = await strike('operator:bob')
  ok(struck.ok && struck.status === 'struck')

  const points = await shopPointsAt(market.db, market, 'struck', now)
  equal(points.totals[0]?.points, 6)
  equal(points.barredUntil, undefined)
  ok(points.sanctions[0]?.liftedAt)
  deepEqual(await verifyViolations(market.db, market), [])
})

test('VI-9 a shop that was removed for points that are struck is open again', async () => {
  await makeShops(market.db, [{ shopId: 'removed' }])
  await record([violation('removed', 'a', 48, { kind: 'severe' })])
  equal((await shopById(market.db, 'removed'))?.status, 'closed')
  for (const actor of ['operator:ann', 'operator:bob']) {
    await decideViolation(market, { ...about('removed', 'a', actor), decision: 'strike' })
  }
  equal((await shopById(market.db, 'removed'))?.status, 'open')
})

test('VI-6 the application may change nothing of what was recorded', async () => {
  for (const table of ['shop_violation', 'shop_violation_turn']) {
    const change = sql`update ${sql.table(`jifen.${table}`)} set shop_id = shop_id`
    await change.execute(market.db).then(
      () => ok(false, `${table} was changed`),
      (error: Error) => ok(error.message.includes('permission denied'), error.message),
    )
  }
})

test('VI-5 verify names a consequence that is missing, and one that follows from nothing', async () => {
  await makeShops(market.db, [{ shopId: 'forged' }])
  await record([violation('forged', 'a', 12)])
  await sql`
    update jifen.shop_sanction set sanction_id = 'general-24-of-12/a' where shop_id = 'forged'
  `.execute(market.db)
  const faults = await verifyViolations(market.db, market)
  ok(faults.some(({ shopId, what }) => shopId === 'forged' && what.includes('is not there')))
  await sql`
    update jifen.shop_sanction set sanction_id = 'general-12-of-12/a' where shop_id = 'forged'
  `.execute(market.db)
})

test('VI-1 points of an act are those of the policy', () => {
  deepEqual(pointsOfAct(market.policies, 'soldLowerAfter', now), { kind: 'general', points: 6 })
  equal(pointsOfAct(market.policies, 'toString', now), undefined)
})
