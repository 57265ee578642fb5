import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from '#test/accept/support/client.ts'
import { deploy, type Deployment } from '#test/accept/support/deployment.ts'
import type { Findings } from '#test/accept/support/findings.ts'
import { markedColumns, markMembers, type Marked } from '#test/accept/support/marked-members.ts'
import { pause } from '#test/accept/support/program.ts'
import type { Trial, TrialContext } from '#test/accept/support/trial.ts'
import { mustVerify } from '#test/accept/support/verify.ts'

/** Persons are removed: no word of them is left anywhere, the books stand, and a backup brings nobody back. */
export const erase: Trial = {
  name: 'erase',
  about: 'members with markers in every personal field are erased; a restored backup knows it',
  full: { members: 1_000 },
  quick: { members: 60 },
  controls: {
    // What was written about postings stays.
    'keep-words': [
      {
        file: 'db/membership/personal-columns.ts',
        find: "  { table: 'entry_reason', deletes: true, why: 'what was written about postings' },\n",
        replace: '',
      },
    ],
    // A restored database is served as it is.
    'no-replay': [
      {
        file: 'cli/run-market.ts',
        find: '  await replayErasures(erasing,',
        replace: "  if (config.JIFEN_CLOCK === 'never') await replayErasures(erasing,",
      },
    ],
  },
  run,
}

const atOnce = 8

async function run({ folder, size, findings }: TrialContext): Promise<void> {
  const deployment = await deploy({ folder })
  const client = deployment.client(atOnce)
  const marked = await markMembers(deployment, client, size('members'))
  await checkMarked(deployment, marked, findings)

  const backup = mkdtempSync(join(tmpdir(), `jifen-backup-${process.pid}-`))
  try {
    await eraseAndRestore(deployment, marked, backup, findings)
  } finally {
    rmSync(backup, { recursive: true, force: true })
  }
  await deployment.close()
}

async function eraseAndRestore(
  deployment: Deployment,
  marked: Marked,
  backup: string,
  findings: Findings,
): Promise<void> {
  const said: string[] = []
  await backUp(deployment, backup, said)
  const client = deployment.client(atOnce)
  await eraseAll(deployment, client, marked, findings)
  await checkGone(deployment, client, marked, said, findings)
  await tellLate(deployment, client, marked, findings)

  await restore(deployment, backup, said)
  await checkGone(deployment, deployment.client(1), marked, said, findings)
  await mustVerify(deployment.home, findings)
}

/** Every marker is there before: what is not written cannot be found to be gone. */
async function checkMarked(
  deployment: Deployment,
  { members }: Marked,
  findings: Findings,
): Promise<void> {
  const found = await markersBy(deployment)
  findings.count('columns with markers', found.size)
  for (const column of markedColumns) {
    const count = found.get(column) ?? 0
    findings.count('markers written', count)
    if (count < members.length) findings.fault(`${column} has ${count} markers before`)
  }
}

/** In how many rows of which column a marker stands, over every column of every table. */
async function markersBy(deployment: Deployment): Promise<Map<string, number>> {
  const database = await deployment.database()
  const { rows } = await database.query<{ place: string; table: string; column: string }>(`
    select table_name || '.' || column_name as place,
      quote_ident(table_schema) || '.' || quote_ident(table_name) as table,
      quote_ident(column_name) as column
    from information_schema.columns
    join information_schema.tables using (table_schema, table_name)
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
    order by 1
  `)
  const found = new Map<string, number>()
  for (const { place, table, column } of rows) {
    const counted = await database.query<{ n: number }>(
      `select count(*)::int as n from ${table} where ${column}::text like '%MARKER-%'`,
    )
    const n = counted.rows[0]?.n ?? 0
    if (n > 0) found.set(place, n)
  }
  await database.end()
  return found
}

/** A copy of the database's files, as they are while nothing runs. */
async function backUp(deployment: Deployment, backup: string, said: string[]): Promise<void> {
  await stopped(deployment, said)
  copyAll(placeOf(deployment), join(backup, 'postgres'))
  await deployment.restart()
}

/** Puts the older files in the place of the present ones; what lies beside the database stays. */
async function restore(deployment: Deployment, backup: string, said: string[]): Promise<void> {
  await stopped(deployment, said)
  rmSync(placeOf(deployment), { recursive: true })
  copyAll(join(backup, 'postgres'), placeOf(deployment))
  await deployment.restart()
}

