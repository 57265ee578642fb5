import type { Database } from '#db/connection.ts'
import {
  answersOf,
  decisionsOf,
  documentsOf,
  type GivenDocument,
  type RecordedAnswer,
  type ReviewDecision,
} from '#db/governance/reviews.ts'
import {
  statementsOf,
  transformationById,
  type Statement,
  type Transformation,
} from '#db/governance/transformations.ts'
import { shopById } from '#db/shops/shops.ts'
import { changeOf, seenOf, type ToldFigures } from '#operations/transformation/_loaded.ts'
import {
  kindOf,
  reviewRulesFor,
  type TransformationContext,
} from '#operations/transformation/transformation-policy.ts'
import type { CheckSaw } from '#rules/merchants/review/checks.ts'
import { missingDocuments, type Missing } from '#rules/merchants/review/documents.ts'

/** All that there is about an application. */
export type TransformationRecord = {
  readonly transformation: Transformation
  readonly missing: readonly Missing[]
  readonly checks: readonly CheckSaw[]
  readonly documents: readonly GivenDocument[]
  readonly decisions: readonly ReviewDecision[]
  readonly answers: readonly RecordedAnswer[]
  readonly figures: ToldFigures
  readonly statements: readonly Statement[]
}

/** Reads an application with what it lacks and what its checks see now; `undefined`: there is none. */
export async function readTransformation(
  context: TransformationContext & { readonly db: Database },
  transformationId: string,
  at: Temporal.Instant,
): Promise<TransformationRecord | undefined> {
  const { db, policies } = context
  const transformation = await transformationById(db, transformationId)
  const shop = transformation && (await shopById(db, transformation.shopId))
  if (transformation === undefined || shop === undefined) return undefined
  const documents = await documentsOf(db, transformationId)
  const known = kindOf(policies, transformation)
  const rules = reviewRulesFor(known, changeOf(transformation), shop.categories)
  const isOpen = ['draft', 'inReview', 'supplement', 'approved'].includes(transformation.status)
  const seen = isOpen ? await seenOf(db, context, known, { transformation, shop }, at) : undefined
  return {
    transformation,
    missing: isOpen ? missingDocuments(rules.documents, documents) : [],
    checks: seen?.checks ?? [],
    documents,
    decisions: await decisionsOf(db, transformationId),
    answers: await answersOf(db, transformationId),
    figures: JSON.parse(transformation.figures) as ToldFigures,
    statements: await statementsOf(db, transformationId),
  }
}
