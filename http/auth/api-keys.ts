import { hash, timingSafeEqual } from 'node:crypto'
import { apiKeyById, type ApiKey } from '#db/api-keys.ts'
import type { Database } from '#db/connection.ts'
import type { Caller } from '#http/auth/caller.ts'

/** Looks up who an API key stands for: `undefined` when it is unknown, wrong or revoked. */
export type VerifyKey = (text: string) => Promise<Caller | undefined>

const keyText = /^jf_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/

/** A row is read anew after this long, so that a revoked key is refused within a second. */
const believedMs = 500
const mostKept = 5_000

/** Makes the verifier of API keys. Secrets are compared by their hashes, in constant time. */
export function keyVerifier(db: Database): VerifyKey {
  const kept = new Map<
    string,
    { readonly row: Promise<ApiKey | undefined>; readonly untilMs: number }
  >()

  const rowOf = (keyId: string): Promise<ApiKey | undefined> => {
    const known = kept.get(keyId)
    if (known !== undefined && performance.now() < known.untilMs) return known.row
    if (kept.size >= mostKept) kept.clear()
    const row = apiKeyById(db, keyId)
    kept.set(keyId, { row, untilMs: performance.now() + believedMs })
    row.catch(() => kept.delete(keyId))
    return row
  }

  return async (text) => {
    const [, keyId, secret] = keyText.exec(text) ?? []
    if (keyId === undefined || secret === undefined) return undefined

    const row = await rowOf(keyId)
    const proved = timingSafeEqual(hash('sha256', secret, 'buffer'), row?.keyHash ?? nothing)
    if (row === undefined || !proved || row.revokedAt !== null) return undefined
    const { role, subject } = row
    return { role, subject, by: 'key', ...(role === 'member' ? { memberId: subject } : {}) }
  }
}

const nothing = Buffer.alloc(32)
