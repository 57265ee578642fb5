import type pg from 'pg'
import { readBooks, walkBooks } from '#test/accept/support/books.ts'
import type { Client } from '#test/accept/support/client.ts'
import { deploy, type Deployment } from '#test/accept/support/deployment.ts'
import { plantFault, type Edit } from '#test/accept/support/fault.ts'
import type { Findings } from '#test/accept/support/findings.ts'
import {
  joinMembers,
  mustPost,
  requestOf,
  toldBy,
  type Posting,
} from '#test/accept/support/postings.ts'
import { pause } from '#test/accept/support/program.ts'
import type { Trial, TrialContext } from '#test/accept/support/trial.ts'
import { mustVerify } from '#test/accept/support/verify.ts'

const aSecondLater = 'lot.expiresAt.add({ seconds: 1 })'

/** The last second of the year, a clock that goes back an hour, and one that goes forward. */
export const time: Trial = {
  name: 'time',
  about:
    'the end of the year by a virtual clock, also back and forward: nothing lapses early or late',
  full: { members: 12 },
  quick: { members: 4 },
  controls: {
    // Points can be spent a second longer than they last.
    'late-lapse': [
      {
        file: 'rules/ledger/book.ts',
        find: 'return lot.expiresAt !== null && !isBefore(at, lot.expiresAt)',
        replace: `return lot.expiresAt !== null && !isBefore(at, ${aSecondLater})`,
      },
      {
        file: 'rules/ledger/settle.ts',
        find: "addIfDue(lot.expiresAt, 'expire', lot.lotId)",
        replace: `addIfDue(lot.expiresAt && ${aSecondLater}, 'expire', lot.lotId)`,
      },
    ],
  },
  run,
}

const midnight = Temporal.Instant.from('2019-01-01T00:00:00+08:00')
const before = midnight.subtract({ milliseconds: 2_500 })
const plenty = 1_000_000

/** Nothing is booked by itself: everything depends on postings alone. */
const noSweeper: readonly Edit[] = [
  {
    file: 'jobs/settle-regularly.ts',
    find: '  const begin = (): void => {\n',
    replace: '  const begin = (): void => {\n    if (everyMs > 0) return\n',
  },
]

async function run(context: TrialContext): Promise<void> {
  await crossMidnight(context, context.folder, 'with the sweeper')
  if (context.folder !== ownFolder) return
  const still = plantFault(noSweeper)
  try {
    await crossMidnight(context, still.folder, 'without the sweeper')
  } finally {
    still.discard()
  }
}

const ownFolder = new URL('../..', import.meta.url).pathname.replace(/\/$/, '')

type Stage = {
  readonly deployment: Deployment
  readonly client: Client
  readonly token: string
  readonly memberIds: readonly string[]
  readonly findings: Findings
  readonly name: string
}

async function crossMidnight(
  { size, findings }: TrialContext,
  folder: string,
  name: string,
): Promise<void> {
  const deployment = await deploy({ folder, clock: before.toString() })
  const memberIds = Array.from({ length: size('members') }, (_, n) => `member-${n}`)
  const client = deployment.client(2 * memberIds.length)
  const token = await deployment.service('time')
  const stage: Stage = { deployment, client, token, memberIds, findings, name }
  await prepare(stage)
  await Promise.all(memberIds.map((memberId) => spendAcross(stage, memberId)))

  const database = await deployment.database()
  await mustHaveLapsed(stage, database)
  await restartAt(stage, midnight.subtract({ hours: 1 }))
  await mustStayLapsed(stage, 'an hour back')
  await restartAt(stage, midnight.add({ hours: 1 }))
  await mustStayLapsed(stage, 'an hour forward')
  await checkEnd(stage, await deployment.database())
  await mustVerify(deployment.home, findings)
  await deployment.close()
}

/** Points that lapse at midnight, some of them held until just before and just after it. */
async function prepare(stage: Stage): Promise<void> {
  const { client, token, memberIds } = stage
  await joinMembers(client, token, memberIds, before.toString())
  const expiresAt = midnight.toString()
  for (const memberId of memberIds) {
    const base = { memberId, token }
    const earned = { amount: plenty, expiresAt, ref: 'lapsing' }
    await mustPost(client, { ...base, verb: 'earns', key: 'earn', body: earned })
    for (const [ref, end] of [
      ['short', 2_000],
      ['long', 5_000],
    ] as const) {
      const holdEnd = before.add({ milliseconds: end }).toString()
      const body = { amount: 100, ref, expiresAt: holdEnd }
      await mustPost(client, { ...base, verb: 'holds', key: ref, body })
    }
  }
}

