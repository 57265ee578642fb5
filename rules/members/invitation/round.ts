import type { InvitationPolicy } from '#rules/members/invitation/policy.ts'
import type { IndicatorWindow } from '#rules/members/invitation/facts.ts'
import { dayNumberOf } from '#rules/time/day-numbers.ts'
import { dayOf, isBefore } from '#rules/time/instants.ts'

/** Candidates are collected, then reviewed, then invited; a round that ends sends no more (IV-8). */
export type RoundStatus = 'collecting' | 'reviewing' | 'inviting' | 'ending' | 'closed'

/** What became of a candidate so far. */
export type CandidateStatus =
  /** Fails a hard limit. */
  | 'excluded'
  /** Ranked; nobody has decided. */
  | 'ranked'
  | 'accepted'
  | 'turnedDown'
  /** Told, and not yet answered. */
  | 'invited'
  | 'joined'
  /** Held the tier and holds it for another time. */
  | 'kept'
  | 'declined'
  | 'expired'
  /** Lost the invitation or the tier, being sealed. */
  | 'ended'

/** The places of a round, by the number of active members when it opens (IV-6). */
export function placesOf(quota: InvitationPolicy['quota'], activeMembers: number): number {
  if ('members' in quota) return quota.members
  return Math.max(1, Math.floor(activeMembers / quota.oneIn))
}

export type MayOpen =
  | { readonly ok: true }
  | { readonly ok: false; readonly refusal: 'invitation/round-open' }
  | {
      readonly ok: false
      readonly refusal: 'invitation/too-soon'
      readonly earliest: Temporal.Instant
    }

/** Whether a round may open after the one before it: that is closed, and long enough ago (IV-8). */
export function mayOpen(
  before: { readonly status: RoundStatus; readonly openedAt: Temporal.Instant } | undefined,
  every: Temporal.Duration,
  at: Temporal.Instant,
  zone: string,
): MayOpen {
  if (before === undefined) return { ok: true }
  if (before.status !== 'closed') return { ok: false, refusal: 'invitation/round-open' }
  const earliest = after(before.openedAt, every, zone)
  if (isBefore(at, earliest)) return { ok: false, refusal: 'invitation/too-soon', earliest }
  return { ok: true }
}

/** The calendar months up to the end of the month before, whose facts the indicators see (IV-3). */
export function indicatorWindow(
  at: Temporal.Instant,
  months: number,
  zone: string,
): IndicatorWindow & { readonly from: Temporal.PlainDate; readonly to: Temporal.PlainDate } {
  const next = dayOf(at, zone).with({ day: 1 })
  const from = next.subtract({ months })
  const to = next.subtract({ days: 1 })
  const monthStarts = Array.from({ length: months }, (_, n) => dayNumberOf(from.add({ months: n })))
  return { from, to, fromDay: dayNumberOf(from), toDay: dayNumberOf(to), monthStarts }
}

/** A duration after an instant, by the calendar of the zone. */
export function after(
  at: Temporal.Instant,
  duration: Temporal.Duration,
  zone: string,
): Temporal.Instant {
  return at.toZonedDateTimeISO(zone).add(duration).toInstant()
}

/** From when until when a holder who is kept has the tier: on from where the last time ends (IV-12). */
export function keptFor(
  heldUntil: Temporal.Instant,
  lasts: Temporal.Duration,
  at: Temporal.Instant,
  zone: string,
): { readonly from: Temporal.Instant; readonly to: Temporal.Instant } {
  const from = isBefore(heldUntil, at) ? at : heldUntil
  return { from, to: after(from, lasts, zone) }
}
