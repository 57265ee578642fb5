import { after } from '#rules/members/invitation/round.ts'
import type { KindRules } from '#rules/merchants/transformation/policy.ts'
import { dayOf, isBefore, startOfDay } from '#rules/time/instants.ts'

/** When an approved transformation takes effect (TF-7). */
export function effectiveAtOf(
  { effectAfter, effectAt }: Pick<KindRules, 'effectAfter' | 'effectAt'>,
  approvedAt: Temporal.Instant,
  zone: string,
): Temporal.Instant {
  const earliest = after(approvedAt, effectAfter, zone)
  if (effectAt === 'atOnce') return earliest
  const day = dayOf(earliest, zone)
  const start = startOfDay(day, zone)
  return isBefore(start, earliest) ? startOfDay(day.add({ days: 1 }), zone) : start
}
