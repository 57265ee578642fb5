import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'
import { grantOf, type GrantRow } from '#db/membership/tier-grants.ts'
import type { Scored, TierGrant } from '#rules/members/tiers/in-force.ts'
import type { Told } from '#rules/members/tiers/due.ts'
import type { Window } from '#rules/time/instants.ts'

/** What is recorded of a member's standing, with the grants that could matter. */
export type Recorded = { readonly scored: Scored; readonly grants: readonly TierGrant[] }

/** The recorded standing of members with the grants that run at an instant, in one statement. */
export async function standingsOf(
  db: Reader,
  memberIds: readonly string[],
  at: Temporal.Instant,
): Promise<Map<string, Recorded>> {
  const rows = await sql<KeyedRow>`
    select k.member_id as key, m.score, m.score_tier, m.scored_for, m.paid_from, m.paid_until,
      g.member_id, g.grant_id, g.source, g.tier, g.valid_from, g.valid_to, g.ended_at, g.cause, g.end_cause
    from unnest(${memberIds}::text[]) as k (member_id)
    left join jifen.membership m on m.member_id = k.member_id
    left join jifen.tier_grant g on g.member_id = k.member_id
      and g.valid_from <= ${at.toString()}::timestamptz
      and g.valid_to > ${at.toString()}::timestamptz
  `.execute(db)
  const byMember = Map.groupBy(rows.rows, (row) => row.key)
  const recorded = [...byMember].map(([memberId, [first, ...more]]) => {
    const own = first === undefined ? [] : [first, ...more]
    const grants = own.flatMap((row) => (row.grant_id === null ? [] : [grantOf(row)]))
    return [memberId, { scored: scoredOf(memberId, first), grants }] as const
  })
  return new Map(recorded)
}

/** One member as recorded: for pages. */
export type Membership = Told & {
  readonly scoredFor: Temporal.PlainDate | undefined
  readonly tierSince: Temporal.Instant | undefined
}

/** What is recorded of a member, `undefined` when nothing is. */
export async function membershipOf(db: Reader, memberId: string): Promise<Membership | undefined> {
  const row = await db
    .selectFrom('jifen.membership')
    .selectAll()
    .where('member_id', '=', memberId)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    ...toldOf(row),
    scoredFor: row.scored_for ?? undefined,
    tierSince: row.tier_since ?? undefined,
  }
}

/** The members of whom something is due by an instant, those that wait longest first. */
export async function dueStandings(
  db: Reader,
  by: Temporal.Instant,
  limit: number,
): Promise<string[]> {
  const rows = await sql<{ readonly member_id: string }>`
    select member_id
    from jifen.membership
    where next_due <= ${by.toString()}::timestamptz
    order by next_due, member_id
    limit ${limit}
  `.execute(db)
  return rows.rows.map((row) => row.member_id)
}

/**
 * Locks the standings of members, which are made if need be with the tier that no score gives, in the
 * order of their ids. Grants are read afterwards.
 */
export async function lockStandings(
  tx: Writer,
  memberIds: readonly string[],
  tierOfNobody: string | null,
  at: Temporal.Instant,
): Promise<Map<string, Told & { readonly tierChanges: number }>> {
  await sql`
    insert into jifen.membership (member_id, tier, tier_since)
    select k.member_id, ${tierOfNobody}::text, ${at.toString()}::timestamptz
    from unnest(${memberIds}::text[]) as k (member_id)
    where not exists (select from jifen.membership m where m.member_id = k.member_id)
    order by k.member_id
    on conflict do nothing
  `.execute(tx)
  const rows = await sql<ToldRow & { readonly tier_changes: number }>`
    select m.*
    from jifen.membership m
    join unnest(${memberIds}::text[]) as k (member_id) using (member_id)
    order by m.member_id
    for no key update of m
  `.execute(tx)
  return new Map(
    rows.rows.map((row) => [row.member_id, { ...toldOf(row), tierChanges: row.tier_changes }]),
  )
}

/** A score as a refresh computed it. */
export type FreshScore = {
  readonly memberId: string
  readonly score: number
  readonly scoreTier: string | null
}

/**
 * Writes scores of a month; one that is there of a later month stays. Returns whose told tier is not
 * that of the new score, with what was told: only of them can the tier change.
 */
