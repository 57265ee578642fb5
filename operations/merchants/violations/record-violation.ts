import { violationById, type ViolationRow } from '#db/merchants/violations.ts'
import type { ViolationsContext } from '#operations/merchants/violations/decide-violation.ts'
import { pointsOfAct } from '#operations/merchants/violations/points-of-act.ts'
import { recordViolations } from '#operations/merchants/violations/record-violations.ts'
import { violationPolicyAt } from '#operations/merchants/violations/violation-policy.ts'
import { beginKeyedForShop, type ShopBegun } from '#operations/requests/keyed-for-shop.ts'
import { digestOf } from '#operations/requests/keyed.ts'
import { undoRefused } from '#operations/_refused.ts'
import { transact } from '#operations/_transact.ts'
import { assert } from '#rules/assert.ts'
import type { ViolationKind } from '#rules/merchants/violations/policy.ts'
import { isAhead } from '#rules/time/instants.ts'

/** What an operator records of a shop: by an act of the policy, or with kind and points. */
export type RecordViolation = {
  readonly shopId: string
  readonly violationId: string
  readonly as: { readonly act: string } | { readonly kind: ViolationKind; readonly points: number }
  /** When it was done; `undefined`: now. */
  readonly doneAt: Temporal.Instant | undefined
  readonly words: string
  readonly actor: string
  readonly idempotencyKey: string
  readonly at: Temporal.Instant
}

type BeginRefused = Extract<ShopBegun, { readonly ok: false }>

export type ViolationRecorded =
  | { readonly ok: true; readonly violation: ViolationRow }
  | BeginRefused
  | {
      readonly ok: false
      readonly refusal:
        | 'violations/no-policy'
        | 'violations/unknown-act'
        | 'violations/id-reused'
        | 'violations/in-the-future'
    }

/** Records what a shop did wrong, with what follows from it (VI-2, VI-5). */
export async function recordViolation(
  context: ViolationsContext,
  told: RecordViolation,
): Promise<ViolationRecorded> {
  const { shopId, violationId, as, doneAt, words, actor, at } = told
  if (violationPolicyAt(context.policies, at) === undefined) {
    return { ok: false, refusal: 'violations/no-policy' }
  }
  const worth = 'act' in as ? pointsOfAct(context.policies, as.act, at) : as
  if (worth === undefined) return { ok: false, refusal: 'violations/unknown-act' }
  if (doneAt !== undefined && isAhead(doneAt, at)) {
    return { ok: false, refusal: 'violations/in-the-future' }
  }

  const print = digestOf(['record', violationId, as, doneAt?.toString() ?? null, words])
  const request = { shopId, caller: actor, key: told.idempotencyKey, at }
  return await undoRefused(
    (operation) => transact(context.db, operation),
    async (tx): Promise<ViolationRecorded> => {
      const begun = await beginKeyedForShop(tx, request, print)
      if (!begun.ok) return begun
      const cause = { code: 'act' in as ? as.act : 'recorded', words }
      const violation = { shopId, violationId, ...worth, at: doneAt ?? at, cause }
      const recording = { ...context, now: at, actor }
      const fresh = begun.isAgain ? [] : await recordViolations(tx, recording, [violation])
      if (!begun.isAgain && fresh.length === 0) {
        return { ok: false, refusal: 'violations/id-reused' }
      }
      const row = await violationById(tx, shopId, violationId)
      assert(row !== undefined, 'what was recorded is there')
      return { ok: true, violation: row }
    },
  )
}
