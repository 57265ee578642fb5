/**
 * How far a shop has come. `passed`, and `refused` or `waiting` before the results are told, are known to
 * the platform alone; `approved` has to do the supplements; `shortlisted` takes part.
 */
export const enrolmentStatuses = [
  'applied',
  'inReview',
  'refused',
  'waiting',
  'passed',
  'approved',
  'shortlisted',
  'dropped',
  'withdrawn',
  'left',
] as const

export type EnrolmentStatus = (typeof enrolmentStatuses)[number]

/** What is known of a shop's result. */
export type Standing = {
  readonly status: EnrolmentStatus
  /** When the shop was told; `null`: not yet. */
  readonly toldAt: Temporal.Instant | null
}

const beforeResults: ReadonlySet<EnrolmentStatus> = new Set([
  'inReview',
  'refused',
  'waiting',
  'passed',
])

/** The status as the shop knows it: before it is told a result, it has applied (EL-9). */
export function statusTold({ status, toldAt }: Standing): EnrolmentStatus {
  return toldAt === null && beforeResults.has(status) ? 'applied' : status
}

export type Withdrawal =
  | { readonly ok: true }
  | { readonly ok: false; readonly refusal: 'enrolment/approved' | 'enrolment/over' }

/** A shop withdraws without harm until it is approved (EL-14). */
export function mayWithdraw({ status, toldAt }: Standing): Withdrawal {
  if (status === 'approved' || status === 'shortlisted') {
    return { ok: false, refusal: 'enrolment/approved' }
  }
  const isOpen = status === 'applied' || status === 'waiting' || toldAt === null
  const isOut = status === 'withdrawn' || status === 'dropped' || status === 'left'
  return isOpen && !isOut ? { ok: true } : { ok: false, refusal: 'enrolment/over' }
}
