import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import type { MatchStatus } from '#rules/members/interchange/match.ts'

/** A match as recorded. */
export type TierMatch = {
  readonly memberId: string
  /** The partner and the number among the member's: `skyways.1`. */
  readonly matchId: string
  readonly partner: string
  readonly nth: number
  /** Of the policy `interchange:<partner>` by which it was handed in, or decided. */
  readonly version: number
  readonly partnerTier: string
  /** Which of ours it gives. */
  readonly tier: string
  readonly evidenceKind: string
  readonly evidenceHash: string
  readonly status: MatchStatus
  readonly submittedBy: string
  readonly submittedAt: Temporal.Instant
  readonly decidedBy: string | null
  readonly decidedAt: Temporal.Instant | null
  readonly reason: string | null
  readonly from: Temporal.Instant | null
  readonly to: Temporal.Instant | null
  readonly endedAt: Temporal.Instant | null
}

/** Every match of a member, the latest first. */
export async function matchesOf(db: Reader, memberId: string): Promise<TierMatch[]> {
  const { rows } = await sql<Columns>`
    select * from jifen.tier_match
    where member_id = ${memberId}
    order by submitted_at desc, match_id
  `.execute(db)
  return rows.map(matchOf)
}

/** Proofs that wait for a decision, those that wait longest first. */
export async function waitingMatches(
  db: Reader,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<TierMatch[]> {
  const { rows } = await sql<Columns>`
    select * from jifen.tier_match
    where status = 'submitted'
    order by submitted_at, member_id, match_id
    offset ${offset}::int
    limit ${limit}::int
  `.execute(db)
  return rows.map(matchOf)
}

/** Writes a proof that was handed in. */
export async function insertMatch(
  tx: Writer,
  match: Omit<
    TierMatch,
    'status' | 'decidedBy' | 'decidedAt' | 'reason' | 'from' | 'to' | 'endedAt'
  >,
): Promise<void> {
  await sql`
    insert into jifen.tier_match (
      member_id, match_id, partner, nth, version, partner_tier, tier, evidence_kind, evidence_hash,
      status, submitted_by, submitted_at
    )
    values (
      ${match.memberId}, ${match.matchId}, ${match.partner}, ${match.nth}, ${match.version},
      ${match.partnerTier}, ${match.tier}, ${match.evidenceKind}, ${match.evidenceHash},
      'submitted', ${match.submittedBy}, ${match.submittedAt.toString()}::timestamptz
    )
  `.execute(tx)
}

/** Writes what was decided on a proof. */
export async function decideMatch(
  tx: Writer,
  match: Pick<TierMatch, 'memberId' | 'matchId' | 'version' | 'tier' | 'status' | 'reason'> & {
    readonly decidedBy: string
    readonly decidedAt: Temporal.Instant
    readonly from: Temporal.Instant | null
    readonly to: Temporal.Instant | null
  },
): Promise<void> {
  await sql`
    update jifen.tier_match set
      version = ${match.version},
      tier = ${match.tier},
      status = ${match.status},
      reason = ${match.reason}::text,
      decided_by = ${match.decidedBy},
      decided_at = ${match.decidedAt.toString()}::timestamptz,
      valid_from = ${match.from?.toString() ?? null}::timestamptz,
      valid_to = ${match.to?.toString() ?? null}::timestamptz
    where member_id = ${match.memberId} and match_id = ${match.matchId}
  `.execute(tx)
}

/** Keeps whose match rests on a piece of evidence; returns whose it is, now or since before. */
export async function keepEvidence(
  tx: Writer,
  evidence: Pick<TierMatch, 'partner' | 'evidenceHash' | 'memberId'>,
): Promise<string> {
  await sql`
    insert into jifen.tier_match_evidence (partner, evidence_hash, matched_member)
    values (${evidence.partner}, ${evidence.evidenceHash}, ${evidence.memberId})
    on conflict do nothing
  `.execute(tx)
  const { rows } = await sql<{ matched_member: string }>`
    select matched_member from jifen.tier_match_evidence
    where partner = ${evidence.partner} and evidence_hash = ${evidence.evidenceHash}
  `.execute(tx)
  return rows[0]?.matched_member ?? evidence.memberId
}

/** Ends confirmed matches of a member that would last longer; returns their ids. */
export async function endMatchesOf(
  tx: Writer,
  memberId: string,
  at: Temporal.Instant,
  partner?: string,
): Promise<string[]> {
  const { rows } = await sql<{ match_id: string }>`
    update jifen.tier_match set status = 'ended', ended_at = ${at.toString()}::timestamptz
    where member_id = ${memberId} and status = 'confirmed'
      and valid_to > ${at.toString()}::timestamptz
      and (${partner ?? null}::text is null or partner = ${partner ?? null}::text)
    returning match_id
  `.execute(tx)
  return rows.map((row) => row.match_id).toSorted()
}

/** Refuses what a member handed in and nobody decided. */
export async function withdrawWaiting(
  tx: Writer,
  memberId: string,
  refused: { readonly by: string; readonly reason: string; readonly at: Temporal.Instant },
): Promise<void> {
  await sql`
    update jifen.tier_match set
      status = 'refused',
      reason = ${refused.reason},
      decided_by = ${refused.by},
      decided_at = ${refused.at.toString()}::timestamptz
    where member_id = ${memberId} and status = 'submitted'
  `.execute(tx)
}

/** Members with a match with a partner that would last past an instant. */
export async function matchedBeyond(
  db: Reader,
  partner: string,
  at: Temporal.Instant,
  limit: number,
): Promise<string[]> {
  const { rows } = await sql<{ member_id: string }>`
    select distinct member_id from (
      select member_id
      from jifen.tier_match
      where partner = ${partner} and status = 'confirmed'
        and valid_to > ${at.toString()}::timestamptz
      order by valid_to
      limit ${limit}::int
    ) as running
    order by member_id
  `.execute(db)
  return rows.map((row) => row.member_id)
}

type Columns = {
  member_id: string
  match_id: string
  partner: string
  nth: number
  version: number
  partner_tier: string
  tier: string
  evidence_kind: string
  evidence_hash: string
  status: string
  submitted_by: string
  submitted_at: Temporal.Instant
  decided_by: string | null
  decided_at: Temporal.Instant | null
  reason: string | null
  valid_from: Temporal.Instant | null
  valid_to: Temporal.Instant | null
  ended_at: Temporal.Instant | null
}

function matchOf(row: Columns): TierMatch {
  return {
    memberId: row.member_id,
    matchId: row.match_id,
    partner: row.partner,
    nth: row.nth,
    version: row.version,
    partnerTier: row.partner_tier,
    tier: row.tier,
    evidenceKind: row.evidence_kind,
    evidenceHash: row.evidence_hash,
    status: row.status as MatchStatus,
    submittedBy: row.submitted_by,
    submittedAt: row.submitted_at,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
    reason: row.reason,
    from: row.valid_from,
    to: row.valid_to,
    endedAt: row.ended_at,
  }
}