/** Spends a point at a time, all the way over midnight. */
async function spendAcross(stage: Stage, memberId: string): Promise<void> {
  const { client, token, findings, name } = stage
  let refusedAlready = false
  const endMs = performance.now() + 9_000
  for (let count = 0; performance.now() < endMs; count += 1) {
    const key = `spend-${count}`
    const posting: Posting = { memberId, token, verb: 'spends', key, body: { amount: 1, ref: key } }
    const reply = await client.send(requestOf(posting))
    const told = toldBy(reply)
    findings.count(`${name}: spends ${told?.ok === true ? 'done' : 'refused'}`)
    if (told?.ok === true && refusedAlready) {
      findings.fault(`${name}: ${memberId} could spend again after a refusal`)
    }
    if (told?.ok === false) {
      refusedAlready = true
      if (told.code !== 'ledger/insufficient') findings.fault(`${name}: ${reply.text}`)
      await pause(50)
    }
  }
  if (!refusedAlready) findings.fault(`${name}: ${memberId} was never refused`)
}

/** What was spent was spent before midnight, what was refused came after it. */
async function mustHaveLapsed(stage: Stage, database: pg.Client): Promise<void> {
  const { memberIds, findings, name } = stage
  const midnightMs = midnight.epochMilliseconds
  for (const memberId of memberIds) {
    const spends = (await readBooks(database, memberId)).filter((entry) => entry.kind === 'spend')
    const late = spends.find((entry) => entry.answer.ok && entry.bookedAtMs >= midnightMs)
    const early = spends.find((entry) => !entry.answer.ok && entry.bookedAtMs < midnightMs)
    const at = `${name}: ${memberId}`
    if (late !== undefined) findings.fault(`${at} spent at ${late.bookedAtMs - midnightMs} ms`)
    if (early !== undefined) {
      findings.fault(`${at} was refused at ${early.bookedAtMs - midnightMs} ms`)
    }
  }
}

async function restartAt(stage: Stage, clock: Temporal.Instant): Promise<void> {
  await stage.deployment.stop()
  await stage.deployment.restart({ clock: clock.toString() })
}

/** Whatever the clock says now: what has lapsed in the books is gone. */
async function mustStayLapsed(stage: Stage, when: string): Promise<void> {
  const { client, token, memberIds, findings, name } = stage
  for (const memberId of memberIds) {
    const base = { memberId, token }
    const key = `late ${when}`.replaceAll(' ', '-')
    const body = { amount: 1, ref: key }
    const reply = await client.send(requestOf({ ...base, verb: 'spends', key, body }))
    findings.count(`${name}: spends ${when}`)
    if (toldBy(reply)?.code !== 'ledger/insufficient') {
      findings.fault(`${name}: ${memberId} ${when} was answered ${reply.status} ${reply.text}`)
    }
  }
}

/** Time never went back in any wallet; each hold timed out once; the lot lapsed once. */
async function checkEnd(stage: Stage, database: pg.Client): Promise<void> {
  const { memberIds, findings, name } = stage
  for (const memberId of memberIds) {
    const entries = await readBooks(database, memberId)
    const balance = walkBooks(memberId, entries, findings)
    if (balance.available + balance.held + balance.pending > 0) {
      findings.fault(`${name}: ${memberId} still has ${JSON.stringify(balance)}`)
    }
    for (const hold of ['short', 'long']) {
      const ends = entries.filter((entry) => entry.kind === 'timeOut' && entry.ref === hold).length
      findings.count(`${name}: holds timed out`, ends)
      if (ends !== 1) findings.fault(`${name}: ${memberId} hold ${hold} timed out ${ends} times`)
    }
    const lapses = entries.filter((entry) => entry.kind === 'expire').length
    if (lapses !== 1) findings.fault(`${name}: ${memberId} has ${lapses} lapses`)
  }
}
