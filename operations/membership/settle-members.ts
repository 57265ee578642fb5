import type { Writer } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import { lockStandings, writeTold, type NewlyTold } from '#db/membership/standings.ts'
import { insertTierChanges, type TierChange } from '#db/membership/tier-changes.ts'
import { grantsOf } from '#db/membership/tier-grants.ts'
import { announce, type Announcement } from '#operations/announcements/announce.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import type { ScorePolicy } from '#rules/members/policy.ts'
import { toldCause, type Cause } from '#rules/members/tiers/cause.ts'
import { workOff, type Told } from '#rules/members/tiers/due.ts'
import { endOf, tierInForce, type InForce, type TierGrant } from '#rules/members/tiers/in-force.ts'
import { rankOf, tierOfScore } from '#rules/members/tiers/ladder.ts'
import type { Ladder } from '#rules/members/tiers/policy.ts'

export type StandingContext = {
  readonly policies: PolicyBook
  readonly market: Market
  readonly now: Temporal.Instant
}

/**
 * Brings what is told of members up to now: what time has brought, each change at its own instant,
 * then what the caller has changed, by the cause it gives. Writes only what is another than before.
 * Returns the tier in force of each.
 */
export async function settleStandingsOf(
  tx: Writer,
  { policies, now }: StandingContext,
  memberIds: readonly string[],
  causeOf: (memberId: string) => Cause,
): Promise<Map<string, string | null>> {
  const known = policies.at('score', now)
  if (known === undefined || memberIds.length === 0) return new Map()
  const ladder = (known.policy as ScorePolicy).tiers
  const policy = `score@${known.version}`
  const standings = await lockStandings(tx, memberIds, tierOfScore(0, ladder), now)
  const grants = await grantsOf(tx, memberIds)

  const told: NewlyTold[] = []
  const turns: Turn[] = []
  const notices: Announcement[] = []
  const tiers = new Map<string, string | null>()
  for (const [memberId, standing] of standings) {
    const settled = settleOne(standing, grants.get(memberId) ?? [], now, ladder, (by) => ({
      policy,
      ...(by ?? causeOf(memberId)),
    }))
    tiers.set(memberId, settled.told.tier)
    turns.push(...settled.turns)
    if (settled.paidEndedAt !== undefined) notices.push(paidEnded(memberId, settled.paidEndedAt))
    if (isNews(standing, settled.told)) told.push(settled.told)
  }

  notices.push(...turns.map((turn) => tierChanged(turn, ladder)))
  await writeTold(tx, told)
  await insertTierChanges(tx, turns)
  await announce(tx, notices)
  return tiers
}

/** A change of the tier with what gives the new one. */
type Turn = TierChange & { readonly by: InForce }

type Standing = Told & { readonly tierChanges: number }

type Settled = {
  readonly told: NewlyTold
  readonly turns: readonly Turn[]
  readonly paidEndedAt: Temporal.Instant | undefined
}

function settleOne(
  standing: Standing,
  grants: readonly TierGrant[],
  now: Temporal.Instant,
  ladder: Ladder,
  /** With the policy; without a cause of time, that of the caller. */
  causeOf: (by?: Cause) => Cause,
): Settled {
  const { memberId, tierChanges } = standing
  const worked = workOff(standing, grants, now, ladder)
  const turns: Turn[] = worked.changes.map(({ at, from, to, by }, n) => {
    const number = tierChanges + n + 1
    return { memberId, number, at, from, to: to.tier, cause: causeOf(causeOfTime(to, by)), by: to }
  })
  const from = turns.length === 0 ? standing.tier : (turns.at(-1)?.to ?? null)
  const by = tierInForce(standing, grants, now, ladder)
  if (by.tier !== from) {
    const number = tierChanges + turns.length + 1
    turns.push({ memberId, number, at: now, from, to: by.tier, cause: causeOf(), by })
  }
  return {
    told: {
      memberId,
      tier: by.tier,
      tierSince: turns.at(-1)?.at,
      tierChanges: tierChanges + turns.length,
      nextDue: worked.nextDue,
    },
    turns,
    paidEndedAt: worked.paidEndedAt,
  }
}

function isNews(standing: Standing, told: NewlyTold): boolean {
  if (told.tierChanges !== standing.tierChanges) return true
  return told.nextDue?.epochMilliseconds !== standing.nextDue?.epochMilliseconds
}

function causeOfTime(to: InForce, by: TierGrant | undefined): Cause {
  if (by === undefined) return { type: 'time' }
  const type = to.grant === by ? 'grantBegan' : 'grantEnded'
  return { type, grantId: by.grantId, source: by.source }
}

function tierChanged({ memberId, number, at, from, to, cause, by }: Turn, ladder: Ladder) {
  const isRise = rankOf(to, ladder) > rankOf(from, ladder)
  const until = by.grant === undefined ? {} : { until: endOf(by.grant).toString() }
  return {
    memberId,
    id: `tier-${number}`,
    type: 'jifen.tier.changed.v1',
    at,
    data: {
      number,
      from,
      to,
      direction: isRise ? 'up' : 'down',
      by: by.grant?.source ?? 'score',
      ...until,
      cause: toldCause(cause),
    },
  } as const
}

function paidEnded(memberId: string, at: Temporal.Instant) {
  return {
    memberId,
    id: `paid-ended-${at.toString()}`,
    type: 'jifen.paid-membership.ended.v1',
    at,
    data: { endedAt: at.toString() },
  } as const
}
