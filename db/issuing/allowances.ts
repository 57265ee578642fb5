import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import type { WalletKey } from '#rules/ledger/wallet.ts'

/** The members among these that exist. */
export async function existingMembers(
  db: Reader,
  memberIds: readonly string[],
): Promise<Set<string>> {
  const rows = await sql<{ member_id: string }>`
    select member_id from jifen.member where member_id = any(${memberIds}::text[])
  `.execute(db)
  return new Set(rows.rows.map((row) => row.member_id))
}

/** Active members after an id, in the order of their ids. */
export async function membersAfter(db: Reader, after: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('jifen.member')
    .select('member_id')
    .where('member_id', '>', after)
    .where('status', '=', 'active')
    .orderBy('member_id')
    .limit(limit)
    .execute()
  return rows.map((row) => row.member_id)
}

/** How many members are active. */
export async function countMembers(db: Reader): Promise<number> {
  const row = await db
    .selectFrom('jifen.member')
    .select((count) => count.fn.countAll<number>().as('members'))
    .where('status', '=', 'active')
    .executeTakeFirstOrThrow()
  return Number(row.members)
}

/** The members among these whose wallet has an earn under a reference, done or refused. */
export async function earnedBefore(
  db: Reader,
  memberIds: readonly string[],
  { program, unit }: Pick<WalletKey, 'program' | 'unit'>,
  ref: string,
): Promise<Set<string>> {
  const rows = await sql<{ member_id: string }>`
    select e.member_id
    from jifen.entry e
    join unnest(${memberIds}::text[]) as k (member_id) using (member_id)
    where e.program = ${program} and e.unit = ${unit} and e.kind = 'earn' and e.ref = ${ref}
  `.execute(db)
  return new Set(rows.rows.map((row) => row.member_id))
}

/** What was answered to the earn of a reference, as JSON text; `undefined`: there is none. */
export async function earnAnswer(
  db: Reader,
  { memberId, program, unit }: WalletKey,
  ref: string,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('jifen.entry')
    .select('answer')
    .where('member_id', '=', memberId)
    .where('program', '=', program)
    .where('unit', '=', unit)
    .where('kind', '=', 'earn')
    .where('ref', '=', ref)
    .executeTakeFirst()
  return row?.answer
}

/** What a member earned of an allowance in games on a business day. */
export async function earnedInGames(
  db: Reader,
  memberId: string,
  batch: string,
  day: Temporal.PlainDate,
): Promise<number> {
  const row = await db
    .selectFrom('jifen.allowance_game')
    .select('earned')
    .where('member_id', '=', memberId)
    .where('batch', '=', batch)
    .where('day', '=', sql<Temporal.PlainDate>`${day.toString()}::date`)
    .executeTakeFirst()
  return row?.earned ?? 0
}

/** Adds to what a member earned of an allowance in games on a business day. */
export async function addGameEarning(
  tx: Writer,
  memberId: string,
  batch: string,
  day: Temporal.PlainDate,
  amount: number,
): Promise<void> {
  await sql`
    insert into jifen.allowance_game as g (member_id, batch, day, earned)
    values (${memberId}, ${batch}, ${day.toString()}::date, ${amount}::bigint)
    on conflict (member_id, batch, day) do update set earned = g.earned + excluded.earned
  `.execute(tx)
}
