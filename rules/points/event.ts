import { assert } from '#rules/assert.ts'
import { overlay } from '#rules/policies/overlay.ts'
import { earn, type Earned, type EarnLine } from '#rules/points/earn.ts'
import type { PointsEvent, PointsPolicy } from '#rules/points/policy.ts'
import { instantToText, isBefore, isInside } from '#rules/time/instants.ts'

/** An event that a member joined, with the version of its policy in force at the receipt. */
export type JoinedEvent = {
  readonly slug: string
  /** `points-event:slug@version`. */
  readonly policy: string
  readonly event: PointsEvent
  readonly optedAt: Temporal.Instant
}

/**
 * The event whose rules override for a receipt: joined before it, with the receipt inside its window;
 * of several, the one joined last, then the later name (PT-10).
 */
export function eventFor(
  joined: readonly JoinedEvent[],
  receivedAt: Temporal.Instant,
): JoinedEvent | undefined {
  return joined
    .filter((each) => isBefore(each.optedAt, receivedAt))
    .filter((each) => isInside(receivedAt, each.event.window))
    .sort(byOptInThenSlug)
    .at(-1)
}

/** The points policy with an event's own values laid over it (PT-10). */
export function policyDuring(policy: PointsPolicy, event: PointsEvent): PointsPolicy {
  return overlay(policy, event.overrides)
}

/**
 * Decides what a receipt earns under the rules of the event that applies, if any; `why` then holds
 * what it would have earned without (PT-10). Otherwise the same as `earn`.
 */
export function earnDuring(
  lines: readonly EarnLine[],
  policy: PointsPolicy,
  joined: readonly JoinedEvent[],
  receivedAt: Temporal.Instant,
  zone: string,
  minorDigits = 2,
): Earned {
  const without = earn(lines, policy, receivedAt, zone, minorDigits)
  const chosen = eventFor(joined, receivedAt)
  if (chosen === undefined) return without

  const during = policyDuring(policy, chosen.event)
  const earned = earn(lines, during, receivedAt, zone, minorDigits)
  const { expiresAt } = without
  const override = {
    event: chosen.slug,
    title: chosen.event.title,
    policy: chosen.policy,
    with: earned.points,
    without: without.points,
    withoutByLine: Object.fromEntries(without.byLine),
    expiresAtWithout: expiresAt === null ? null : instantToText(expiresAt, zone),
  }
  return { ...earned, why: { ...earned.why, override } }
}

function byOptInThenSlug(a: JoinedEvent, b: JoinedEvent): number {
  const apart = a.optedAt.epochMilliseconds - b.optedAt.epochMilliseconds
  if (apart !== 0) return apart
  assert(a.slug !== b.slug, 'an event is joined once')
  return a.slug < b.slug ? -1 : 1
}
