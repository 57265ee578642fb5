import type { Writer } from '#db/connection.ts'
import {
  openEntriesOf,
  someEntries,
  updateEntries,
  type EventEntry,
  type Look,
} from '#db/entry/entries.ts'
import { settleEvent, unsettledEvents, closeEvent, type EntryEvent } from '#db/entry/events.ts'
import { lockMembers } from '#db/members.ts'
import { transact } from '#operations/_transact.ts'
import { announce } from '#operations/announcements/announce.ts'
import { leaveRules } from '#operations/entry/_accepted-rules.ts'
import { endHold, giveBackOf, postOfEntries } from '#operations/entry/_postings.ts'
import { entryNotice, type EntryTurn } from '#operations/entry/_told.ts'
import { entryName, eventAt, type EntryContext } from '#operations/entry/entry-book.ts'
import { moveLineUp } from '#operations/entry/move-line-up.ts'
import { returnQuota } from '#operations/issuing/quotas.ts'
import type { WalletCommand } from '#operations/ledger/post-commands.ts'
import { remindAt } from '#rules/entry/entry.ts'
import { isBefore } from '#rules/time/instants.ts'

const atOnce = 500
const by = 'jifen'

/**
 * Does what is due of events by an instant, in batches: lines move up, members are reminded, points are
 * captured when an event begins, whoever still waits is turned away, and who did not come by its end has
 * missed it (EE-5, EE-7, EE-9, EE-11). Returns how many entries were turned.
 */
export async function settleEntries(context: EntryContext, at: Temporal.Instant): Promise<number> {
  let turned = 0
  for (const event of await unsettledEvents(context.db)) {
    turned += await settleEntriesTo(context, event, at)
  }
  return turned
}

/** As `settleEntries`, of one event. */
export async function settleEntriesTo(
  context: EntryContext,
  event: EntryEvent,
  at: Temporal.Instant,
): Promise<number> {
  const terms = eventAt(context.policies, event.event, at)?.terms
  const all = (look: Look, turn: Turn) => turnAll(context, { event: event.event, look, turn, at })
  if (event.calledOffAt !== null) {
    const turned = await all('uncalled', calledOff)
    await endEvent(context, event.event)
    return turned
  }
  if (terms === undefined) return 0

  if (isBefore(at, terms.event.from)) {
    const vacated = await vacate(context, event.event)
    const admitted = await moveLineUp(context, event.event, at)
    const isTime = !isBefore(at, remindAt(terms, context.market.zone))
    return vacated + admitted + (isTime ? await all('untold', reminded) : 0)
  }
  const turned = (await all('uncaptured', captured)) + (await all('waiting', turnedAway))
  if (isBefore(at, terms.event.to)) return turned
  const missing = await all('admitted', missed)
  await endEvent(context, event.event)
  return turned + missing
}

/** What becomes of one entry: how it is then, what is posted, and what its member is told. */
type Turned = {
  readonly entry: EventEntry
  readonly commands: readonly WalletCommand[]
  readonly told: EntryTurn
}

type Turn = (entry: EventEntry, at: Temporal.Instant) => Turned

const reminded: Turn = (entry, at) => {
  return { entry: { ...entry, toldAt: at }, commands: [], told: 'reminded' }
}

const captured: Turn = (entry, at) => {
  const { points } = entry
  const commands = endHold(entry, points, 0, { actor: by, at })
  return { entry: { ...entry, captured: points, capturedAt: at }, commands, told: 'begun' }
}

const turnedAway: Turn = (entry, at) => {
  return {
    entry: { ...entry, status: 'turnedAway', endedAt: at },
    commands: [],
    told: 'turnedAway',
  }
}

const missed: Turn = (entry, at) => {
  return { entry: { ...entry, status: 'missed', endedAt: at }, commands: [], told: 'missed' }
}

const calledOff: Turn = (entry, at) => {
  const isHeld = entry.status === 'admitted' && entry.capturedAt === null
  const back = entry.captured - entry.givenBack
  const commands = isHeld
    ? endHold(entry, 0, entry.points, { actor: by, at })
    : giveBackOf(entry, back, 'calledOff', { actor: by, at })
  const after = { ...entry, status: 'calledOff' as const, givenBack: entry.captured, endedAt: at }
  return { entry: after, commands, told: 'calledOff' }
}

async function turnAll(
  context: EntryContext,
  due: {
    readonly event: string
    readonly look: Look
    readonly turn: Turn
    readonly at: Temporal.Instant
  },
): Promise<number> {
  let turned = 0
  for (let batch = atOnce; batch === atOnce; turned += batch) {
    batch = await transact(context.db, (tx) => turnSome(tx, context, due))
  }
  return turned
}

async function turnSome(
  tx: Writer,
  context: EntryContext,
  {
    event,
    look,
    turn,
    at,
  }: {
    readonly event: string
    readonly look: Look
    readonly turn: Turn
    readonly at: Temporal.Instant
  },
): Promise<number> {
  const seen = await someEntries(tx, event, look, atOnce)
  if (seen.length === 0) return 0
  const memberIds = seen.map(({ memberId }) => memberId)
  await lockMembers(tx, memberIds)
  // Read again: some were turned by others until the members were locked.
  const found = await someEntries(tx, event, look, atOnce, memberIds)
  const turns = found.map((entry) => turn(entry, at))
  await postOfEntries(
    tx,
    turns.flatMap(({ commands }) => commands),
  )
  await updateEntries(
    tx,
    turns.map(({ entry }) => entry),
  )
  if (look === 'uncalled') {
    for (const { entry } of turns) await leaveRules(tx, context.policies, entry)
  }
  await announce(
    tx,
    turns.map(({ entry, told }) => entryNotice(entry, told, at)),
  )
  return seen.length
}

/** EE-12: gives the places of sealed members back, one after the other. */
async function vacate(context: EntryContext, event: string): Promise<number> {
  const found = await someEntries(context.db, event, 'vacated', atOnce)
  for (const { memberId } of found) {
    await transact(context.db, async (tx) => {
      await lockMembers(tx, [memberId])
      const [entry] = await someEntries(tx, event, 'vacated', 1, [memberId])
      if (entry === undefined) return
      await updateEntries(tx, [{ ...entry, ofCapacity: false }])
      await returnQuota(tx, entryName(event), memberId, 1)
    })
  }
  return found.length
}

/** Nothing more is due of an event whose entries have all ended. */
async function endEvent(context: EntryContext, event: string): Promise<void> {
  await transact(context.db, async (tx) => {
    await closeEvent(tx, event)
    const left = await someEntries(tx, event, 'open', 1)
    if (left.length === 0) await settleEvent(tx, event)
  })
}

/** EE-12: ends the entries of a member who is sealed, in that transaction, with the member locked. */
export async function forfeitEntries(
  tx: Writer,
  { policies }: Pick<EntryContext, 'policies'>,
  memberId: string,
  at: Temporal.Instant,
): Promise<readonly string[]> {
  const open = await openEntriesOf(tx, [memberId])
  const ended = open.map((entry): EventEntry => ({ ...entry, status: 'forfeited', endedAt: at }))
  await updateEntries(tx, ended)
  for (const entry of open) await leaveRules(tx, policies, entry)
  await announce(
    tx,
    ended.map((entry) => entryNotice(entry, 'forfeited', at)),
  )
  return ended.map(({ event, nth }) => `${event}.${nth}`)
}
