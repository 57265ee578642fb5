import { isBefore, startOfDay } from '#rules/time/instants.ts'
import type { conditions, TimeoutsPolicy } from '#rules/timeouts/policy.ts'
import { after } from '#rules/timeouts/terms.ts'

/** When the goods reached the buyer: the exact time, or the day alone. */
export type Signing =
  { readonly signedAt: Temporal.Instant } | { readonly signedOn: Temporal.PlainDate }

export type Condition = (typeof conditions)[number]

/** A line that is to go back without a reason. */
export type NoReasonLine = { readonly lineId: string; readonly category: string }

export type NoReason =
  | { readonly ok: true }
  | {
      readonly ok: false
      readonly refusal: 'return-requests/category-excluded'
      readonly line: string
      readonly category: string
    }
  | {
      readonly ok: false
      readonly refusal: 'return-requests/not-in-condition'
      readonly conditions: readonly Condition[]
    }
  | {
      readonly ok: false
      readonly refusal: 'return-requests/too-late'
      readonly until: Temporal.Instant
    }

/**
 * RT-1: until when goods go back without a reason: so long from the exact time of signing if that is
 * known, else from the first instant of the day after the signing.
 */
export function noReasonUntil(
  signing: Signing,
  within: Temporal.Duration,
  zone: string,
): Temporal.Instant {
  if ('signedAt' in signing) return after(signing.signedAt, within)
  return after(startOfDay(signing.signedOn.add({ days: 1 }), zone), within)
}

/**
 * Decides whether lines go back, or are exchanged, without a reason (RT-1 to RT-3). Refused: a category
 * that is excluded, a condition that is not accepted, and after the time; before the signing there is
 * no such time yet.
 */
export function mayReturnWithoutReason(
  policy: TimeoutsPolicy['noReason'],
  asked: {
    readonly lines: readonly NoReasonLine[]
    readonly condition: Condition | undefined
    readonly signing: Signing | undefined
    readonly at: Temporal.Instant
    readonly zone: string
  },
): NoReason {
  const { lines, condition, signing, at, zone } = asked
  const excluded = lines.find(({ category }) => policy.excluded.includes(category))
  if (excluded !== undefined) {
    const { lineId: line, category } = excluded
    return { ok: false, refusal: 'return-requests/category-excluded', line, category }
  }
  if (condition === undefined || !policy.conditions.includes(condition)) {
    const { conditions: accepted } = policy
    return { ok: false, refusal: 'return-requests/not-in-condition', conditions: accepted }
  }
  if (signing === undefined) return { ok: true }
  const until = noReasonUntil(signing, policy.within, zone)
  if (isBefore(at, until)) return { ok: true }
  return { ok: false, refusal: 'return-requests/too-late', until }
}
