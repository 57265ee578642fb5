import {
  endOf,
  isRunning,
  tierInForce,
  type InForce,
  type Scored,
  type TierGrant,
} from '#rules/members/tiers/in-force.ts'
import type { Ladder } from '#rules/members/tiers/policy.ts'
import { isBefore } from '#rules/time/instants.ts'

/** What is recorded of a member's tier, with what is due. */
export type Told = Scored & {
  /** The tier told last. */
  readonly tier: string | null
  /** The first instant at which something begins or ends that is not worked off; `undefined`: none. */
  readonly nextDue: Temporal.Instant | undefined
}

/** One change of the tier by the passing of time. */
export type DueChange = {
  readonly at: Temporal.Instant
  readonly from: string | null
  readonly to: InForce
  /** The grant that began, or the one that ended, where the tier is lower than before. */
  readonly by: TierGrant | undefined
}

/** What time has brought by an instant. */
export type WorkedOff = {
  readonly changes: readonly DueChange[]
  /** When paid membership ended, if it did. */
  readonly paidEndedAt: Temporal.Instant | undefined
  readonly nextDue: Temporal.Instant | undefined
}

/**
 * Works off what begins and ends by an instant, each at its own time and in that order, however far
 * the clock went in one step (MT-4).
 */
export function workOff(
  told: Told,
  grants: readonly TierGrant[],
  by: Temporal.Instant,
  ladder: Ladder,
): WorkedOff {
  const moments = momentsOf(told, grants)
  const { nextDue } = told
  const due =
    nextDue === undefined ? [] : moments.filter((at) => !isBefore(at, nextDue) && !isBefore(by, at))
  let tier = told.tier
  const changes: DueChange[] = []
  for (const at of due) {
    const to = tierInForce(told, grants, at, ladder)
    if (to.tier === tier) continue
    changes.push({ at, from: tier, to, by: to.grant ?? endedAt(grants, tier, at) })
    tier = to.tier
  }
  const { paidUntil } = told
  const hasEnded = due.some((at) => paidUntil !== undefined && at.equals(paidUntil))
  return {
    changes,
    paidEndedAt: hasEnded ? paidUntil : undefined,
    nextDue: moments.find((at) => isBefore(by, at)),
  }
}

/** Every instant at which the tier or paid membership may change, in order. */
function momentsOf(
  { paidUntil }: Scored,
  grants: readonly TierGrant[],
): readonly Temporal.Instant[] {
  const all = grants.flatMap((grant) =>
    isBefore(grant.from, endOf(grant)) ? [grant.from, endOf(grant)] : [],
  )
  if (paidUntil !== undefined) all.push(paidUntil)
  return all.toSorted((a, b) => a.epochMilliseconds - b.epochMilliseconds)
}

function endedAt(
  grants: readonly TierGrant[],
  tier: string | null,
  at: Temporal.Instant,
): TierGrant | undefined {
  return grants.find(
    (grant) => grant.tier === tier && !isRunning(grant, at) && endOf(grant).equals(at),
  )
}
