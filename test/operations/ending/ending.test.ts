import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { endingsOf } from '#db/membership/endings.ts'
import { makeAdvance } from '#operations/advances/make-advance.ts'
import { verifyAdvances } from '#operations/advances/verify-advances.ts'
import { tellMembership } from '#operations/ending/tell-membership.ts'
import { verifyBooks } from '#operations/ledger/verify-books.ts'
import { bringInForce } from '#test/support/issuing.ts'
import { fact, tell, type TestMarket } from '#test/support/market.ts'
import {
  balance,
  contextOf,
  coupons,
  doubleEleven,
  giveCoupon,
  openTradeMarket,
  put,
} from '#test/support/trades.ts'

let market: TestMarket
before(async () => {
  market = await openTradeMarket()
  await bringInForce(market, 'instantRefund', { limits: [{ limit: '400.00' }] })
})
after(() => market.close())

let keys = 0
function key() {
  keys += 1
  return { idempotencyKey: `k-${keys}` }
}

const day = (days: number): Temporal.Instant => doubleEleven.add({ hours: 24 * days })

async function joined(memberId: string): Promise<void> {
  const at = doubleEleven.toString()
  const data = { nickname: `${memberId}-nick` }
  await tell(market, [fact(memberId, 'j', 'member.joined', at, data)], day(0))
}

async function turn(memberId: string, told: 'sealed' | 'unsealed', at: Temporal.Instant) {
  const reason = `${memberId}-${told}`
  return await tellMembership(contextOf(market, at), { memberId, told, reason }, key())
}

async function points(memberId: string): Promise<number | undefined> {
  return (await balance(market, memberId, 'points'))?.available
}

async function whatOf(memberId: string) {
  const last = (await endingsOf(market.db, memberId)).at(-1)
  return JSON.parse(last?.what ?? '{}') as Record<string, never>
}

test('EN-1 sealing forfeits everything, and the record says what, why and by whom', async () => {
  await joined('sealed')
  await put(market, 'sealed', 'points', 500)
  await put(market, 'sealed', 'allowance', 700)
  await giveCoupon(market, 'sealed', 1)
  const lines = [{ id: '1', sku: 's', paid: '100.00' }]
  const data = { orderId: 'o', shopId: 'A', paidAt: doubleEleven.toString(), lines }
  await tell(market, [fact('sealed', 'o', 'order.placed', doubleEleven.toString(), data)], day(0))
  const returned = [{ line: '1', quantity: 1 }]
  const asked = { memberId: 'sealed', returnId: 'r', orderId: 'o', returned }
  equal((await makeAdvance(contextOf(market, day(1)), asked, key())).ok, true)

  const sealed = await turn('sealed', 'sealed', day(2))
  if (!sealed.ok) throw new Error(sealed.refusal)
  deepEqual([sealed.ending.reason, sealed.ending.actor], ['sealed-sealed', 'service:test'])
  const { endedAt: _, ...what } = await whatOf('sealed')
  deepEqual(what, {
    wallets: [
      { program: 'platform', unit: 'allowance', amount: 700 },
      { program: 'platform', unit: 'points', amount: 500 },
    ],
    coupons: ['b10.1'],
    benefits: { claims: [], grants: 0 },
    tiers: [],
    paid: [],
    advances: [{ returnId: 'r', owedFen: 10_000 }],
    entries: [],
  })
  deepEqual(await coupons(market, 'sealed'), { 'b10.1': 'forfeited' })
  const again = await turn('sealed', 'sealed', day(3))
  equal(again.ok ? 'done' : again.refusal, 'members/already-sealed')
  deepEqual(await verifyAdvances(market.db), [])
})

test('EN-3 without a policy, and after its time, unsealing gives nothing back', async () => {
  for (const memberId of ['no-policy', 'too-late']) {
    await joined(memberId)
    await put(market, memberId, 'points', 500)
    await giveCoupon(market, memberId, 1)
    await turn(memberId, 'sealed', day(1))
    if (memberId === 'too-late') await bringInForce(market, 'ending', appeals)
    equal((await turn(memberId, 'unsealed', day(memberId === 'too-late' ? 9 : 2))).ok, true)
    equal(await points(memberId), 0)
    const why = memberId === 'too-late' ? 'tooLate' : 'notByPolicy'
    deepEqual((await whatOf(memberId))['decided']?.['points'], { back: false, why })
  }
})

const appeals = {
  unseal: { within: 'P7D', points: true, coupons: true, tiers: true, benefits: true, paid: true },
}

test('EN-3 within the time exactly what was forfeited comes back, on the lots with their expiry', async () => {
  await joined('appeals')
  await put(market, 'appeals', 'points', 300, { ref: 'late', expiresAt: day(60) })
  await put(market, 'appeals', 'points', 200, { ref: 'soon', expiresAt: day(3) })
  await giveCoupon(market, 'appeals', 1)
  const before = await lots('appeals')
  await turn('appeals', 'sealed', day(1))
  equal((await turn('appeals', 'unsealed', day(5))).ok, true)
  equal(await points('appeals'), 300)
  deepEqual(
    await lots('appeals'),
    before.filter(([ref]) => ref === 'late'),
  )
  deepEqual(await coupons(market, 'appeals'), { 'b10.1': 'open' })
  const back = (await whatOf('appeals'))['back']
  deepEqual(back?.['wallets'], [{ program: 'platform', unit: 'points', amount: 300 }])
  await turn('appeals', 'sealed', day(6))
  await turn('appeals', 'unsealed', day(6))
  equal(await points('appeals'), 300)
  deepEqual((await verifyBooks(market.db, { memberId: 'appeals' })).faults, [])
})

test('EN-3 sealing and unsealing in one batch give back as two would', async () => {
  await joined('batch')
  await put(market, 'batch', 'points', 500)
  const facts = [
    fact('batch', 's', 'member.sealed', day(1).toString(), { reason: 'x' }),
    fact('batch', 'u', 'member.unsealed', day(2).toString(), { reason: 'y' }),
  ]
  const results = await tell(market, facts, day(3))
  deepEqual(
    results.map((each) => each.status),
    ['applied', 'applied'],
  )
  equal(await points('batch'), 500)
  deepEqual(
    (await endingsOf(market.db, 'batch')).map((each) => each.kind),
    ['sealed', 'unsealed'],
  )
  deepEqual((await verifyBooks(market.db, { memberId: 'batch' })).faults, [])
})

async function lots(memberId: string): Promise<(string | number)[][]> {
  const rows = await sql<{ ref: string; available: number; expires_at: Temporal.Instant }>`
    select ref, available, expires_at from jifen.lot
    where member_id = ${memberId} and open order by ref
  `.execute(market.owner)
  return rows.rows.map((row) => [row.ref, row.available, String(row.expires_at)])
}
