import type { Writer } from '#db/connection.ts'
import { firstWaiting, updateEntries, type EventEntry } from '#db/entry/entries.ts'
import { eventByName, lockEvent } from '#db/entry/events.ts'
import { lockMembers } from '#db/members.ts'
import { undoRefused } from '#operations/_refused.ts'
import { announce } from '#operations/announcements/announce.ts'
import { joinRules } from '#operations/entry/_accepted-rules.ts'
import { holdFor, lockPoints, postOfEntries } from '#operations/entry/_postings.ts'
import { entryNotice } from '#operations/entry/_told.ts'
import { entryName, eventAt, type EntryContext } from '#operations/entry/entry-book.ts'
import { readQuotas, takeQuota, transactWithQuotas } from '#operations/issuing/quotas.ts'
import { isBefore } from '#rules/time/instants.ts'

type Moved =
  | { readonly ok: true; readonly isAdmitted: boolean }
  | { readonly ok: false; readonly refusal: 'entry/full' }

/**
 * Gives the free places of an event to those who wait, one after the other in the order of the line
 * (EE-5), until there is no place or nobody waits. Returns how many were admitted.
 */
export async function moveLineUp(
  context: EntryContext,
  event: string,
  at: Temporal.Instant,
): Promise<number> {
  let admitted = 0
  for (;;) {
    if (!(await mayMove(context, event, at))) return admitted
    const moved = await undoRefused<Moved>(
      (operation) => transactWithQuotas(context, at, operation),
      (tx) => moveFirst(tx, context, event, at),
    )
    if (!moved.ok) return admitted
    if (moved.isAdmitted) admitted += 1
  }
}

/** Whether it is worth trying: somebody waits, the event is still to come, and there is a place. */
async function mayMove(
  { db, policies }: EntryContext,
  event: string,
  at: Temporal.Instant,
): Promise<boolean> {
  const terms = eventAt(policies, event, at)?.terms
  if (terms === undefined || !isBefore(at, terms.event.from)) return false
  if ((await firstWaiting(db, event)) === undefined) return false
  const known = await eventByName(db, event)
  if (known === undefined || known.calledOffAt !== null) return false
  if (terms.capacity === undefined) return true
  const state = (await readQuotas(db, [entryName(event)], '')).get(entryName(event))
  return state === undefined || state.used < terms.capacity
}

async function moveFirst(
  tx: Writer,
  context: EntryContext,
  event: string,
  at: Temporal.Instant,
): Promise<Moved> {
  const locked = await lockEvent(tx, event)
  const seen = locked?.calledOffAt === null ? await firstWaiting(tx, event) : undefined
  if (seen === undefined) return { ok: false, refusal: 'entry/full' }
  const member = (await lockMembers(tx, [seen.memberId])).get(seen.memberId)
  const first = await firstWaiting(tx, event)
  // He left the line while his lock was waited for: the next one is looked at anew.
  if (first?.number !== seen.number) return { ok: true, isAdmitted: false }

  const points = first.points === 0 ? 0 : await lockPoints(tx, first.memberId, at)
  if (member?.status !== 'active' || points < first.points) {
    await drop(tx, first, first.points - points, at)
    return { ok: true, isAdmitted: false }
  }
  const ofCapacity = eventAt(context.policies, event, at)?.terms.capacity !== undefined
  const entry: EventEntry = { ...first, status: 'admitted', ofCapacity, admittedAt: at }
  await postOfEntries(tx, holdFor(context.policies, entry, { actor: 'jifen', at }))
  await updateEntries(tx, [entry])
  await joinRules(tx, context.policies, entry)
  await announce(tx, [entryNotice(entry, 'admitted', at)])
  if (!ofCapacity) return { ok: true, isAdmitted: true }
  const taken = await takeQuota(tx, entryName(event), first.memberId, 1)
  return taken.ok ? { ok: true, isAdmitted: true } : { ok: false, refusal: 'entry/full' }
}

async function drop(
  tx: Writer,
  entry: EventEntry,
  short: number,
  at: Temporal.Instant,
): Promise<void> {
  const dropped: EventEntry = { ...entry, status: 'dropped', endedAt: at }
  await updateEntries(tx, [dropped])
  await announce(tx, [entryNotice(dropped, 'dropped', at, { short })])
}
