import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import type { Budget } from '#rules/issuing/quota.ts'

/** A part of a budget on its way to a shard, or back. */
export type Move = {
  readonly resource: string
  readonly direction: 'grant' | 'reclaim'
  readonly number: number
  readonly shard: string
  readonly amount: number
  /** Of envelopes: into how many the amount is cut. */
  readonly parts: number | null
}

/** A budget as it stands, without locking it; `undefined`: it was not opened yet. */
export async function budgetOf(db: Reader, resource: string): Promise<Budget | undefined> {
  return await db
    .selectFrom('jifen.budget')
    .select(['total', 'granted'])
    .where('resource', '=', resource)
    .executeTakeFirst()
}

/** The budgets of resources, by resource. */
export async function budgetsOf(
  db: Reader,
  resources: readonly string[],
): Promise<Map<string, Budget>> {
  if (resources.length === 0) return new Map()
  const rows = await db
    .selectFrom('jifen.budget')
    .select(['resource', 'total', 'granted'])
    .where('resource', 'in', resources)
    .execute()
  return new Map(rows.map(({ resource, ...budget }) => [resource, budget]))
}

/** Makes a budget unless it is there, and locks it. */
export async function openBudget(
  tx: Writer,
  resource: string,
  at: Temporal.Instant,
): Promise<Budget> {
  await tx
    .insertInto('jifen.budget')
    .values({ resource, total: 0, opened_at: at.toString() })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return await tx
    .selectFrom('jifen.budget')
    .select(['total', 'granted'])
    .where('resource', '=', resource)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow()
}

/** Writes a locked budget as it stands. */
export async function updateBudget(tx: Writer, resource: string, budget: Budget): Promise<void> {
  await tx.updateTable('jifen.budget').set(budget).where('resource', '=', resource).execute()
}

/** Records a grant of a locked budget to a shard, and returns its number. */
export async function insertGrant(
  tx: Writer,
  grant: Omit<Move, 'direction' | 'number'>,
  at: Temporal.Instant,
): Promise<number> {
  const rows = await sql<{ number: number }>`
    insert into jifen.budget_move
      (resource, direction, number, shard, amount, parts, settled, moved_at)
    select ${grant.resource}, 'grant', coalesce(max(number), 0) + 1, ${grant.shard},
      ${grant.amount}::bigint, ${grant.parts}::int, false, ${at.toString()}::timestamptz
    from jifen.budget_move
    where resource = ${grant.resource} and direction = 'grant'
    returning number
  `.execute(tx)
  return rows.rows[0]?.number ?? 0
}

/** How much of a budget was granted so far, and into how many parts that was cut. */
export async function grantedSoFar(
  tx: Writer,
  resource: string,
): Promise<{ readonly amount: number; readonly parts: number }> {
  const rows = await sql<{ amount: number; parts: number }>`
    select coalesce(sum(amount), 0)::bigint as amount, coalesce(sum(parts), 0)::bigint as parts
    from jifen.budget_move
    where resource = ${resource} and direction = 'grant'
  `.execute(tx)
  return rows.rows[0] ?? { amount: 0, parts: 0 }
}

/** Grants whose slice may not be there yet, in their order. */
export async function openGrants(db: Reader, resource?: string): Promise<Move[]> {
  const rows = await sql<Move>`
    select resource, direction, number, shard, amount, parts
    from jifen.budget_move
    where not settled and (${resource ?? null}::text is null or resource = ${resource ?? null})
    order by resource, number
  `.execute(db)
  return rows.rows
}

/** Puts down at a shard what it was granted; `false` when that was done before. */
export async function insertSlice(
  tx: Writer,
  { resource, number, shard, amount, parts }: Move,
  at: Temporal.Instant,
): Promise<boolean> {
  const made = await tx
    .insertInto('jifen.slice')
    .values({
      member_id: shard,
      resource,
      direction: 'grant',
      number,
      amount,
      parts,
      settled: true,
      moved_at: at.toString(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return made.numInsertedOrUpdatedRows === 1n
}

/** Notes at the budget that the slice of a grant is there. */
export async function settleGrant(db: Reader, { resource, number }: Move): Promise<void> {
  await db
    .updateTable('jifen.budget_move')
    .set({ settled: true })
    .where('resource', '=', resource)
    .where('direction', '=', 'grant')
    .where('number', '=', number)
    .execute()
}

/** Puts down at a shard, with its buckets locked, what it gives back of its slices. */
export async function insertReclaim(
  tx: Writer,
  reclaim: { readonly resource: string; readonly shard: string; readonly amount: number },
  at: Temporal.Instant,
): Promise<void> {
  await sql`
    insert into jifen.slice (member_id, resource, direction, number, amount, settled, moved_at)
    select ${reclaim.shard}, ${reclaim.resource}, 'reclaim', coalesce(max(number), 0) + 1,
      ${reclaim.amount}::bigint, false, ${at.toString()}::timestamptz
    from jifen.slice
    where member_id = ${reclaim.shard} and resource = ${reclaim.resource}
      and direction = 'reclaim'
  `.execute(tx)
}

/** What shards gave back and the budget may not know yet. */
export async function openReclaims(db: Reader, resource?: string): Promise<Move[]> {
  const rows = await sql<Move>`
    select resource, direction, number, member_id as shard, amount, parts
    from jifen.slice
    where not settled and (${resource ?? null}::text is null or resource = ${resource ?? null})
    order by resource, member_id, number
  `.execute(db)
  return rows.rows
}

/** Records at the budget what a shard gave back; `false` when that was done before. */
export async function insertReturned(
  tx: Writer,
  { resource, number, shard, amount }: Move,
  at: Temporal.Instant,
): Promise<boolean> {
  const made = await tx
    .insertInto('jifen.budget_move')
    .values({
      resource,
      direction: 'reclaim',
      number,
      shard,
      amount,
      settled: true,
      moved_at: at.toString(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return made.numInsertedOrUpdatedRows === 1n
}

/** Notes at the shard that the budget knows what was given back. */
export async function settleReclaim(db: Reader, { resource, number, shard }: Move): Promise<void> {
  await db
    .updateTable('jifen.slice')
    .set({ settled: true })
    .where('member_id', '=', shard)
    .where('resource', '=', resource)
    .where('direction', '=', 'reclaim')
    .where('number', '=', number)
    .execute()
}

/** Every budget there is, in the order of resources. */
export async function allBudgets(db: Reader): Promise<(Budget & { readonly resource: string })[]> {
  return await db
    .selectFrom('jifen.budget')
    .select(['resource', 'total', 'granted'])
    .orderBy('resource')
    .execute()
}
