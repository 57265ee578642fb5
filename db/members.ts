import { CompiledQuery, sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'

/** A member's account. */
export type Member = {
  readonly memberId: string
  readonly status: 'active' | 'sealed'
  readonly nickname: string | null
  readonly joinedAt: Temporal.Instant
  /** Whether the person was removed (EN-5). */
  readonly isErased: boolean
}

/** Temporary rules of one event that a member has joined. */
export type OptIn = {
  readonly memberId: string
  readonly event: string
  readonly optedAt: Temporal.Instant
}

/** One member, or `undefined`. */
export async function memberById(db: Reader, memberId: string): Promise<Member | undefined> {
  const row = await db
    .selectFrom('jifen.member')
    .selectAll()
    .where('member_id', '=', memberId)
    .executeTakeFirst()
  return row === undefined ? undefined : memberOf(row)
}

/** Makes the members that are not known yet, in the order of their ids. */
export async function insertMembers(
  tx: Writer,
  members: readonly { readonly memberId: string; readonly joinedAt: Temporal.Instant }[],
  at: Temporal.Instant,
): Promise<void> {
  await sql`
    insert into jifen.member (member_id, joined_at, created_at)
    select member_id, joined_at, ${at.toString()}::timestamptz
    from unnest(
      ${members.map((each) => each.memberId)}::text[],
      ${members.map((each) => each.joinedAt.toString())}::timestamptz[]
    ) as fresh (member_id, joined_at)
    where not exists (select from jifen.member m where m.member_id = fresh.member_id)
    order by member_id
    on conflict do nothing
  `.execute(tx)
}

/** Locks members in the order of their ids; what belongs to them is read afterwards. */
export async function lockMembers(
  tx: Writer,
  memberIds: readonly string[],
): Promise<Map<string, Member>> {
  const rows = await sql<Parameters<typeof memberOf>[0]>`
    select m.*
    from jifen.member m
    join unnest(${memberIds}::text[]) as k (member_id) using (member_id)
    order by m.member_id
    for no key update of m
  `.execute(tx)
  return new Map(rows.rows.map((row) => [row.member_id, memberOf(row)]))
}

/**
 * Locks one member, who is made if need be, before anything of his is locked; what belongs to the
 * member is read afterwards.
 */
export async function lockOrMakeMember(
  tx: Writer,
  memberId: string,
  at: Temporal.Instant,
): Promise<void> {
  const made = CompiledQuery.raw(makeText, [memberId, at.toString()])
  const locked = CompiledQuery.raw(lockText, [memberId])
  await Promise.all([tx.executeQuery(made), tx.executeQuery(locked)])
}

const makeText = `
  insert into jifen.member (member_id, joined_at, created_at)
  select $1::text, $2::timestamptz, $2::timestamptz
  where not exists (select from jifen.member where member_id = $1)
  on conflict do nothing
`

const lockText = 'select from jifen.member where member_id = $1 for no key update'

/** Writes status, nickname and joining of locked members. */
export async function updateMembers(tx: Writer, members: readonly Member[]): Promise<void> {
  if (members.length === 0) return
  await sql`
    update jifen.member m set
      status = n.status,
      nickname = n.nickname,
      joined_at = n.joined_at
    from unnest(
      ${members.map((each) => each.memberId)}::text[],
      ${members.map((each) => each.status)}::text[],
      ${members.map((each) => each.nickname)}::text[],
      ${members.map((each) => each.joinedAt.toString())}::timestamptz[]
    ) as n (member_id, status, nickname, joined_at)
    where m.member_id = n.member_id
  `.execute(tx)
}

/** Records that a member joined an event; the first time counts. */
export async function insertOptIn(tx: Writer, optIn: OptIn): Promise<void> {
  await tx
    .insertInto('jifen.member_opt_in')
    .values({ member_id: optIn.memberId, event: optIn.event, opted_at: optIn.optedAt.toString() })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Takes a joining back, if it is the one of that instant. */
export async function deleteOptIn(tx: Writer, optIn: OptIn): Promise<void> {
  await sql`
    delete from jifen.member_opt_in
    where member_id = ${optIn.memberId} and event = ${optIn.event}
      and opted_at = ${optIn.optedAt.toString()}::timestamptz
  `.execute(tx)
}

/** What members have joined, by event. */
export async function optInsOf(db: Reader, memberIds: readonly string[]): Promise<OptIn[]> {
  const rows = await sql<{ member_id: string; event: string; opted_at: Temporal.Instant }>`
    select o.*
    from jifen.member_opt_in o
    join unnest(${memberIds}::text[]) as k (member_id) using (member_id)
    order by o.member_id, o.event
  `.execute(db)
  return rows.rows.map((row) => ({
    memberId: row.member_id,
    event: row.event,
    optedAt: row.opted_at,
  }))
}

function memberOf(row: {
  member_id: string
  status: string
  nickname: string | null
  joined_at: Temporal.Instant
  erased_at: Temporal.Instant | null
}): Member {
  return {
    memberId: row.member_id,
    status: row.status as Member['status'],
    nickname: row.nickname,
    joinedAt: row.joined_at,
    isErased: row.erased_at !== null,
  }
}
