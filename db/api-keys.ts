import type { Reader, Writer } from '#db/connection.ts'

/** A key of a program: only the hash of its secret is kept. */
export type ApiKey = {
  readonly keyId: string
  readonly keyHash: Buffer
  readonly role: 'operator' | 'merchant' | 'member' | 'service'
  readonly subject: string
  readonly note: string
  readonly createdAt: Temporal.Instant
  readonly revokedAt: Temporal.Instant | null
}

/** One key, revoked or not; `undefined` when there is none. */
export async function apiKeyById(db: Reader, keyId: string): Promise<ApiKey | undefined> {
  const row = await db
    .selectFrom('jifen.api_key')
    .selectAll()
    .where('key_id', '=', keyId)
    .executeTakeFirst()
  return row === undefined ? undefined : keyOf(row)
}

/** All keys, the oldest first. */
export async function apiKeys(db: Reader): Promise<ApiKey[]> {
  const rows = await db
    .selectFrom('jifen.api_key')
    .selectAll()
    .orderBy('created_at')
    .orderBy('key_id')
    .execute()
  return rows.map(keyOf)
}

/** Adds a key. */
export async function insertApiKey(tx: Writer, key: Omit<ApiKey, 'revokedAt'>): Promise<void> {
  await tx
    .insertInto('jifen.api_key')
    .values({
      key_id: key.keyId,
      key_hash: key.keyHash,
      role: key.role,
      subject: key.subject,
      note: key.note,
      created_at: key.createdAt.toString(),
    })
    .execute()
}

/** Marks a key as revoked; whether there was one that was not. */
export async function recordRevocation(
  tx: Writer,
  keyId: string,
  at: Temporal.Instant,
): Promise<boolean> {
  const done = await tx
    .updateTable('jifen.api_key')
    .set({ revoked_at: at.toString() })
    .where('key_id', '=', keyId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return done.numUpdatedRows === 1n
}

function keyOf(row: {
  key_id: string
  key_hash: Buffer
  role: string
  subject: string
  note: string
  created_at: Temporal.Instant
  revoked_at: Temporal.Instant | null
}): ApiKey {
  return {
    keyId: row.key_id,
    keyHash: row.key_hash,
    role: row.role as ApiKey['role'],
    subject: row.subject,
    note: row.note,
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
  }
}
