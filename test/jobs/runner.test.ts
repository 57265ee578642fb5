import { deepEqual, equal } from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { startJobs, type Jobs } from '#jobs/runner.ts'
import { newestAnchor } from '#operations/ledger/check-anchor.ts'
import { event, keyed, testApi, type TestApi } from '#test/support/api.ts'
import { runStatement } from '#test/support/server.ts'

let api: TestApi
let jobs: Jobs
const anchorsFolder = mkdtempSync(join(tmpdir(), 'jifen-anchors-'))
const faults: string[] = []

before(async () => {
  api = await testApi()
  const { db, policies, market, url, clock } = api
  jobs = await startJobs({
    db,
    policies,
    market,
    url,
    clock,
    anchorsFolder,
    onFault: (what, error) => faults.push(`${what}: ${String(error)}`),
  })
})
after(async () => {
  await jobs.stop()
  await api.close()
  rmSync(anchorsFolder, { recursive: true })
})

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200 && !(await isSo()); tries += 1) await wait(50)
}

test('What is due is booked within a second of the clock, and at once when it is moved', async () => {
  const headers = await api.as('operator')
  const body = event('lin', 'member.joined', 'join', '2017-01-01T00:00:00+08:00')
  await api.ask({ path: '/v1/events', headers, body })
  const path = '/v1/members/lin/wallets/platform/gift'
  const activeAt = api.clock.now().add({ milliseconds: 500 }).toString()
  const earn = { amount: 5, activeAt, expiresAt: '2017-12-01T00:00:00+08:00' }
  equal((await api.ask({ path: `${path}/earns`, headers: keyed(headers), body: earn })).status, 201)
  const kinds = async (): Promise<string[]> => {
    const { body: told } = await api.ask({ path: `${path}/entries`, headers })
    return told.entries.map((entry: { kind: string }) => entry.kind)
  }
  await until(async () => (await kinds()).length === 2)
  deepEqual(await kinds(), ['activate', 'earn'])

  api.clock.moveTo(Temporal.Instant.from('2017-12-02T00:00:00+08:00'))
  await until(async () => (await kinds()).length === 3)
  deepEqual(await kinds(), ['expire', 'activate', 'earn'])
})

test('The queue anchors the heads of all wallets beside the database', async () => {
  await runStatement(api.url, "select graphile_worker.add_job('anchor-heads')")
  await until(async () => existsSync(join(anchorsFolder, 'anchors.jsonl')))
  const anchor = await newestAnchor(anchorsFolder)
  equal(anchor?.wallets, 1)
})

test('The queue forgets keys of requests after thirty days, not before', async () => {
  await runStatement(
    api.url,
    `insert into jifen.idempotency (member_id, caller, key, fingerprint, created_at) values
       ('lin', 'x', 'old', '', '2017-10-01T00:00:00Z'), ('lin', 'x', 'new', '', '2017-11-30T00:00:00Z')`,
  )
  await runStatement(api.url, "select graphile_worker.add_job('forget-old-keys')")
  const left = async (): Promise<unknown[]> => {
    const found = await runStatement(
      api.url,
      "select key from jifen.idempotency where caller = 'x'",
    )
    return found.rows.map((row: { key: string }) => row.key)
  }
  await until(async () => (await left()).length === 1)
  deepEqual(await left(), ['new'])
  deepEqual(faults, [])
})
