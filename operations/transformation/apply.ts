import type { Writer } from '#db/connection.ts'
import { insertDocuments } from '#db/governance/reviews.ts'
import {
  insertTransformation,
  openTransformationOf,
  transformationById,
  type Transformation,
} from '#db/governance/transformations.ts'
import { merchantById, type Shop } from '#db/shops/shops.ts'
import { transact } from '#operations/_transact.ts'
import { undoRefused } from '#operations/_refused.ts'
import { keyedId } from '#operations/governance/keyed-id.ts'
import { beginKeyedForShop } from '#operations/requests/keyed-for-shop.ts'
import { digestOf } from '#operations/requests/keyed.ts'
import { stateOf } from '#operations/transformation/_loaded.ts'
import type { TransformationTurned } from '#operations/transformation/_turn.ts'
import {
  kindAt,
  reviewRulesFor,
  type TransformationContext,
} from '#operations/transformation/transformation-policy.ts'
import type { Document } from '#rules/merchants/review/documents.ts'
import { begun } from '#rules/merchants/review/review.ts'
import { changed, type Change } from '#rules/merchants/transformation/change.ts'

export type TransformationApplied = {
  readonly shopId: string
  readonly change: Change
  readonly documents: readonly Document[]
  readonly caller: string
  readonly key: string
  readonly at: Temporal.Instant
}

/**
 * Begins a shop's application to go on as another (TF-1): a draft, to which documents are added until it
 * is submitted. Once under its key; refused where the shop has one that is open.
 */
export async function applyForTransformation(
  context: TransformationContext,
  applied: TransformationApplied,
): Promise<TransformationTurned> {
  return await undoRefused<TransformationTurned>(
    (operation) => transact(context.db, operation),
    (tx) => apply(tx, context, applied),
  )
}

async function apply(
  tx: Writer,
  { policies, market }: TransformationContext,
  applied: TransformationApplied,
): Promise<TransformationTurned> {
  const { shopId, change, documents, caller, key, at } = applied
  const fingerprint = digestOf(['transformation', change, documents])
  const transformationId = keyedId('tf', [shopId, caller, key])
  const started = await beginKeyedForShop(tx, applied, fingerprint)
  if (!started.ok) return started
  const before = await transformationById(tx, transformationId)
  if (before !== undefined) {
    if (before.fingerprint !== fingerprint) return { ok: false, refusal: 'requests/key-reused' }
    return { ok: true, transformation: before }
  }

  const { shop } = started
  const rules = kindAt(policies, change.kind, at)
  if (!rules.ok) return rules
  if (shop.status === 'closed') return { ok: false, refusal: 'shops/closed' }
  if ((await openTransformationOf(tx, shopId)) !== undefined) {
    return { ok: false, refusal: 'transformation/open-already' }
  }
  const { state, otherShops } = await stateOf(tx, shop)
  const becomes = changed(change, state, rules.kind, { otherShops })
  if (!becomes.ok) return becomes
  const takerId = takerOf(change, shop)
  if (takerId !== null && (await merchantById(tx, takerId)) === undefined) {
    return { ok: false, refusal: 'transformation/taker-unknown' }
  }

  const review = begun(reviewRulesFor(rules, change, shop.categories), { at, zone: market.zone })
  const transformation: Transformation = {
    ...review,
    transformationId,
    shopId,
    merchantId: shop.merchantId,
    takerId,
    takerConsentedAt: null,
    kind: change.kind,
    change: JSON.stringify(change),
    figures: '{}',
    policyVersion: rules.version,
    stageName: null,
    asked: null,
    appliedAt: at,
    effectiveAt: null,
    fingerprint,
  }
  await insertTransformation(tx, transformation)
  await insertDocuments(tx, transformationId, documents, { by: caller, at })
  return { ok: true, transformation }
}

/** Who takes the shop, where another company does (TF-3). */
function takerOf(change: Change, shop: Shop): string | null {
  if (change.kind !== 'legalEntity' || change.merchantId === undefined) return null
  return change.merchantId === shop.merchantId ? null : change.merchantId
}
