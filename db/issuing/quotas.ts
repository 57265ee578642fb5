import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { shards } from '#db/issuing/shards.ts'
import { overRows } from '#db/rows.ts'

/** The buckets of a resource in one shard, by number. */
export type BucketRow = { readonly n: number; readonly available: number }

/** What one member takes of a resource. */
export type Use = { readonly memberId: string; readonly amount: number }

/** Marks a place to which `undoTake` goes back, letting go of every bucket locked since. */
export async function beginTake(tx: Writer): Promise<void> {
  await sql`savepoint take`.execute(tx)
}

/** Keeps what was taken. */
export async function endTake(tx: Writer): Promise<void> {
  await sql`release savepoint take`.execute(tx)
}

/** Lets go of every bucket locked since `beginTake`, and undoes what was written. */
export async function undoTake(tx: Writer): Promise<void> {
  await sql`rollback to savepoint take`.execute(tx)
}

/**
 * Takes an amount from one bucket that has it and that nobody else is just taking from, the preferred
 * one if possible; tells whether there was one. Waits for nobody.
 */
export async function takeFromFreeBucket(
  tx: Writer,
  take: {
    readonly shard: string
    readonly resource: string
    readonly amount: number
    readonly preferred: number
  },
): Promise<boolean> {
  const { shard, resource, amount, preferred } = take
  const taken = await sql<{ n: number }>`
    update jifen.bucket b
    set available = b.available - ${amount}::bigint
    from (
      select member_id, resource, n
      from jifen.bucket
      where member_id = ${shard} and resource = ${resource} and available >= ${amount}::bigint
      order by (n < ${preferred}::int), n
      limit 1
      for no key update skip locked
    ) as free
    where b.member_id = free.member_id and b.resource = free.resource and b.n = free.n
    returning b.n
  `.execute(tx)
  return taken.rows.length > 0
}

/** Locks every bucket of a resource in the order of their numbers, waiting for whoever has one. */
export async function lockBuckets(
  tx: Writer,
  shard: string,
  resource: string,
): Promise<BucketRow[]> {
  const rows = await sql<BucketRow>`
    select n, available
    from jifen.bucket
    where member_id = ${shard} and resource = ${resource}
    order by n
    for no key update
  `.execute(tx)
  return rows.rows
}

/** Adds to buckets, in the order of their numbers; those that are missing are made. */
export async function fillBuckets(
  tx: Writer,
  shard: string,
  resource: string,
  parts: readonly BucketRow[],
): Promise<void> {
  await sql`
    insert into jifen.bucket as b (member_id, resource, n, available)
    select ${shard}, ${resource}, n, available
    from unnest(
      ${parts.map((each) => each.n)}::int[],
      ${parts.map((each) => each.available)}::bigint[]
    ) as p (n, available)
    order by n
    on conflict (member_id, resource, n) do update set available = b.available + excluded.available
  `.execute(tx)
}

/** Takes from buckets that are locked and have as much. */
export async function drainBuckets(
  tx: Writer,
  shard: string,
  resource: string,
  parts: readonly BucketRow[],
): Promise<void> {
  await sql`
    update jifen.bucket b
    set available = b.available - p.amount
    from unnest(
      ${parts.map((each) => each.n)}::int[],
      ${parts.map((each) => each.available)}::bigint[]
    ) as p (n, amount)
    where b.member_id = ${shard} and b.resource = ${resource} and b.n = p.n
  `.execute(tx)
}

/** Adds to what members have of a resource. */
export async function addUses(tx: Writer, resource: string, uses: readonly Use[]): Promise<void> {
  await overRows(
    tx,
    {
      member_id: ['text', uses.map((each) => each.memberId)],
      resource: ['text', uses.map(() => resource)],
      used: ['bigint', uses.map((each) => each.amount)],
    },
    (rows, names) => `
    insert into jifen.quota_use as u (${names})
    ${rows}
    order by 1
    on conflict (member_id, resource) do update set used = u.used + excluded.used
  `,
  )
}

/** Takes from what a member has of a resource; `false` when that is less than the amount. */
export async function takeUse(tx: Writer, resource: string, use: Use): Promise<boolean> {
  const taken = await sql<{ used: number }>`
    update jifen.quota_use
    set used = used - ${use.amount}::bigint
    where member_id = ${use.memberId} and resource = ${resource} and used >= ${use.amount}::bigint
    returning used
  `.execute(tx)
  return taken.rows.length > 0
}

/** What a member has of resources; those of which it has nothing are absent. */
export async function usesOf(
  db: Reader,
  memberId: string,
  resources: readonly string[],
): Promise<Map<string, number>> {
  if (resources.length === 0) return new Map()
  const rows = await sql<{ resource: string; used: number }>`
    select resource, used
    from jifen.quota_use
    where member_id = ${memberId} and resource = any(${resources}::text[])
  `.execute(db)
  return new Map(rows.rows.map((row) => [row.resource, row.used]))
}

/** What is in the buckets of resources, over all shards; a resource without buckets is absent. */
export async function leftOf(
  db: Reader,
  resources: readonly string[],
): Promise<Map<string, number>> {
  if (resources.length === 0) return new Map()
  const rows = await sql<{ resource: string; available: number }>`
    select resource, sum(available)::bigint as available
    from jifen.bucket
    where member_id = any(${shards}::text[]) and resource = any(${resources}::text[])
    group by resource
  `.execute(db)
  return new Map(rows.rows.map((row) => [row.resource, row.available]))
}
