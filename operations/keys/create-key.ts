import { hash, randomBytes } from 'node:crypto'
import { insertApiKey, type ApiKey } from '#db/api-keys.ts'
import type { Database } from '#db/connection.ts'
import { transact } from '#operations/_transact.ts'

/** What a new key is for. */
export type NewKey = Pick<ApiKey, 'role' | 'subject' | 'note'> & { readonly at: Temporal.Instant }

/**
 * Makes an API key `jf_<keyId>_<secret>` with 256 random bits. The text is told this once: only the
 * SHA-256 of the secret is kept.
 */
export async function createKey(
  db: Database,
  key: NewKey,
): Promise<{ readonly keyId: string; readonly key: string }> {
  const keyId = randomBytes(6).toString('hex')
  const secret = randomBytes(32).toString('base64url')
  const { role, subject, note, at } = key

  await transact(db, async (tx) => {
    const keyHash = hash('sha256', secret, 'buffer')
    await insertApiKey(tx, { keyId, keyHash, role, subject, note, createdAt: at })
  })
  return { keyId, key: `jf_${keyId}_${secret}` }
}