export async function writeScores(
  tx: Writer,
  scores: readonly FreshScore[],
  month: Temporal.PlainDate,
  tierOfNobody: string | null,
  at: Temporal.Instant,
): Promise<string[]> {
  const columns = {
    member_id: ['text', scores.map((each) => each.memberId)],
    score: ['bigint', scores.map((each) => each.score)],
    score_tier: ['text', scores.map((each) => each.scoreTier)],
    month: ['text', scores.map(() => month.toString())],
    tier: ['text', scores.map(() => tierOfNobody)],
    at: ['timestamptz', scores.map(() => at)],
  } as const
  const rows = await overRows<{ member_id: string }>(
    tx,
    columns,
    (fresh, names) => `
      with written as (
        insert into jifen.membership as m
          (member_id, score, score_tier, scored_for, tier, tier_since)
        select member_id, score, score_tier, month::date, tier, at
        from (${fresh}) as f (${names})
        order by member_id
        on conflict (member_id) do update set
          score = excluded.score,
          score_tier = excluded.score_tier,
          scored_for = excluded.scored_for
        where m.scored_for is null or m.scored_for <= excluded.scored_for
        returning m.member_id, m.tier, m.score_tier
      )
      select member_id from written where tier is distinct from score_tier order by member_id`,
  )
  return rows.map((row) => row.member_id)
}

/** What is told of a member's tier from now on. */
export type NewlyTold = {
  readonly memberId: string
  readonly tier: string | null
  readonly tierSince: Temporal.Instant | undefined
  readonly tierChanges: number
  readonly nextDue: Temporal.Instant | undefined
}

/** Writes what is told of locked standings; a `tierSince` of `undefined` stays as it was. */
export async function writeTold(tx: Writer, told: readonly NewlyTold[]): Promise<void> {
  if (told.length === 0) return
  const columns = {
    member_id: ['text', told.map((each) => each.memberId)],
    tier: ['text', told.map((each) => each.tier)],
    tier_since: ['timestamptz', told.map((each) => each.tierSince ?? null)],
    tier_changes: ['int', told.map((each) => each.tierChanges)],
    next_due: ['timestamptz', told.map((each) => each.nextDue ?? null)],
  } as const
  await overRows(
    tx,
    columns,
    (rows, names) => `
      update jifen.membership m set
        tier = n.tier,
        tier_since = coalesce(n.tier_since, m.tier_since),
        tier_changes = n.tier_changes,
        next_due = n.next_due
      from (${rows}) as n (${names})
      where m.member_id = n.member_id`,
  )
}

/** Writes from when until when a member has paid. */
export async function writePaidPeriod(
  tx: Writer,
  memberId: string,
  paid: Window | undefined,
): Promise<void> {
  const paid_from = paid?.from.toString() ?? null
  const paid_until = paid?.to.toString() ?? null
  await tx
    .insertInto('jifen.membership')
    .values({ member_id: memberId, paid_from, paid_until })
    .onConflict((known) => known.column('member_id').doUpdateSet({ paid_from, paid_until }))
    .execute()
}

type StandingRow = {
  readonly score: number | null
  readonly score_tier: string | null
  readonly scored_for: Temporal.PlainDate | null
  readonly paid_from: Temporal.Instant | null
  readonly paid_until: Temporal.Instant | null
}

type NoGrant = { readonly [Key in keyof GrantRow]: null }

/** A member's row beside one of its grants, or beside none. */
type KeyedRow = StandingRow & { readonly key: string } & (GrantRow | NoGrant)

type ToldRow = StandingRow & {
  readonly member_id: string
  readonly tier: string | null
  readonly next_due: Temporal.Instant | null
}

function scoredOf(memberId: string, row: StandingRow | undefined): Scored {
  return {
    memberId,
    score: row?.score ?? 0,
    scoreTier: row === undefined || row.scored_for === null ? undefined : row.score_tier,
    paidFrom: row?.paid_from ?? undefined,
    paidUntil: row?.paid_until ?? undefined,
  }
}

function toldOf(row: ToldRow): Told {
  return {
    ...scoredOf(row.member_id, row),
    tier: row.tier,
    nextDue: row.next_due ?? undefined,
  }
}
