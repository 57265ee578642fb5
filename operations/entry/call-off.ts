import { eventByName, closeEvent, recordCallingOff, type EntryEvent } from '#db/entry/events.ts'
import { transact } from '#operations/_transact.ts'
import { settleEntriesTo } from '#operations/entry/settle-entries.ts'
import { eventAt, type EntryContext } from '#operations/entry/entry-book.ts'
import { assert } from '#rules/assert.ts'
import { isBefore } from '#rules/time/instants.ts'

export type CalledOff =
  | { readonly ok: true; readonly event: EntryEvent }
  | { readonly ok: false; readonly refusal: 'entry/unknown' | 'entry/over' }

/**
 * Calls an event off before it is over: nobody registers or is let in from now on, and everybody gets
 * everything back (EE-11). Again changes nothing.
 */
export async function callOff(
  context: EntryContext,
  asked: {
    readonly slug: string
    readonly reason: string
    readonly by: string
    readonly at: Temporal.Instant
  },
): Promise<CalledOff> {
  const { slug, reason, by, at } = asked
  const known = eventAt(context.policies, slug, at)
  if (known === undefined) return { ok: false, refusal: 'entry/unknown' }
  const isOver = !isBefore(at, known.terms.event.to)
  const done = await transact(context.db, async (tx): Promise<CalledOff> => {
    const before = await closeEvent(tx, slug)
    if (before !== undefined && before.calledOffAt !== null) return { ok: true, event: before }
    if (isOver) return { ok: false, refusal: 'entry/over' }
    await recordCallingOff(tx, { event: slug, at, by, reason })
    const event = await eventByName(tx, slug)
    assert(event !== undefined, 'an event that is called off is known')
    return { ok: true, event }
  })
  if (done.ok) await settleEntriesTo(context, done.event, at)
  return done
}
