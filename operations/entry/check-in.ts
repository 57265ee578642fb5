import type { Writer } from '#db/connection.ts'
import { entriesTo, updateEntries, type EventEntry } from '#db/entry/entries.ts'
import { eventByName } from '#db/entry/events.ts'
import { lockMembers } from '#db/members.ts'
import { undoRefused } from '#operations/_refused.ts'
import { transact } from '#operations/_transact.ts'
import { announce } from '#operations/announcements/announce.ts'
import { endHold, giveBackOf, postOfEntries } from '#operations/entry/_postings.ts'
import { entryNotice } from '#operations/entry/_told.ts'
import type { EntryNamed } from '#operations/entry/cancel-entry.ts'
import { eventAt, type EntryContext } from '#operations/entry/entry-book.ts'
import { checkInWindow, givenBack } from '#rules/entry/entry.ts'
import { isInside } from '#rules/time/instants.ts'

export type CheckedIn =
  | { readonly ok: true; readonly entry: EventEntry }
  | {
      readonly ok: false
      readonly refusal:
        | 'entry/unknown'
        | 'entry/called-off'
        | 'entry/doors-closed'
        | 'entry/not-registered'
        | 'entry/not-open-entry'
        | 'members/unknown'
        | 'members/sealed'
    }

/** Lets a member with a place in (EE-8). Again changes nothing. */
export async function checkIn(context: EntryContext, named: EntryNamed): Promise<CheckedIn> {
  return await undoRefused<CheckedIn>(
    (operation) => transact(context.db, operation),
    (tx) => letIn(tx, context, named),
  )
}

async function letIn(
  tx: Writer,
  context: EntryContext,
  { memberId, slug, actor, at }: EntryNamed,
): Promise<CheckedIn> {
  const known = eventAt(context.policies, slug, at)
  if (known === undefined) return { ok: false, refusal: 'entry/unknown' }
  const member = (await lockMembers(tx, [memberId])).get(memberId)
  if (member === undefined) return { ok: false, refusal: 'members/unknown' }
  const [entry] = await entriesTo(tx, memberId, slug)
  if (entry === undefined) return { ok: false, refusal: 'entry/not-registered' }
  if (entry.status === 'attended') return { ok: true, entry }
  if (member.status === 'sealed') return { ok: false, refusal: 'members/sealed' }
  if (entry.status !== 'admitted') return { ok: false, refusal: 'entry/not-open-entry' }
  const event = await eventByName(tx, slug)
  if (event?.calledOffAt !== null) return { ok: false, refusal: 'entry/called-off' }
  if (!isInside(at, checkInWindow(known.terms, context.market.zone))) {
    return { ok: false, refusal: 'entry/doors-closed' }
  }

  const back = givenBack(known.terms, entry.points)
  const isHeld = entry.capturedAt === null
  await postOfEntries(tx, [
    ...(isHeld ? endHold(entry, entry.points, 0, { actor, at }) : []),
    ...giveBackOf(entry, back, 'attended', { actor, at }),
  ])
  const after: EventEntry = {
    ...entry,
    status: 'attended',
    captured: entry.points,
    givenBack: back,
    capturedAt: entry.capturedAt ?? at,
    checkedInAt: at,
    endedAt: at,
  }
  await updateEntries(tx, [after])
  await announce(tx, [entryNotice(after, 'attended', at)])
  return { ok: true, entry: after }
}
