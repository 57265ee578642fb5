import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'

/** A sealing, unsealing or erasure, as it is kept. */
export type MemberEnding = {
  readonly memberId: string
  readonly number: number
  readonly kind: 'sealed' | 'unsealed' | 'erased'
  /** What names it, in the ledger too. */
  readonly ref: string
  readonly at: Temporal.Instant
  readonly actor: string
  readonly reason: string | null
  /** `ending@1`; `null`: the market has none. */
  readonly policy: string | null
  /** What was forfeited or came back: JSON text. */
  readonly what: string
}

/** Everything that ended or resumed a member's membership, in order. */
export async function endingsOf(db: Reader, memberId: string): Promise<MemberEnding[]> {
  const rows = await sql<MemberEnding>`
    select member_id as "memberId", number, kind, ref, at, actor, reason, policy, what
    from jifen.member_ending
    where member_id = ${memberId}
    order by number
  `.execute(db)
  return rows.rows
}

/** The latest sealing of each member that was ever sealed. */
export async function lastSealings(
  db: Reader,
  memberIds: readonly string[],
): Promise<MemberEnding[]> {
  if (memberIds.length === 0) return []
  const rows = await sql<MemberEnding>`
    select distinct on (e.member_id) e.member_id as "memberId", e.number, e.kind, e.ref, e.at,
      e.actor, e.reason, e.policy, e.what
    from jifen.member_ending e
    join unnest(${memberIds}::text[]) as k (member_id) using (member_id)
    where e.kind = 'sealed'
    order by e.member_id, e.number desc
  `.execute(db)
  return rows.rows
}

/** Keeps an ending under the member's next number; the member is locked. */
export async function insertEnding(
  tx: Writer,
  ending: Omit<MemberEnding, 'number'>,
): Promise<void> {
  await sql`
    insert into jifen.member_ending (member_id, number, kind, ref, at, actor, reason, policy, what)
    select ${ending.memberId}, coalesce(max(number), 0) + 1, ${ending.kind}, ${ending.ref},
      ${ending.at.toString()}::timestamptz, ${ending.actor}, ${ending.reason}, ${ending.policy},
      ${ending.what}::json
    from jifen.member_ending
    where member_id = ${ending.memberId}
  `.execute(tx)
}

/** What entries of one kind and reference moved, by wallet. */
export async function movedInWallets(
  db: Reader,
  memberId: string,
  kind: 'forfeit' | 'unseal',
  ref: string,
): Promise<{ readonly program: string; readonly unit: string; readonly amount: number }[]> {
  const rows = await sql<{ program: string; unit: string; amount: number }>`
    select program, unit, amount
    from jifen.entry
    where member_id = ${memberId} and kind = ${kind} and ref = ${ref} and amount > 0
    order by program, unit
  `.execute(db)
  return rows.rows
}

/** Forfeits the open coupons of a member and returns their ids. */
export async function forfeitCoupons(tx: Writer, memberId: string): Promise<string[]> {
  const rows = await sql<{ coupon_id: string }>`
    update jifen.coupon set status = 'forfeited'
    where member_id = ${memberId} and status = 'open'
    returning coupon_id
  `.execute(tx)
  return rows.rows.map((row) => row.coupon_id).toSorted()
}

/** Opens forfeited coupons again that have not lapsed, and returns their ids. */
export async function restoreCoupons(
  tx: Writer,
  memberId: string,
  couponIds: readonly string[],
  at: Temporal.Instant,
): Promise<string[]> {
  const rows = await sql<{ coupon_id: string }>`
    update jifen.coupon set status = 'open'
    where member_id = ${memberId} and status = 'forfeited'
      and coupon_id = any(${couponIds}::text[])
      and (expires_at is null or expires_at > ${at.toString()}::timestamptz)
    returning coupon_id
  `.execute(tx)
  return rows.rows.map((row) => row.coupon_id).toSorted()
}

/** The grants of tiers that run at an instant or are to come. */
export async function unendedGrantIds(
  db: Reader,
  memberId: string,
  at: Temporal.Instant,
): Promise<string[]> {
  const rows = await sql<{ grant_id: string }>`
    select grant_id from jifen.tier_grant
    where member_id = ${memberId} and ended_at is null and valid_to > ${at.toString()}::timestamptz
    order by grant_id
  `.execute(db)
  return rows.rows.map((row) => row.grant_id)
}

/** Lets ended grants run again up to their own end, and returns the ids of those that do. */
export async function resumeGrants(
  tx: Writer,
  memberId: string,
  grantIds: readonly string[],
  at: Temporal.Instant,
): Promise<string[]> {
  const rows = await sql<{ grant_id: string }>`
    update jifen.tier_grant set ended_at = null, end_cause = null
    where member_id = ${memberId} and grant_id = any(${grantIds}::text[])
      and ended_at is not null and valid_to > ${at.toString()}::timestamptz
    returning grant_id
  `.execute(tx)
  return rows.rows.map((row) => row.grant_id).toSorted()
}
