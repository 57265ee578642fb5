import { sql } from 'kysely'
import type { Database } from '#db/connection.ts'
import { insertMembers } from '#db/members.ts'
import { transact } from '#operations/_transact.ts'
import type { InvitationContext } from '#operations/invitation/open-round.ts'
import { openRound } from '#operations/invitation/open-round.ts'
import { reviewRound } from '#operations/invitation/review-candidates.ts'
import { settleInvitations } from '#operations/invitation/settle-invitations.ts'
import { releaseRound } from '#operations/invitation/turn-round.ts'
import { assert } from '#rules/assert.ts'

/** When the rounds of the tests open. */
export const opening = Temporal.Instant.from('2017-06-10T10:00:00+08:00')

/** Members with a score, who joined long ago. */
export async function scoredMembers(
  db: Database,
  scores: Readonly<Record<string, number>>,
  joined = '2012-01-01T00:00:00+08:00',
): Promise<void> {
  const joinedAt = Temporal.Instant.from(joined)
  const members = Object.keys(scores).map((memberId) => ({ memberId, joinedAt }))
  await transact(db, (tx) => insertMembers(tx, members, joinedAt))
  await sql`
    insert into jifen.membership (member_id, score, scored_for, score_tier, tier, tier_since)
    select member_id, score, date '2017-06-01', 'super', 'super', now()
    from unnest(${Object.keys(scores)}::text[], ${Object.values(scores)}::bigint[])
      as s (member_id, score)
  `.execute(db)
}

/** A policy of invitations by score alone. */
export function byScore(changes: object = {}): object {
  return {
    title: { zh: '邀请', en: 'Invitation' },
    tier: 'apass',
    quota: { members: 10 },
    scoreFrom: 2500,
    every: 'P11M',
    respondWithin: 'P30D',
    lasts: 'P1Y',
    weights: { 'loyalty.score': { weight: 1, from: 0, to: 1_000_000 } },
    ...changes,
  }
}

/** Opens a round, has it collected, accepts the first ranks and releases it, each by another person. */
export async function releasedRound(
  context: InvitationContext,
  round: string,
  top: number,
  at = opening,
): Promise<void> {
  const opened = await openRound(context, { round, actor: 'operator:ann', at })
  assert(opened.ok, `the round opens: ${JSON.stringify(opened)}`)
  await settleInvitations(context, at)
  const review = { round, accept: [], turnDown: [], acceptTop: top, reviewer: 'operator:bob', at }
  const reviewed = await reviewRound(context, review)
  assert(reviewed.ok, `the round is reviewed: ${JSON.stringify(reviewed)}`)
  const released = await releaseRound(context, { round, actor: 'operator:cat', at })
  assert(released.ok, `the round is released: ${JSON.stringify(released)}`)
}
