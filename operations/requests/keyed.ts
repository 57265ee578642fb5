import { hash } from 'node:crypto'
import type { Writer } from '#db/connection.ts'
import { keepKey } from '#db/idempotency.ts'
import { lockMembers, type Member } from '#db/members.ts'

/** What names a request for ever. */
export type Keyed = { readonly idempotencyKey: string }

/** The key stands for another request. */
export type KeyReused = { readonly ok: false; readonly refusal: 'requests/key-reused' }

/** Who asks what for a member, under which Idempotency-Key. */
export type KeyedRequest = {
  readonly memberId: string
  readonly caller: string
  readonly key: string
  readonly at: Temporal.Instant
}

export type KeyedBegun =
  | { readonly ok: true; readonly member: Member; readonly isAgain: boolean }
  | KeyReused
  | { readonly ok: false; readonly refusal: 'members/unknown' }

/**
 * Locks the member and keeps the key with a digest of what is asked: what every request of a member
 * begins with. A refusal of the request undoes both (`undoRefused`).
 */
export async function beginKeyed(
  tx: Writer,
  { memberId, caller, key, at }: KeyedRequest,
  fingerprint: string,
): Promise<KeyedBegun> {
  const member = (await lockMembers(tx, [memberId])).get(memberId)
  if (member === undefined) return { ok: false, refusal: 'members/unknown' }

  const before = await keepKey(tx, { memberId, caller, key, fingerprint, at })
  if (before !== undefined && before !== fingerprint) {
    return { ok: false, refusal: 'requests/key-reused' }
  }
  return { ok: true, member, isAgain: before !== undefined }
}

/** The digest of what is asked, by which the same request is known again. */
export function digestOf(asked: readonly unknown[]): string {
  return hash('sha256', JSON.stringify(asked))
}
