import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { openDatabase } from '#cli/database.ts'
import { discardPostgres } from '#cli/postgres/start-postgres.ts'
import { connect } from '#db/connection.ts'
import { migrate } from '#db/migrate.ts'
import { commandsEach, fillBooks } from '#test/accept/support/fill-books.ts'
import type { Findings } from '#test/accept/support/findings.ts'
import type { Random } from '#test/accept/support/random.ts'
import { keepBooks, putBack, tamperings } from '#test/accept/support/tampering.ts'
import type { Tampering } from '#test/accept/support/tampering.ts'
import type { Trial, TrialContext } from '#test/accept/support/trial.ts'
import { runJifen, runVerify } from '#test/accept/support/verify.ts'

/** Whoever changes the books behind the program's back is found out. */
export const audit: Trial = {
  name: 'audit',
  about: 'as superuser change, delete, insert, reorder, cut: jifen verify names member and entry',
  full: { entries: 20_000, times: 100 },
  quick: { entries: 20_000, times: 20 },
  controls: {
    // The hash of an entry is not compared with what it says.
    'no-hash': [
      {
        file: 'operations/ledger/_audit-wallet.ts',
        find: 'if (!entry.hash.equals(',
        replace: 'if (entry.hash.length === 0 && !entry.hash.equals(',
      },
    ],
  },
  run,
}

const foundedAt = Temporal.Instant.from('2017-01-01T00:00:00Z')

type Stage = {
  readonly database: pg.Client
  readonly home: string
  /** The tree whose `jifen verify` is tried. */
  readonly folder: string
  readonly members: number
  readonly random: Random
  readonly findings: Findings
}

async function run({ folder, random, size, findings }: TrialContext): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), `jifen-accept-${process.pid}-`))
  const opened = await openDatabase(home)
  const database = new pg.Client({ connectionString: opened.url })
  const members = Math.ceil(size('entries') / (2 * commandsEach))
  const stage: Stage = { database, home, folder, members, random, findings }
  try {
    await database.connect()
    await migrate(opened.url, undefined, [], foundedAt)
    await fillAndAnchor(stage, opened.url)
    await checkClean(stage)
    for (const [kind, all] of Object.entries(tamperings)) {
      await tryAll(stage, kind, all, size('times'))
    }
    await checkClean(stage)
    await checkRole(stage)
  } finally {
    await database.end()
    await opened.close()
    await discardPostgres(home)
  }
}

/** The first half is kept apart, as the state to which a tail is cut; the whole is anchored. */
async function fillAndAnchor(stage: Stage, url: string): Promise<void> {
  const { database, home, members, random } = stage
  const db = connect(url, { as: 'application' })
  await fillBooks(db, members, random, 0)
  await keepBooks(database, 'early')
  await fillBooks(db, members, random, 1)
  await keepBooks(database, 'whole')
  await db.destroy()
  const anchored = await runJifen(['anchor', '--home', home])
  if (anchored.code !== 0) throw new Error(`jifen anchor said: ${anchored.stderr}`)
}

/** Tampers with the books of as many members, verifies once, and puts everything back. */
async function tryAll(
  stage: Stage,
  kind: string,
  all: readonly Tampering[],
  times: number,
): Promise<void> {
  const { database, home, folder, members, random, findings } = stage
  const numbers = random.shuffle(Array.from({ length: members }, (_, n) => n)).slice(0, times)
  const wanted = new Map<string, { readonly what: string; readonly seq: number | undefined }>()
  for (const [index, number] of numbers.entries()) {
    const tampering = all[index % all.length]
    if (tampering === undefined) continue
    const memberId = `member-${number}`
    const victim = { database, memberId, length: 2 * commandsEach, random }
    const seq = await tampering.tamper(victim)
    wanted.set(memberId, { what: `${kind} ${tampering.name}`, seq })
  }

  const { faults, code } = await runVerify(home, folder)
  if (code === 0) findings.fault(`${kind}: jifen verify ended with 0`)
  const byMember = Map.groupBy(faults, (fault) => fault.member_id)
  for (const [memberId, { what, seq }] of wanted) {
    const told = byMember.get(memberId) ?? []
    findings.count(`${kind}: tried`)
    const isFound = told.some((fault) => (seq === undefined ? fault.seq > 0 : fault.seq === seq))
    if (isFound) findings.count(`${kind}: found`)
    else findings.fault(`${what} at seq ${seq ?? 'any'} was told as ${JSON.stringify(told)}`)
  }
  const innocent = [...byMember.keys()].find((memberId) => !wanted.has(memberId))
  if (innocent !== undefined) findings.fault(`${kind}: ${innocent} was named, and is right`)
  await putBack(database, 'whole', [...wanted.keys()])
}

async function checkClean({ home, folder, findings }: Stage): Promise<void> {
  const { faults, entries } = await runVerify(home, folder)
  findings.count('entries verified, clean', entries)
  for (const fault of faults) findings.fault(`clean books: ${JSON.stringify(fault)}`)
}

/** The program's own role may add to the books, never change them. */
async function checkRole({ database, findings }: Stage): Promise<void> {
  await database.query('set role jifen_app')
  for (const table of ['entry', 'transfer']) {
    for (const statement of [
      `update jifen.${table} set amount = amount`,
      `delete from jifen.${table}`,
      `truncate jifen.${table}`,
    ]) {
      const said = await database.query(statement).then(
        () => 'done',
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      )
      findings.count('refused to the application')
      if (!said.startsWith('permission denied')) findings.fault(`${statement}: ${said}`)
    }
  }
}
