import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'

/** Whose person was, or is to be, removed. */
export type Erasure = {
  readonly memberId: string
  readonly status: 'requested' | 'done'
  readonly requestedBy: string
  readonly requestedAt: Temporal.Instant
  readonly ground: 'request' | 'law' | 'retention' | 'replay'
  readonly approvedBy: string | null
  readonly erasedAt: Temporal.Instant | null
}

/** The erasure of a member, if any was ever asked for. */
export async function erasureOf(db: Reader, memberId: string): Promise<Erasure | undefined> {
  const rows = await sql<Erasure>`
    select ${columns} from jifen.erasure where member_id = ${memberId}
  `.execute(db)
  return rows.rows[0]
}

/** Keeps that an erasure was asked for. */
export async function insertErasure(
  tx: Writer,
  asked: Pick<Erasure, 'memberId' | 'requestedBy' | 'requestedAt' | 'ground'>,
): Promise<void> {
  await sql`
    insert into jifen.erasure (member_id, status, requested_by, requested_at, ground)
    values (
      ${asked.memberId}, 'requested', ${asked.requestedBy},
      ${asked.requestedAt.toString()}::timestamptz, ${asked.ground}
    )
  `.execute(tx)
}

/** Keeps that a member was erased. */
export async function finishErasure(
  tx: Writer,
  done: {
    readonly memberId: string
    readonly approvedBy: string | null
    readonly erasedAt: Temporal.Instant
  },
): Promise<void> {
  const at = done.erasedAt.toString()
  await sql`
    update jifen.erasure set
      status = 'done', approved_by = ${done.approvedBy}, erased_at = ${at}::timestamptz
    where member_id = ${done.memberId}
  `.execute(tx)
}

/** Erasures that are not in the file beside the database yet, in order. */
export async function unfiledErasures(
  db: Reader,
  limit: number,
): Promise<{ readonly memberId: string; readonly erasedAt: Temporal.Instant }[]> {
  const rows = await sql<{ memberId: string; erasedAt: Temporal.Instant }>`
    select member_id as "memberId", erased_at as "erasedAt"
    from jifen.erasure
    where status = 'done' and filed_at is null
    order by erased_at, member_id
    limit ${limit}
  `.execute(db)
  return rows.rows
}

/** Keeps that erasures are in the file. */
export async function markFiled(
  tx: Writer,
  memberIds: readonly string[],
  at: Temporal.Instant,
): Promise<void> {
  await sql`
    update jifen.erasure set filed_at = ${at.toString()}::timestamptz
    where member_id = any(${memberIds}::text[])
  `.execute(tx)
}

/** Of these members, those who are known and not erased. */
export async function notErased(db: Reader, memberIds: readonly string[]): Promise<string[]> {
  const rows = await sql<{ member_id: string }>`
    select member_id from jifen.member
    where member_id = any(${memberIds}::text[]) and erased_at is null
    order by member_id
  `.execute(db)
  return rows.rows.map((row) => row.member_id)
}

/** How many trades of a member wait to be paid. */
export async function openTrades(db: Reader, memberId: string): Promise<number> {
  const rows = await sql<{ open: number }>`
    select count(*)::int as open from jifen.trade
    where member_id = ${memberId} and status = 'placed'
  `.execute(db)
  return rows.rows[0]?.open ?? 0
}

const columns = sql`
  member_id as "memberId", status, requested_by as "requestedBy", requested_at as "requestedAt",
  ground, approved_by as "approvedBy", erased_at as "erasedAt"
`
