import { sql } from 'kysely'
import type { Database, Writer } from '#db/connection.ts'

/**
 * Keeps what was asked of a locked shop under an `Idempotency-Key`. Returns the fingerprint under which
 * the key was kept before; `undefined` when it is new.
 */
export async function keepShopKey(
  tx: Writer,
  kept: {
    readonly shopId: string
    readonly caller: string
    readonly key: string
    readonly fingerprint: string
    readonly at: Temporal.Instant
  },
): Promise<string | undefined> {
  const { shopId, caller, key, fingerprint, at } = kept
  const before = await sql<{ fingerprint: string }>`
    select fingerprint from jifen.shop_request
    where shop_id = ${shopId} and caller = ${caller} and key = ${key}
  `.execute(tx)
  const [row] = before.rows
  if (row !== undefined) return row.fingerprint

  await sql`
    insert into jifen.shop_request (shop_id, caller, key, fingerprint, created_at)
    values (${shopId}, ${caller}, ${key}, ${fingerprint}, ${at.toString()}::timestamptz)
  `.execute(tx)
  return undefined
}

/** Forgets keys kept before an instant. */
export async function forgetShopKeys(db: Database, before: Temporal.Instant): Promise<number> {
  const gone = await db
    .deleteFrom('jifen.shop_request')
    .where('created_at', '<', sql<Temporal.Instant>`${before.toString()}::timestamptz`)
    .executeTakeFirst()
  return Number(gone.numDeletedRows)
}
