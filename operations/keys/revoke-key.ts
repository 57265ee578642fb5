import { recordRevocation } from '#db/api-keys.ts'
import type { Database } from '#db/connection.ts'
import { transact } from '#operations/_transact.ts'

/** Revokes an API key: within a second no process takes it any more. False when no such key is valid. */
export async function revokeKey(
  db: Database,
  keyId: string,
  at: Temporal.Instant,
): Promise<boolean> {
  return await transact(db, async (tx) => await recordRevocation(tx, keyId, at))
}
