import { deepEqual } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import { startJobs, type Jobs } from '#jobs/runner.ts'
import { testApi, type TestApi } from '#test/support/api.ts'
import { bought } from '#test/support/bought-in-month.ts'
import { tell } from '#test/support/market.ts'

let api: TestApi
let jobs: Jobs
const anchorsFolder = mkdtempSync(join(tmpdir(), 'jifen-anchors-'))
const faults: string[] = []

before(async () => {
  api = await testApi()
  await tell(api, bought('lin', '2017-10', 830), api.clock.now())
  jobs = await startJobs({
    ...api,
    anchorsFolder,
    onFault: (what, error) => faults.push(`${what}: ${String(error)}`),
  })
})
after(async () => {
  await jobs.stop()
  await api.close()
  rmSync(anchorsFolder, { recursive: true })
})

async function monthsDone(wanted: number): Promise<readonly string[]> {
  for (let tries = 0; ; tries += 1) {
    const { rows } = await sql<{ month: Temporal.PlainDate }>`
      select month from jifen.score_run where ended_at is not null order by month
    `.execute(api.db)
    if (rows.length >= wanted || tries >= 200) return rows.map((row) => row.month.toString())
    await wait(50)
  }
}

test('MS-16 the scores are refreshed by the clock of the business, once for each month', async () => {
  deepEqual(await monthsDone(1), ['2017-11-01'])
  api.clock.moveTo(Temporal.Instant.from('2017-12-07T23:59:50+08:00'))
  await wait(1_500)
  deepEqual(await monthsDone(1), ['2017-11-01'])

  api.clock.moveTo(Temporal.Instant.from('2018-02-08T00:00:00+08:00'))
  deepEqual(await monthsDone(4), ['2017-11-01', '2017-12-01', '2018-01-01', '2018-02-01'])
  const { rows } = await sql<{ months: number }>`
    select count(*) as months from jifen.member_score where member_id = 'lin'
  `.execute(api.db)
  deepEqual([rows[0]?.months, faults], [4, []])
})
