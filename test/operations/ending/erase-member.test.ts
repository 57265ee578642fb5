import { deepEqual, equal, ok } from 'node:assert/strict'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { insertMatch, keepEvidence, withdrawWaiting } from '#db/membership/interchange.ts'
import { removals } from '#db/membership/personal-columns.ts'
import { transact } from '#operations/_transact.ts'
import { approveErasure, requestErasure } from '#operations/ending/erase-member.ts'
import { fileErasures, replayErasures } from '#operations/ending/erasure-list.ts'
import { postForMember } from '#operations/ledger/post-for-member.ts'
import { verifyBooks } from '#operations/ledger/verify-books.ts'
import { asPoints } from '#rules/money/points.ts'
import { isKept } from '#test/support/kept-columns.ts'
import { fact, tell, type TestMarket } from '#test/support/market.ts'
import { contextOf, doubleEleven, openTradeMarket, put } from '#test/support/trades.ts'

let market: TestMarket
before(async () => {
  market = await openTradeMarket()
})
after(() => market.close())

const day = (days: number): Temporal.Instant => doubleEleven.add({ hours: 24 * days })

async function joined(memberId: string): Promise<void> {
  const at = doubleEleven.toString()
  const data = { nickname: `${memberId}-nick` }
  await tell(market, [fact(memberId, 'j', 'member.joined', at, data)], day(0))
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
  await joined('unasked')
  const unasked = await approveErasure({ ...contextOf(market), actor: 'operator:b' }, 'unasked')
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

test('EN-5 an erased member that reviewers refused leaves no word of theirs, and no proof', async () => {
  await joined('proved')
  const [memberId, partner, evidenceHash] = ['proved', 'skyways', 'ab'.repeat(32)]
  const match = { memberId, matchId: 'skyways.1', partner, nth: 1, version: 1, tier: 'super' }
  const proof = { partnerTier: 'gold', evidenceKind: 'card', evidenceHash }
  await transact(market.db, async (tx) => {
    await insertMatch(tx, { ...match, ...proof, submittedBy: 'test', submittedAt: day(1) })
    await keepEvidence(tx, { partner, evidenceHash, memberId })
    await withdrawWaiting(tx, memberId, { by: 'test', reason: 'said-wrong', at: day(1) })
  })
  await sql`
    insert into jifen.invitation_candidate
      (member_id, round, status, score, total, record, reviewed_by, reviewed_at, reason)
    values (${memberId}, '2017', 'turnedDown', 0, 0, '{}', 'test', now(), 'said-bad')
  `.execute(market.owner)
  deepEqual([await everywhere('said-'), await everywhere(evidenceHash)], [2, 2])
  await erase('proved')
  deepEqual([await everywhere('said-'), await everywhere(evidenceHash)], [0, 0])
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
})
