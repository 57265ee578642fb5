import type { Writer } from '#db/connection.ts'
import { updateTransformation, type Transformation } from '#db/governance/transformations.ts'
import { announceToShops } from '#operations/announcements/announce-to-shops.ts'
import type { Review, ReviewReason, ReviewRefused, Stage } from '#rules/merchants/review/review.ts'

/** What transformations are refused for, with what explains it. */
export type TransformationRefused = Omit<ReviewRefused, 'reason'> & {
  readonly refusal:
    | `transformation/${ReviewReason}`
    | 'transformation/no-policy'
    | 'transformation/not-offered'
    | 'transformation/unknown'
    | 'transformation/open-already'
    | 'transformation/nothing-changes'
    | 'transformation/not-a-step'
    | 'transformation/not-its-category'
    | 'transformation/other-shops'
    | 'transformation/taker-unknown'
    | 'transformation/consent-missing'
    | 'transformation/figures-missing'
    | 'shops/unknown'
    | 'shops/closed'
    | 'requests/key-reused'
  readonly figures?: readonly string[]
}

export type TransformationTurned =
  { readonly ok: true; readonly transformation: Transformation } | TransformationRefused

/** Says a refusal of a review as one of transformations. */
export function refusedBy({ reason, ...facts }: ReviewRefused): TransformationRefused {
  return { ...facts, refusal: `transformation/${reason}` }
}

/** Records how far a review has come, and tells the shop when that is elsewhere. */
export async function turn(
  tx: Writer,
  before: Transformation,
  review: Review,
  {
    stages,
    at,
    asked = null,
    ...changes
  }: {
    readonly stages: readonly Stage[]
    readonly at: Temporal.Instant
    readonly asked?: string | null
  } & Partial<Pick<Transformation, 'figures' | 'policyVersion'>>,
): Promise<Transformation> {
  const stageName = review.status === 'inReview' ? (stages[review.stage]?.name ?? null) : null
  const after: Transformation = { ...before, ...review, ...changes, stageName, asked }
  await updateTransformation(tx, after)
  const isElsewhere =
    after.status !== before.status || after.stage !== before.stage || after.round !== before.round
  if (isElsewhere) await tellTurned(tx, after, at)
  return after
}

async function tellTurned(tx: Writer, turned: Transformation, at: Temporal.Instant): Promise<void> {
  const { transformationId, shopId, kind, status, stageName, round, dueAt } = turned
  await announceToShops(tx, [
    {
      shopId,
      id: `transformation/${transformationId}/${status}/${round}/${turned.stage}/${at.epochMilliseconds}`,
      type: 'jifen.transformation.turned.v1',
      at,
      data: { transformationId, kind, status, stage: stageName, dueAt: dueAt?.toString() ?? null },
    },
  ])
}
