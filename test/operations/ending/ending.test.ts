import { deepEqual, equal, ok } from 'node:assert/strict'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { endingsOf } from '#db/membership/endings.ts'
import { removals } from '#db/membership/personal-columns.ts'
import { makeAdvance } from '#operations/advances/make-advance.ts'
import { verifyAdvances } from '#operations/advances/verify-advances.ts'
import { approveErasure, requestErasure } from '#operations/ending/erase-member.ts'
import { fileErasures, replayErasures } from '#operations/ending/erasure-list.ts'
import { tellMembership } from '#operations/ending/tell-membership.ts'
import { postForMember } from '#operations/ledger/post-for-member.ts'
import { verifyBooks } from '#operations/ledger/verify-books.ts'
import { asPoints } from '#rules/money/points.ts'
import { bringInForce } from '#test/support/issuing.ts'
import { fact, tell, type TestMarket } from '#test/support/market.ts'
import { isKept } from '#test/support/kept-columns.ts'
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
  })
  deepEqual(await coupons(market, 'sealed'), { 'b10.1': 'forfeited' })
  const again = await turn('sealed', 'sealed', day(3))
  equal(again.ok ? 'done' : again.refusal, 'members/already-sealed')
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

test('EN-4 an erasure needs another person, and no trade that waits to be paid', async () => {
  await joined('two')
  const asked = await requestErasure(contextOf(market, day(1)), {
    memberId: 'two',
    ground: 'request',
  })
  equal(asked.ok ? asked.erasure.status : '', 'requested')
  const self = await approveErasure(contextOf(market, day(1)), 'two')
  equal(self.ok ? '' : self.refusal, 'ending/approver-is-requester')
  const unasked = await approveErasure({ ...contextOf(market), actor: 'operator:b' }, 'sealed')
  equal(unasked.ok ? '' : unasked.refusal, 'ending/not-requested')
  const done = await approveErasure({ ...contextOf(market, day(1)), actor: 'operator:b' }, 'two')
  equal(done.ok ? done.erasure.status : '', 'done')
  const again = await approveErasure({ ...contextOf(market, day(2)), actor: 'operator:b' }, 'two')
  deepEqual(again, done)
})

async function erase(memberId: string, at = day(5)): Promise<void> {
  const context = contextOf(market, at)
  await requestErasure(context, { memberId, ground: 'request' })
  const done = await approveErasure({ ...context, actor: 'operator:b' }, memberId)
  ok(done.ok)
}

test('EN-5, EN-7 an erased member leaves the books and no word, and nothing is told of it any more', async () => {
  await joined('gone')
  await put(market, 'gone', 'points', 500)
  await postForMember(market, {
    key: { memberId: 'gone', program: 'platform', unit: 'points' },
    body: { kind: 'spend', amount: asPoints(100), reason: 'gone-reason' },
    caller: 'service:test',
    idempotencyKey: 'k-gone',
    at: day(1),
  })
  const at = day(1).toString()
  await tell(
    market,
    [
      fact('gone', 'i', 'interaction.recorded', at, { kind: 'post', subject: 'gone-subject' }),
      fact('gone', 's', 'member.sealed', at, { reason: 'gone-why' }),
    ],
    day(1),
  )
  ok((await everywhere('gone-')) > 0)
  await erase('gone')
  equal(await everywhere('gone-'), 0)
  deepEqual((await verifyBooks(market.db, { memberId: 'gone' })).faults, [])
  const later = fact('gone', 'late', 'member.joined', day(6).toString(), { nickname: 'gone-again' })
  const [result] = await tell(market, [later], day(6))
  deepEqual([result?.status, result?.refusal], ['refused', 'members/erased'])
  equal(await everywhere('gone-'), 0)
})

/** In how many rows of the whole database a text is found. */
async function everywhere(marker: string): Promise<number> {
  const tables = await sql<{ table_name: string }>`
    select table_name from information_schema.tables where table_schema = 'jifen'
  `.execute(market.owner)
  let found = 0
  for (const { table_name } of tables.rows) {
    const rows = await sql<{ n: number }>`
      select count(*)::int as n from jifen.${sql.raw(table_name)} t
      where t::text like ${`%${marker}%`}
    `.execute(market.owner)
    found += rows.rows[0]?.n ?? 0
  }
  return found
}

test('EN-5 every column that holds text is known as kept or removed', async () => {
  const rows = await sql<{ place: string }>`
    select table_name || '.' || column_name as place
    from information_schema.columns
    where table_schema = 'jifen' and data_type in ('text', 'json', 'jsonb', 'bytea')
    order by 1
  `.execute(market.owner)
  const unknown = rows.rows
    .map((row) => row.place)
    .filter((place) => !isKept(place) && !isRemoved(place))
  deepEqual(unknown, [])
})

function isRemoved(place: string): boolean {
  const [table, column = ''] = place.split('.')
  return removals.some(
    (each) => each.table === table && ('deletes' in each || Object.hasOwn(each.sets, column)),
  )
}

test('EN-6 the list of erasures is applied again to a database from before them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'jifen-erasures-'))
  await joined('restored')
  await erase('restored')
  await fileErasures(market.db, folder, day(5))
  equal(await fileErasures(market.db, folder, day(5)), 0)
  const file = join(folder, 'erasures.jsonl')
  ok((await readFile(file, 'utf8')).includes('"restored"'))
  await sql`
    update jifen.member set erased_at = null, status = 'active', nickname = 'back'
    where member_id = 'restored'
  `.execute(market.owner)
  await sql`update jifen.wallet set status = 'open' where member_id = 'restored'`.execute(
    market.owner,
  )
  await sql`delete from jifen.erasure where member_id = 'restored'`.execute(market.owner)
  equal(await replayErasures(contextOf(market, day(6)), file), 1)
  equal(await replayErasures(contextOf(market, day(6)), file), 0)
  equal(await everywhere('restored-'), 0)
  deepEqual(await verifyAdvances(market.db), [])
})
