import { sql } from 'kysely'
import type { Database, Writer } from '#db/connection.ts'

export type KeptKey = {
  readonly memberId: string
  readonly caller: string
  readonly key: string
  readonly fingerprint: string
  readonly at: Temporal.Instant
}

/**
 * Keeps what was asked under an `Idempotency-Key`. Returns the fingerprint under which the key was
 * kept before, after waiting for whoever is just keeping it; `undefined` when it is new.
 */
export async function keepKey(tx: Writer, kept: KeptKey): Promise<string | undefined> {
  const made = await sql<{ fingerprint: string }>`
    insert into jifen.idempotency (member_id, caller, key, fingerprint, created_at)
    values (
      ${kept.memberId}, ${kept.caller}, ${kept.key}, ${kept.fingerprint},
      ${kept.at.toString()}::timestamptz
    )
    on conflict do nothing
    returning fingerprint
  `.execute(tx)
  if (made.rows.length > 0) return undefined

  const before = await tx
    .selectFrom('jifen.idempotency')
    .select('fingerprint')
    .where('member_id', '=', kept.memberId)
    .where('caller', '=', kept.caller)
    .where('key', '=', kept.key)
    .executeTakeFirstOrThrow()
  return before.fingerprint
}

/** Forgets keys kept before an instant. What was done under them stays; the ledger's refs guard it. */
export async function forgetKeys(db: Database, before: Temporal.Instant): Promise<number> {
  const gone = await db
    .deleteFrom('jifen.idempotency')
    .where('created_at', '<', sql<Temporal.Instant>`${before.toString()}::timestamptz`)
    .executeTakeFirst()
  return Number(gone.numDeletedRows)
}