/** With owners and rights, as PostgreSQL wants its files. */
function copyAll(from: string, to: string): void {
  execFileSync('cp', ['-a', from, to])
}

async function stopped(deployment: Deployment, said: string[]): Promise<void> {
  said.push(deployment.program().said())
  await deployment.stop()
  while (deployment.postmaster() !== undefined && isPostgresUp(deployment)) await pause(100)
}

function isPostgresUp(deployment: Deployment): boolean {
  return readdirSync(placeOf(deployment)).includes('postmaster.pid')
}

/** Where PostgreSQL keeps its files. */
function placeOf({ home }: Deployment): string {
  try {
    return join(readFileSync(join(home, 'location'), 'utf8').trim(), 'postgres')
  } catch {
    return join(home, 'postgres')
  }
}

/** Asked for by one operator and approved by another, many at once; each approval twice. */
async function eraseAll(
  { issuer }: Deployment,
  client: Client,
  { members }: Marked,
  findings: Findings,
): Promise<void> {
  const as = (subject: string) => issuer.sign({ role: 'operator', subject, lifeSeconds: 3_600 })
  const waiting = [...members]
  // People may ask so often in a minute: each pair of operators is another.
  const worker = async (_: unknown, nth: number): Promise<void> => {
    const [ann, bob] = [await as(`ann-${nth}`), await as(`bob-${nth}`)]
    for (let memberId = waiting.pop(); memberId !== undefined; memberId = waiting.pop()) {
      const path = `/v1/members/${memberId}/erasure`
      const json = { ground: 'request', confirm: memberId }
      await client.send({ path, token: ann, json })
      for (let time = 0; time < 2; time += 1) {
        const approval = { method: 'POST', path: `${path}/approval`, token: bob }
        const reply = await client.send(approval)
        if (reply.status !== 200) findings.fault(`${memberId} was not erased: ${reply.text}`)
      }
      findings.count('members erased')
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  // The list beside the database is written by the next beat of the jobs.
  await pause(3_000)
}

/** No marker in any column, in what is told to others, in logs, or in a file beside the database. */
async function checkGone(
  deployment: Deployment,
  client: Client,
  { members }: Marked,
  said: readonly string[],
  findings: Findings,
): Promise<void> {
  for (const [column, count] of await markersBy(deployment)) {
    findings.fault(`${column} still has ${count} markers`)
  }
  const token = await deployment.service('reader')
  const told = await client.send({ path: '/v1/announcements?limit=100', token })
  if (told.status !== 200) findings.fault(`announcements were answered ${told.status}`)
  const texts = new Map([
    ['what is told to others', told.text],
    ['the log of the program', [...said, deployment.program().said()].join('\n')],
    ['the log of PostgreSQL', deployment.postgresLog()],
    ...filesBeside(deployment).map((file) => [file, readFileSync(file, 'latin1')] as const),
  ])
  for (const [where, text] of texts) {
    findings.count('texts read')
    if (text.includes('MARKER-')) findings.fault(`${where} has a marker`)
  }
  const database = await deployment.database()
  const { rows } = await database.query<{ n: number }>(
    'select count(*)::int as n from jifen.member where erased_at is not null',
  )
  await database.end()
  if (rows[0]?.n !== members.length) findings.fault(`${rows[0]?.n} are erased`)
}

function filesBeside(deployment: Deployment): string[] {
  const postgres = placeOf(deployment)
  return readdirSync(deployment.home, { recursive: true, encoding: 'utf8' })
    .map((name) => join(deployment.home, name))
    .filter((file) => !file.startsWith(postgres) && statSync(file).isFile())
}

/** What is told of an erased member afterwards is refused, and leaves no word. */
async function tellLate(
  deployment: Deployment,
  client: Client,
  { members, service }: Marked,
  findings: Findings,
): Promise<void> {
  for (const memberId of members.slice(0, 20)) {
    const event = {
      specversion: '1.0',
      source: 'trial',
      id: 'late',
      type: 'jifen.member.joined.v1',
      time: Temporal.Now.instant().toString(),
      partitionkey: memberId,
      data: { nickname: 'MARKER-late' },
    }
    const reply = await client.send({ path: '/v1/events', token: service, json: event })
    if (!reply.text.includes('members/erased')) findings.fault(`${memberId}: ${reply.text}`)
  }
  const found = await markersBy(deployment)
  if (found.size > 0) findings.fault(`late facts left markers in ${[...found.keys()].join(', ')}`)
}
