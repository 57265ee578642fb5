import type { Entry } from '#rules/entry/policy.ts'
import { lackOf, type Being, type Who } from '#rules/members/who.ts'
import { mulDiv } from '#rules/money/mul-div.ts'
import { wholePpm } from '#rules/money/rate.ts'
import { isBefore, isInside, type Window } from '#rules/time/instants.ts'

/** How an entry stands. `waiting` and `admitted` are open, the others have ended. */
export const entryStatuses = [
  'waiting',
  'admitted',
  'attended',
  'missed',
  'cancelled',
  'dropped',
  'turnedAway',
  'forfeited',
  'calledOff',
] as const

export type EntryStatus = (typeof entryStatuses)[number]

export type RegisterRefusal =
  | 'entry/called-off'
  | 'entry/not-open'
  | 'entry/not-eligible'
  | 'entry/barred'
  | 'entry/already-registered'
  | 'entry/rules-not-accepted'

/** Who registers, and what he did before. */
export type Registrant = {
  readonly member: Being
  /** Whether he has an open entry to the event. */
  readonly isRegistered: boolean
  /** When he did not come to events, in any order. */
  readonly missedAt: readonly Temporal.Instant[]
  /** The temporary rules that he accepts, `points-event:x@2`. */
  readonly accepts: string | undefined
}

/** The event that somebody registers for. */
export type EventTold = {
  readonly isCalledOff: boolean
  /** Of the temporary rules: the version in force, where there are any. */
  readonly rules: string | undefined
  readonly at: Temporal.Instant
  readonly zone: string
}

export type MayRegister =
  | { readonly ok: true }
  | {
      readonly ok: false
      readonly refusal: RegisterRefusal
      /** What the member would have to be. */
      readonly unlockedBy?: Who
      /** Until when he is barred. */
      readonly until?: Temporal.Instant
      /** What he would have to accept. */
      readonly rules?: string
    }

/** Whether a member may register for an event at all (EE-1, EE-3, EE-9, EE-10); places and points aside. */
export function mayRegister(
  entry: Entry,
  { member, isRegistered, missedAt, accepts }: Registrant,
  { isCalledOff, rules, at, zone }: EventTold,
): MayRegister {
  if (isCalledOff) return { ok: false, refusal: 'entry/called-off' }
  if (!isInside(at, entry.register)) return { ok: false, refusal: 'entry/not-open' }
  if (isRegistered) return { ok: false, refusal: 'entry/already-registered' }
  const unlockedBy = lackOf(entry.who, member)
  if (unlockedBy !== undefined) return { ok: false, refusal: 'entry/not-eligible', unlockedBy }
  const until = barredUntil(entry, missedAt, zone)
  if (until !== undefined && isBefore(at, until)) {
    return { ok: false, refusal: 'entry/barred', until }
  }
  if (rules !== undefined && accepts !== rules) {
    return { ok: false, refusal: 'entry/rules-not-accepted', rules }
  }
  return { ok: true }
}

/** EE-9: until when whoever missed events may not register; `undefined`: he may. */
export function barredUntil(
  { noShow }: Entry,
  missedAt: readonly Temporal.Instant[],
  zone: string,
): Temporal.Instant | undefined {
  if (noShow === undefined) return undefined
  const missed = missedAt.toSorted((a, b) => Temporal.Instant.compare(a, b))
  const last = missed.findLastIndex((at, index) => {
    const first = missed[index - noShow.count + 1]
    return first !== undefined && !isBefore(first, before(at, noShow.within, zone))
  })
  const at = missed[last]
  return at?.toZonedDateTimeISO(zone).add(noShow.bars).toInstant()
}

/** What cancelling costs, or why it cannot be (EE-6). */
export type Cancelled =
  | { readonly ok: true; readonly kept: number; readonly back: number }
  | { readonly ok: false; readonly refusal: 'entry/begun' | 'entry/not-open-entry' }

/** EE-6: what becomes of the points of an entry that is cancelled at an instant. */
export function cancel(
  { event, cancel: terms }: Entry,
  entered: { readonly status: EntryStatus; readonly points: number; readonly isCaptured: boolean },
  at: Temporal.Instant,
  zone: string,
): Cancelled {
  const { status, points, isCaptured } = entered
  if (status === 'waiting') return { ok: true, kept: 0, back: 0 }
  if (status !== 'admitted') return { ok: false, refusal: 'entry/not-open-entry' }
  if (isCaptured || !isBefore(at, event.from)) return { ok: false, refusal: 'entry/begun' }
  const isFree = isBefore(at, before(event.from, terms.freeUntil, zone))
  const kept = isFree ? 0 : mulDiv(points, terms.lateKeeps, wholePpm, 'floor')
  return { ok: true, kept, back: points - kept }
}

/** When members are let in: some time before the beginning, until the end (EE-8). */
export function checkInWindow({ event, checkIn }: Entry, zone: string): Window {
  return { from: before(event.from, checkIn.opens, zone), to: event.to }
}

/** The points that whoever comes gets back of those taken (EE-8). */
export function givenBack({ attendance }: Entry, captured: number): number {
  return mulDiv(captured, attendance.givesBack, wholePpm, 'floor')
}

/** When members are reminded (EE-13). */
export function remindAt({ event, remind }: Entry, zone: string): Temporal.Instant {
  return before(event.from, remind, zone)
}

function before(
  instant: Temporal.Instant,
  span: Temporal.Duration,
  zone: string,
): Temporal.Instant {
  return instant.toZonedDateTimeISO(zone).subtract(span).toInstant()
}
