import type { Writer } from '#db/connection.ts'
import { updateRecruit, type Recruit } from '#db/governance/recruiting.ts'
import type { Review, Stage } from '#rules/merchants/review/review.ts'

/** Records how far the review of a locked invitation has come, with the first time it got there. */
export async function turnRecruit(
  tx: Writer,
  before: Recruit,
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
  } & Partial<Pick<Recruit, 'policyVersion'>>,
): Promise<Recruit> {
  const { status } = review
  const isOver = status === 'rejected' || status === 'withdrawn' || status === 'lapsed'
  const after: Recruit = {
    ...before,
    ...review,
    ...changes,
    stageName: status === 'inReview' ? (stages[review.stage]?.name ?? null) : null,
    asked,
    submittedAt: before.submittedAt ?? (status === 'inReview' ? at : null),
    approvedAt: before.approvedAt ?? (status === 'approved' ? at : null),
    endedAt: isOver ? at : null,
  }
  await updateRecruit(tx, after)
  return after
}
