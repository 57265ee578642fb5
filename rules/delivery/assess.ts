import type { Limit } from '#rules/delivery/limits.ts'
import { isBefore } from '#rules/time/instants.ts'

/** What made a shipment late (SH-6): `noRecord` is a click without a record of the carrier. */
export type LateCause = 'notShipped' | 'shippedLate' | 'noRecord' | 'recordedLate'

export type Limits = { readonly ship: Limit | null; readonly trace: Limit | null }

/** What is known of a shipment. */
export type Sent = {
  /** The shop's click. */
  readonly shippedAt: Temporal.Instant | null
  /** The carrier's first record. */
  readonly collectedAt: Temporal.Instant | null
}

/** When an order came to nothing before it was sent: closed, or refunded whole. */
export type Ended = { readonly at: Temporal.Instant; readonly excuse: string }

/** What a shipment is, and what is still to be done for it. */
export type Assessed = {
  /** `free`: it has no limit; `excused`: it ended before it was late. */
  readonly status: 'waiting' | 'inTime' | 'late' | 'excused' | 'free'
  readonly cause: LateCause | null
  /** The first instant at which it was late. */
  readonly lateSince: Temporal.Instant | null
  readonly excuse: string | null
  readonly toDo: 'ship' | 'trace' | null
  /** The limit of what is to be done. */
  readonly next: Limit | null
}

/**
 * Whether a shipment is in time by what is known at an instant (SH-6 to SH-8): it depends on the dates of
 * the facts alone, never on the order in which they were told.
 */
export function assess(
  limits: Limits,
  sent: Sent,
  ended: Ended | null,
  now: Temporal.Instant,
): Assessed {
  const { ship, trace } = limits
  if (ship === null) return { ...nothing, status: 'free' }
  const isOver = ended !== null && !isBefore(now, ended.at)
  const faults = [
    faultOf(ship, sent.shippedAt, ended, now, ['notShipped', 'shippedLate']),
    trace === null
      ? undefined
      : faultOf(trace, sent.collectedAt, ended, now, ['noRecord', 'recordedLate']),
  ].filter((fault) => fault !== undefined)
  const toDo = isOver ? null : openPart(limits, sent)
  const next = toDo === null ? null : toDo === 'ship' ? ship : trace
  const [first, second] = faults
  if (first !== undefined) {
    const fault = second !== undefined && isBefore(second.since, first.since) ? second : first
    return {
      ...nothing,
      status: 'late',
      cause: fault.cause,
      lateSince: fault.since,
      toDo,
      next,
    }
  }
  if (openPart(limits, sent) === null) return { ...nothing, status: 'inTime' }
  if (isOver) return { ...nothing, status: 'excused', excuse: ended.excuse }
  return { ...nothing, status: 'waiting', toDo, next }
}

/** SH-7: a receipt proves that goods were sent and carried by then. */
export function sentOf(order: Sent & { readonly receivedAt: Temporal.Instant | null }): Sent {
  const { shippedAt, collectedAt, receivedAt } = order
  return {
    shippedAt: earlier(shippedAt, receivedAt),
    collectedAt: earlier(collectedAt, receivedAt),
  }
}

/**
 * What is late and what is not as it is asked for by hand (SH-6): without `at`, what was not told is
 * undecided (`null`), and what was told late is late.
 */
export function isLate(limits: Limits, sent: Sent, at: Temporal.Instant | null): boolean | null {
  if (limits.ship === null) return null
  if (isToldLate(limits, sent)) return true
  if (openPart(limits, sent) === null) return false
  return at !== null && assess(limits, sent, null, at).status === 'late' ? true : null
}

const nothing = { cause: null, lateSince: null, excuse: null, toDo: null, next: null } as const

function isToldLate({ ship, trace }: Limits, { shippedAt, collectedAt }: Sent): boolean {
  const isPast = (limit: Limit | null, at: Temporal.Instant | null): boolean =>
    limit !== null && at !== null && !isBefore(at, limit.end)
  return isPast(ship, shippedAt) || isPast(trace, collectedAt)
}

type Fault = { readonly cause: LateCause; readonly since: Temporal.Instant }

/** SH-6, SH-8: what did not happen by the limit, unless the order had ended by then. */
function faultOf(
  { end }: Limit,
  happenedAt: Temporal.Instant | null,
  ended: Ended | null,
  now: Temporal.Instant,
  [missing, late]: readonly [LateCause, LateCause],
): Fault | undefined {
  if (ended !== null && isBefore(ended.at, end)) return undefined
  if (happenedAt !== null) {
    return isBefore(happenedAt, end) ? undefined : { cause: late, since: end }
  }
  return isBefore(now, end) ? undefined : { cause: missing, since: end }
}

function openPart({ trace }: Limits, { shippedAt, collectedAt }: Sent): 'ship' | 'trace' | null {
  if (shippedAt === null) return 'ship'
  return trace !== null && collectedAt === null ? 'trace' : null
}

function earlier(a: Temporal.Instant | null, b: Temporal.Instant | null): Temporal.Instant | null {
  if (a === null || b === null) return a ?? b
  return isBefore(b, a) ? b : a
}
