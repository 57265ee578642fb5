import type { Assessed } from '#rules/delivery/assess.ts'
import { isBefore } from '#rules/time/instants.ts'

/** Why nobody can complain of a shipment (SH-13). */
export type ComplaintRefusal =
  | 'delivery/not-late-yet'
  | 'delivery/in-time'
  | 'delivery/excused'
  | 'delivery/no-limit'
  | 'delivery/complaint-too-late'
  | 'delivery/no-policy'

/** SH-13: whether a complaint is refused; `until`: up to when it is opened, `null`: for ever. */
export function complaintRefusal(
  status: Assessed['status'],
  by: {
    readonly hasPolicy: boolean
    readonly until: Temporal.Instant | null
    readonly now: Temporal.Instant
  },
): ComplaintRefusal | undefined {
  if (status !== 'late') return refusals[status]
  if (!by.hasPolicy) return 'delivery/no-policy'
  if (by.until !== null && !isBefore(by.now, by.until)) return 'delivery/complaint-too-late'
  return undefined
}

const refusals = {
  waiting: 'delivery/not-late-yet',
  inTime: 'delivery/in-time',
  excused: 'delivery/excused',
  free: 'delivery/no-limit',
} as const
