import type { Writer } from '#db/connection.ts'
import { documentsOf, insertDocuments } from '#db/governance/reviews.ts'
import {
  openTransformationOf,
  reviewOf,
  updateTransformation,
} from '#db/governance/transformations.ts'
import { transact } from '#operations/_transact.ts'
import { changeOf, stateOf, type Locked } from '#operations/transformation/_loaded.ts'
import { lockSettled } from '#operations/transformation/_settle.ts'
import {
  refusedBy,
  turn,
  type TransformationRefused,
  type TransformationTurned,
} from '#operations/transformation/_turn.ts'
import {
  kindAt,
  kindOf,
  reviewRulesFor,
  type TransformationContext,
} from '#operations/transformation/transformation-policy.ts'
import type { Document } from '#rules/merchants/review/documents.ts'
import { submitted, withdrawn } from '#rules/merchants/review/review.ts'
import { changed } from '#rules/merchants/transformation/change.ts'

type OfShop = {
  readonly shopId: string
  readonly transformationId: string
  readonly at: Temporal.Instant
}

/** Adds documents to an application that its shop may still complete; the same again changes nothing. */
export async function addTransformationDocuments(
  context: TransformationContext,
  given: OfShop & { readonly documents: readonly Document[]; readonly caller: string },
): Promise<TransformationTurned> {
  return await ofShop(context, given, async (tx, { transformation }) => {
    if (!['draft', 'supplement', 'rejected'].includes(transformation.status)) return wrongStatus
    const { caller: by, at } = given
    await insertDocuments(tx, transformation.transformationId, given.documents, { by, at })
    return { ok: true, transformation }
  })
}

/**
 * Hands an application in (RV-1, RV-7, RV-8): one of a new round by the rules that are in force then.
 * Refused while documents or the consent of the merchant that takes the shop are missing.
 */
export async function submitTransformation(
  context: TransformationContext,
  asked: OfShop,
): Promise<TransformationTurned> {
  const { policies, market } = context
  const { at } = asked
  return await ofShop(context, asked, async (tx, locked) => {
    const { transformation, shop } = locked
    // What another merchant asked for before it had the shop stays as it is.
    if (transformation.merchantId !== shop.merchantId) return wrongStatus
    const change = changeOf(transformation)
    const isSupplement = transformation.status === 'supplement'
    const rules = isSupplement
      ? { ok: true as const, ...kindOf(policies, transformation) }
      : kindAt(policies, transformation.kind, at)
    if (!rules.ok) return rules
    if (transformation.takerId !== null && transformation.takerConsentedAt === null) {
      return { ok: false, refusal: 'transformation/consent-missing' }
    }
    const { state, otherShops } = await stateOf(tx, shop)
    const becomes = changed(change, state, rules.kind, { otherShops })
    if (!becomes.ok) return becomes

    const reviewRules = reviewRulesFor(rules, change, shop.categories)
    const documents = await documentsOf(tx, transformation.transformationId)
    const moment = { at, zone: market.zone }
    const handedIn = submitted(reviewRules, reviewOf(transformation), documents, moment)
    if (!handedIn.ok) return refusedBy(handedIn)
    const isAlone = transformation.status !== 'rejected' || (await isNoneOpen(tx, shop.shopId))
    if (!isAlone) return { ok: false, refusal: 'transformation/open-already' }
    const { stages } = reviewRules
    const turned = { stages, at, policyVersion: rules.version }
    return { ok: true, transformation: await turn(tx, transformation, handedIn.review, turned) }
  })
}

/** Takes an application back (RV-9). */
export async function withdrawTransformation(
  context: TransformationContext,
  asked: OfShop,
): Promise<TransformationTurned> {
  return await ofShop(context, asked, async (tx, { transformation }) => {
    if (transformation.status === 'withdrawn') return { ok: true, transformation }
    if (transformation.status === 'effective') return wrongStatus
    const taken = withdrawn(reviewOf(transformation))
    if (!taken.ok) return refusedBy(taken)
    const { at } = asked
    const turned = await turn(tx, transformation, taken.review, { stages: [], at })
    return { ok: true, transformation: turned }
  })
}

/** The merchant that takes a shop consents (TF-3); again changes nothing. */
export async function consentToTransformation(
  context: TransformationContext,
  asked: {
    readonly merchantId: string
    readonly transformationId: string
    readonly at: Temporal.Instant
  },
): Promise<TransformationTurned> {
  return await transact(context.db, async (tx): Promise<TransformationTurned> => {
    const locked = await lockSettled(tx, context, asked.transformationId, asked.at)
    if (locked?.transformation.takerId !== asked.merchantId) return unknown
    const { transformation } = locked
    if (transformation.takerConsentedAt !== null) return { ok: true, transformation }
    if (!['draft', 'supplement', 'rejected'].includes(transformation.status)) return wrongStatus
    const consented = { ...transformation, takerConsentedAt: asked.at }
    await updateTransformation(tx, consented)
    return { ok: true, transformation: consented }
  })
}

const unknown = { ok: false, refusal: 'transformation/unknown' } as const
const wrongStatus: TransformationRefused = { ok: false, refusal: 'transformation/wrong-status' }

async function ofShop(
  context: TransformationContext,
  { shopId, transformationId, at }: OfShop,
  operation: (tx: Writer, locked: Locked) => Promise<TransformationTurned>,
): Promise<TransformationTurned> {
  return await transact(context.db, async (tx): Promise<TransformationTurned> => {
    const locked = await lockSettled(tx, context, transformationId, at)
    if (locked?.transformation.shopId !== shopId) return unknown
    return await operation(tx, locked)
  })
}

async function isNoneOpen(tx: Writer, shopId: string): Promise<boolean> {
  return (await openTransformationOf(tx, shopId)) === undefined
}
