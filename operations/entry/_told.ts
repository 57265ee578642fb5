import type { EventEntry } from '#db/entry/entries.ts'
import type { Announcement } from '#operations/announcements/announce.ts'

/** Every turn of an entry, and what its member is told of it (EE-13). */
const types = {
  admitted: 'jifen.entry.admitted.v1',
  waiting: 'jifen.entry.waiting.v1',
  dropped: 'jifen.entry.dropped.v1',
  cancelled: 'jifen.entry.cancelled.v1',
  reminded: 'jifen.entry.reminded.v1',
  begun: 'jifen.entry.begun.v1',
  turnedAway: 'jifen.entry.turnedAway.v1',
  attended: 'jifen.entry.attended.v1',
  missed: 'jifen.entry.missed.v1',
  forfeited: 'jifen.entry.forfeited.v1',
  calledOff: 'jifen.entry.calledOff.v1',
} as const

export type EntryTurn = keyof typeof types

/** What a member is told of a turn of an entry. */
export function entryNotice(
  { memberId, event, nth, status, points, captured, givenBack }: EventEntry,
  turn: EntryTurn,
  at: Temporal.Instant,
  more: Readonly<Record<string, unknown>> = {},
): Announcement {
  return {
    memberId,
    id: `entry-${turn}/${event}.${nth}`,
    type: types[turn],
    at,
    data: { event, nth, status, points, captured, givenBack, ...more },
  }
}
