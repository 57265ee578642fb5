import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import { bought } from '#test/support/bought-in-month.ts'
import { openMarket, tell, type TestMarket } from '#test/support/market.ts'

const root = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'jifen-score-'))
const memberIds = Array.from({ length: 400 }, (_, n) => `m-${String(n).padStart(3, '0')}`)
const told = Temporal.Instant.from('2017-06-01T00:00:00+08:00')
const everyMonth = Array.from({ length: 12 }, (_, months) =>
  Temporal.PlainYearMonth.from('2016-06').add({ months }).toString(),
)
let market: TestMarket

before(async () => {
  market = await openMarket(4)
  await tell(
    market,
    memberIds.flatMap((memberId, n) => {
      const months = n % 4 === 0 ? everyMonth : ['2017-05']
      return months.flatMap((month) => bought(memberId, month, 10_000))
    }),
    told,
  )
})
after(async () => {
  rmSync(folder, { recursive: true })
  await market.close()
})

test('MS-16 a refresh that is killed goes on where it was, and does nothing twice', async () => {
  const killed = start('refresh', '--month', '2017-06', '--size', '1', '--at', '2017-06-08T00:00:00+08:00') // prettier-ignore
  while ((await counts()).done < 20) await wait(5)
  killed.child.kill('SIGKILL')
  await killed.ended
  const before = await counts()
  ok(before.done >= 20 && before.done < memberIds.length, `killed after ${before.done}`)
  equal(before.scores, before.done)

  const second = ['--month', '2017-06', '--at', '2017-06-09T00:00:00+08:00', '--json']
  const [one, other] = await Promise.all([
    start('refresh', ...second).ended,
    start('refresh', ...second).ended,
  ])
  equal(one.code, 0, one.err)
  equal(other.code, 0, other.err)
  deepEqual(JSON.parse(one.out), {
    month: '2017-06',
    members: 400,
    parts: 400,
    policy: 'score@1',
    fromFacts: false,
  })
  const after = await counts()
  deepEqual([after.done, after.scores, after.first], [400, 400, before.scores])
  // Those who bought in every month rise to another tier, once.
  deepEqual([after.supers, after.changes], [100, 100])
})

test('a month that is done is left alone; one member is computed again, line by line', async () => {
  const again = await start('refresh', '--month', '2017-06').ended
  match(again.out, /^The scores of 2017-06 are those of score@1: 400 members\.\n$/)
  const one = await start('refresh', '--month', '2017-06', '--member', 'm-000').ended
  match(one.out, /^m-000 2017-06: [0-9]+ \(score@1\)\n {2}purchase /)
  const future = await start('refresh', '--month', '2099-01').ended
  equal(future.code, 1)
  match(future.err, /\nNothing is computed\.\nThe refresh day of this month has not come\.\n$/)
  const wrong = await start('refresh', '--month', '2017-6').ended
  equal(wrong.code, 1)
})

test('a refresh does not leap over years unless it is asked to', async () => {
  const leap = await start('refresh').ended
  equal(leap.code, 1)
  match(leap.err, /The last month refreshed is 2017-06, and it is [0-9]{4}-[0-9]{2} now: /)
  equal((await start('refresh', '--member', 'm-000').ended).code, 1)
  const { rows } = await sql<{ latest: string }>`
    select max(month)::text as latest from jifen.score_run
  `.execute(market.db)
  equal(rows[0]?.latest, '2017-06-01')
})

test('what is kept ready is proved, and made anew where it is not what is recorded', async () => {
  const right = await start('prove').ended
  deepEqual([right.code, right.out], [0, 'What is kept ready is what is recorded.\n'])
  await sql`
    update jifen.score_facts set facts = '[[],[],[],[],[],[],[],[],[],[]]' where member_id = 'm-007'
  `.execute(market.db)
  const wrong = await start('prove').ended
  equal(wrong.code, 1)
  match(wrong.out, /^1 members differ:\nm-007: the ready-made facts are \[\[\]/)
  equal((await start('rebuild').ended).code, 0)
  equal((await start('prove', '--member', 'm-007').ended).code, 0)
})

type Counts = {
  done: number
  scores: number
  /** Written by the first, killed run. */
  first: number
  changes: number
  supers: number
}

async function counts(): Promise<Counts> {
  const { rows } = await sql<Counts>`
    select
      (select count(*) from jifen.score_part where done_at is not null) as done,
      (select count(*) from jifen.member_score) as scores,
      (
        select count(*) from jifen.member_score
        where scored_at = '2017-06-08T00:00:00+08:00'::timestamptz
      ) as first,
      (select count(*) from jifen.tier_change) as changes,
      (select count(*) from jifen.membership where tier = 'super') as supers
  `.execute(market.db)
  const [row] = rows
  ok(row !== undefined)
  return row
}

type Ended = { readonly code: number | null; readonly out: string; readonly err: string }

function start(...words: readonly string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, ['cli/main.ts', 'score', ...words, '--home', folder], {
    cwd: root,
    env: { ...process.env, DATABASE_URL: market.url },
  })
  const said = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text))
  const ended = new Promise<Ended>((done) => {
    child.once('close', (code) => done({ code, ...said }))
  })
  return { child, ended }
}
