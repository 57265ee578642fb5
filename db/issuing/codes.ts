import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'

/** A code as it is kept: what it gives, and who had it. */
export type KeptCode = { readonly batch: string; readonly claimedBy: string | null }

/** Keeps new codes by their hashes. */
export async function insertCodes(
  tx: Writer,
  shard: string,
  codes: {
    readonly batch: string
    readonly hashes: readonly Buffer[]
    readonly madeBy: string
    readonly at: Temporal.Instant
  },
): Promise<void> {
  const { batch, hashes, madeBy, at } = codes
  await overRows(
    tx,
    {
      member_id: ['text', hashes.map(() => shard)],
      code_hash: ['bytea', hashes],
      batch: ['text', hashes.map(() => batch)],
      made_by: ['text', hashes.map(() => madeBy)],
      made_at: ['timestamptz', hashes.map(() => at)],
    },
    (rows, names) => `insert into jifen.coupon_code (${names}) ${rows}`,
  )
}

/** The code of a hash, or `undefined`. */
export async function codeByHash(
  db: Reader,
  shard: string,
  codeHash: Buffer,
): Promise<KeptCode | undefined> {
  return await db
    .selectFrom('jifen.coupon_code')
    .select(['batch', 'claimed_by as claimedBy'])
    .where('member_id', '=', shard)
    .where('code_hash', '=', codeHash)
    .executeTakeFirst()
}

/** Gives a code to a member; `false` when somebody had it before. */
export async function claimCode(
  tx: Writer,
  shard: string,
  codeHash: Buffer,
  memberId: string,
): Promise<boolean> {
  const changed = await tx
    .updateTable('jifen.coupon_code')
    .set({ claimed_by: memberId })
    .where('member_id', '=', shard)
    .where('code_hash', '=', codeHash)
    .where('claimed_by', 'is', null)
    .executeTakeFirst()
  return changed.numUpdatedRows === 1n
}

/** How often a member gave a wrong code in the hour that begins at an instant. */
export async function codeFailures(
  db: Reader,
  memberId: string,
  hour: Temporal.Instant,
): Promise<number> {
  const row = await db
    .selectFrom('jifen.code_failure')
    .select('failures')
    .where('member_id', '=', memberId)
    .where('hour', '=', sql<Temporal.Instant>`${hour.toString()}::timestamptz`)
    .executeTakeFirst()
  return row?.failures ?? 0
}

/** Counts a wrong code. */
export async function addCodeFailure(
  tx: Writer,
  memberId: string,
  hour: Temporal.Instant,
): Promise<void> {
  await sql`
    insert into jifen.code_failure as f (member_id, hour, failures)
    values (${memberId}, ${hour.toString()}::timestamptz, 1)
    on conflict (member_id, hour) do update set failures = f.failures + 1
  `.execute(tx)
}
