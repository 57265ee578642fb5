import { hash } from 'node:crypto'
import type { Database } from '#db/connection.ts'
import { keepKey } from '#db/idempotency.ts'
import { keepReason } from '#db/ledger/reasons.ts'
import type { Market } from '#db/market.ts'
import { memberById } from '#db/members.ts'
import { transact } from '#operations/_transact.ts'
import { postCommands, type WalletCommand } from '#operations/ledger/post-commands.ts'
import { pointsPolicyAt } from '#operations/policies/fact-context.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import type { Answer, WalletKey } from '#rules/ledger/wallet.ts'
import type { Points } from '#rules/money/points.ts'
import { expiryOf } from '#rules/points/expiry.ts'
import type { PointsPolicy } from '#rules/points/policy.ts'

/** What is asked of a wallet. Without `ref`, the idempotency key stands for it. */
export type CommandBody = { readonly ref?: string | undefined } & (
  | {
      readonly kind: 'earn'
      readonly amount: Points
      readonly activeAt?: Temporal.Instant | undefined
      /** `null`: never; absent: as the points policy says. */
      readonly expiresAt?: Temporal.Instant | null | undefined
      readonly funder?: string | undefined
      readonly target?: string | undefined
      readonly reason?: string | undefined
    }
  | {
      readonly kind: 'spend'
      readonly amount: Points
      readonly lots?: readonly string[] | undefined
      readonly reason?: string | undefined
    }
  | {
      readonly kind: 'hold'
      readonly amount: Points
      readonly lots?: readonly string[] | undefined
      /** Absent: after the policy's time. */
      readonly expiresAt?: Temporal.Instant | undefined
      readonly reason?: string | undefined
    }
  | {
      readonly kind: 'capture' | 'release'
      readonly of: string
      readonly amount?: Points | undefined
    }
  | { readonly kind: 'giveBack' | 'clawBack'; readonly of: string; readonly amount: Points }
)

export type PostRequest = {
  readonly key: WalletKey
  readonly body: CommandBody
  /** Who asks; a key of another caller is another key. */
  readonly caller: string
  readonly idempotencyKey: string
  readonly at: Temporal.Instant
}

export type PostContext = {
  readonly db: Database
  readonly policies: PolicyBook
  readonly market: Market
}

export type PostAnswer =
  Answer | { readonly ok: false; readonly refusal: 'members/unknown' | 'requests/key-reused' }

/**
 * Posts one command that a caller asks for: once under its idempotency key, and once under its
 * business reference. The same again is answered as before; the key or the reference with something
 * else is refused.
 */
export async function postForMember(
  context: PostContext,
  request: PostRequest,
): Promise<PostAnswer> {
  const { key, body, caller, idempotencyKey, at } = request
  const fingerprint = hash('sha256', JSON.stringify([key.program, key.unit, body]))
  return await transact(context.db, async (tx): Promise<PostAnswer> => {
    const kept = { memberId: key.memberId, caller, key: idempotencyKey, fingerprint, at }
    const [before, member] = await Promise.all([keepKey(tx, kept), memberById(tx, key.memberId)])

    if (before !== undefined && before !== fingerprint) {
      return { ok: false, refusal: 'requests/key-reused' }
    }
    if (member === undefined || member.isErased) throw new UnknownMember()

    const command = commandOf(request, fingerprint, context)
    const [answer] = await postCommands(tx, [command])
    if ('reason' in body && body.reason !== undefined) {
      const { kind, ref } = command
      await keepReason(tx, { ...key, kind, ref, reason: body.reason })
    }
    return answer ?? { ok: false, refusal: 'ledger/unknown-reference' }
  }).catch((error: unknown): PostAnswer => {
    if (error instanceof UnknownMember) return { ok: false, refusal: 'members/unknown' }
    throw error
  })
}

/** The reference of a command that names none: no two callers and keys share one. */
export function refOfKey(caller: string, idempotencyKey: string): string {
  return `key:${caller}/${idempotencyKey.replace(/[%/]/g, encodeURIComponent)}`
}

/** Undoes the transaction, so that nothing is kept for a member that does not exist. */
class UnknownMember extends Error {
  override readonly name = 'UnknownMember'
}

function commandOf(request: PostRequest, fingerprint: string, context: PostContext): WalletCommand {
  const { key, body, caller, idempotencyKey, at } = request
  const { policy, name } = pointsPolicyAt(context.policies, at)
  // What a person wrote is kept apart: the entry is hashed for ever (EN-7).
  const cause = JSON.stringify({ type: 'api' })
  const meta = { fingerprint, actor: caller, occurredAt: at, cause, policies: [name] }
  const base = { key, at, meta, ref: body.ref ?? refOfKey(caller, idempotencyKey) }
  switch (body.kind) {
    case 'earn':
      return {
        ...base,
        kind: 'earn',
        amount: body.amount,
        activeAt: body.activeAt,
        expiresAt:
          body.expiresAt === undefined ? expiryOf(at, policy, context.market.zone) : body.expiresAt,
        funder: body.funder ?? 'platform',
        target: body.target,
        merge: policy.mergeLots,
      }
    case 'spend':
      return { ...base, kind: 'spend', amount: body.amount, lots: body.lots, order: policy.spend }
    case 'hold':
      return {
        ...base,
        kind: 'hold',
        amount: body.amount,
        lots: body.lots,
        order: policy.spend,
        expiresAt: body.expiresAt ?? holdEnd(at, policy, context.market.zone),
      }
    case 'capture':
    case 'release':
      return { ...base, kind: body.kind, of: body.of, amount: body.amount }
    case 'giveBack':
      return { ...base, kind: 'giveBack', of: body.of, amount: body.amount }
    case 'clawBack':
      return {
        ...base,
        kind: 'clawBack',
        of: body.of,
        amount: body.amount,
        shortfall: policy.clawBack.shortfall,
        order: policy.spend,
      }
  }
}

function holdEnd(at: Temporal.Instant, policy: PointsPolicy, zone: string): Temporal.Instant {
  return at.toZonedDateTimeISO(zone).add(policy.hold.ttl).toInstant()
}
