import type { Writer } from '#db/connection.ts'
import { decideMatch, keepEvidence, matchesOf, type TierMatch } from '#db/membership/interchange.ts'
import { lockMembers } from '#db/members.ts'
import { transact } from '#operations/_transact.ts'
import { announce } from '#operations/announcements/announce.ts'
import { interchangeAt, type InterchangeContext } from '#operations/interchange/submit-match.ts'
import { grantTier } from '#operations/membership/grant-tier.ts'
import { ladderAt } from '#operations/membership/standing.ts'
import { assert } from '#rules/assert.ts'
import { matchedFor, tierFor } from '#rules/members/interchange/match.ts'
import { rankOf } from '#rules/members/tiers/ladder.ts'

export type MatchDecision = {
  readonly memberId: string
  readonly matchId: string
  readonly decision:
    { readonly confirm: true } | { readonly confirm: false; readonly reason: string }
  readonly actor: string
  readonly at: Temporal.Instant
}

export type MatchDecided =
  | { readonly ok: true; readonly match: TierMatch }
  | { readonly ok: false; readonly refusal: MatchRefused }

type MatchRefused =
  | 'members/unknown'
  | 'members/sealed'
  | 'interchange/unknown-match'
  | 'interchange/unknown-partner'
  | 'interchange/unknown-tier'
  | 'interchange/not-open'
  | 'interchange/already-decided'
  | 'interchange/submitter-decides'
  | 'interchange/evidence-used'

/**
 * Confirms or refuses a proof (IC-4): who is confirmed has the tier from now on. The same decision again
 * changes nothing; another one is refused, and so is that of whoever handed the proof in.
 */
export async function decideProof(
  context: InterchangeContext,
  request: MatchDecision,
): Promise<MatchDecided> {
  const { memberId, matchId, decision, actor } = request
  return await transact(context.db, async (tx): Promise<MatchDecided> => {
    const member = (await lockMembers(tx, [memberId])).get(memberId)
    if (member === undefined) return { ok: false, refusal: 'members/unknown' }
    const match = await matchById(tx, memberId, matchId)
    if (match === undefined) return { ok: false, refusal: 'interchange/unknown-match' }

    const wanted = decision.confirm ? 'confirmed' : 'refused'
    if (match.status === wanted) return { ok: true, match }
    if (match.status !== 'submitted') {
      return { ok: false, refusal: 'interchange/already-decided' }
    }
    if (match.submittedBy === actor) {
      return { ok: false, refusal: 'interchange/submitter-decides' }
    }
    if (member.status === 'sealed' && decision.confirm) {
      return { ok: false, refusal: 'members/sealed' }
    }

    if (!decision.confirm) await refuse(tx, match, request, decision.reason)
    const refused = decision.confirm ? await confirm(tx, context, match, request) : undefined
    if (refused !== undefined) return { ok: false, refusal: refused }
    const decided = await matchById(tx, memberId, matchId)
    assert(decided !== undefined, 'a match stays')
    return { ok: true, match: decided }
  })
}

async function matchById(
  tx: Writer,
  memberId: string,
  matchId: string,
): Promise<TierMatch | undefined> {
  return (await matchesOf(tx, memberId)).find((each) => each.matchId === matchId)
}

/** Confirms, or tells why not before anything is written. */
async function confirm(
  tx: Writer,
  { policies, market }: InterchangeContext,
  match: TierMatch,
  { actor, at }: MatchDecision,
): Promise<MatchRefused | undefined> {
  const { memberId, matchId, partner, partnerTier, evidenceHash } = match
  const known = interchangeAt(policies, partner, at)
  if (known === undefined) return 'interchange/unknown-partner'
  const tier = tierFor(known.policy, partnerTier)
  const ladder = ladderAt(policies, at)
  if (tier === undefined || ladder === undefined || rankOf(tier, ladder) < 0) {
    return 'interchange/unknown-tier'
  }
  const lasting = matchedFor(known.policy, at, market.zone)
  if (lasting === undefined) return 'interchange/not-open'
  const owner = await keepEvidence(tx, { partner, evidenceHash, memberId })
  if (owner !== memberId) return 'interchange/evidence-used'

  const { version } = known
  const status = 'confirmed'
  const decided = { memberId, matchId, version, tier, status, reason: null } as const
  await decideMatch(tx, { ...decided, decidedBy: actor, decidedAt: at, ...lasting })
  await grantTier(
    tx,
    { policies, market, now: at },
    {
      memberId,
      grantId: grantOfMatch(matchId),
      source: 'interchange',
      tier,
      ...lasting,
      cause: { partner, partnerTier, matchId, policy: `interchange:${partner}@${version}` },
    },
  )
  const until = lasting.to.toString()
  await tell(tx, match, at, { outcome: 'confirmed', tier, until })
  return undefined
}

/** Under which grant a match gives its tier. */
export function grantOfMatch(matchId: string): string {
  return `interchange:${matchId}`
}

async function refuse(
  tx: Writer,
  match: TierMatch,
  { actor, at }: MatchDecision,
  reason: string,
): Promise<void> {
  await decideMatch(tx, {
    ...match,
    status: 'refused',
    reason,
    decidedBy: actor,
    decidedAt: at,
    from: null,
    to: null,
  })
  await tell(tx, match, at, { outcome: 'refused' })
}

async function tell(
  tx: Writer,
  { memberId, matchId, partner, partnerTier }: TierMatch,
  at: Temporal.Instant,
  outcome: Readonly<Record<string, string>>,
): Promise<void> {
  const data = { matchId, partner, partnerTier, ...outcome }
  const id = `tier-match:${matchId}`
  await announce(tx, [{ memberId, id, type: 'jifen.tier-match.decided.v1', at, data }])
}
