import type { Writer } from '#db/connection.ts'
import { entriesTo, updateEntries, type EventEntry } from '#db/entry/entries.ts'
import { lockMembers } from '#db/members.ts'
import { undoRefused } from '#operations/_refused.ts'
import { transact } from '#operations/_transact.ts'
import { announce } from '#operations/announcements/announce.ts'
import { leaveRules } from '#operations/entry/_accepted-rules.ts'
import { endHold, postOfEntries } from '#operations/entry/_postings.ts'
import { entryNotice } from '#operations/entry/_told.ts'
import { entryName, eventAt, type EntryContext } from '#operations/entry/entry-book.ts'
import { moveLineUp } from '#operations/entry/move-line-up.ts'
import { returnQuota } from '#operations/issuing/quotas.ts'
import { assert } from '#rules/assert.ts'
import { cancel, type Cancelled } from '#rules/entry/entry.ts'

/** An entry that is turned, by whom and when. */
export type EntryNamed = {
  readonly memberId: string
  readonly slug: string
  readonly actor: string
  readonly at: Temporal.Instant
}

export type EntryCancelled =
  | { readonly ok: true; readonly entry: EventEntry }
  | Extract<Cancelled, { readonly ok: false }>
  | {
      readonly ok: false
      readonly refusal: 'entry/unknown' | 'entry/not-registered' | 'members/unknown'
    }

/**
 * Cancels a member's entry at what that costs then (EE-6), and gives the place to the next of the line.
 * Again changes nothing.
 */
export async function cancelEntry(
  context: EntryContext,
  named: EntryNamed,
): Promise<EntryCancelled> {
  const cancelled = await undoRefused<EntryCancelled>(
    (operation) => transact(context.db, operation),
    (tx) => cancelIn(tx, context, named),
  )
  if (cancelled.ok) await moveLineUp(context, named.slug, named.at)
  return cancelled
}

async function cancelIn(
  tx: Writer,
  context: EntryContext,
  { memberId, slug, actor, at }: EntryNamed,
): Promise<EntryCancelled> {
  const known = eventAt(context.policies, slug, at)
  if (known === undefined) return { ok: false, refusal: 'entry/unknown' }
  const member = (await lockMembers(tx, [memberId])).get(memberId)
  if (member === undefined) return { ok: false, refusal: 'members/unknown' }
  const [entry] = await entriesTo(tx, memberId, slug)
  if (entry === undefined) return { ok: false, refusal: 'entry/not-registered' }
  if (entry.status === 'cancelled') return { ok: true, entry }

  const { status, points } = entry
  const asked = { status, points, isCaptured: entry.capturedAt !== null }
  const decided = cancel(known.terms, asked, at, context.market.zone)
  if (!decided.ok) return decided

  const { kept, back } = decided
  const answers = await postOfEntries(tx, endHold(entry, kept, back, { actor, at }))
  const lapsed = answers.reduce((sum, answer) => sum + (answer.ok ? (answer.expired ?? 0) : 0), 0)
  const after: EventEntry = {
    ...entry,
    status: 'cancelled',
    captured: kept,
    capturedAt: kept > 0 ? at : null,
    ofCapacity: false,
    endedAt: at,
  }
  await updateEntries(tx, [after])
  await leaveRules(tx, context.policies, entry)
  await announce(tx, [entryNotice(after, 'cancelled', at, { pointsBack: back - lapsed, lapsed })])
  if (entry.ofCapacity) {
    const isBack = await returnQuota(tx, entryName(slug), memberId, 1)
    assert(isBack, 'the place of an entry can be given back')
  }
  return { ok: true, entry: after }
}
