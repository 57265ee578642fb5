import type { Writer } from '#db/connection.ts'
import { insertDecision } from '#db/governance/reviews.ts'
import { reviewOf, type Transformation } from '#db/governance/transformations.ts'
import {
  changeOf,
  lockTransformation,
  seenOf,
  type Locked,
} from '#operations/transformation/_loaded.ts'
import { takeEffect } from '#operations/transformation/_take-effect.ts'
import { turn } from '#operations/transformation/_turn.ts'
import {
  kindOf,
  reviewRulesFor,
  type TransformationContext,
} from '#operations/transformation/transformation-policy.ts'
import { lapsed, type Review } from '#rules/merchants/review/review.ts'
import { figuresMissing } from '#rules/merchants/transformation/carry-over.ts'
import { effectiveAtOf } from '#rules/merchants/transformation/effect.ts'
import { isBefore } from '#rules/time/instants.ts'

/**
 * Locks an application with all that is due of it done, so that nobody comes between an instant and what
 * happens then. What is due is done as of the instant it was due, however late somebody comes.
 */
export async function lockSettled(
  tx: Writer,
  context: TransformationContext,
  transformationId: string,
  by: Temporal.Instant,
): Promise<Locked | undefined> {
  for (;;) {
    const locked = await lockTransformation(tx, transformationId)
    const at = locked?.transformation.dueAt
    if (locked === undefined || at === undefined || at === null || isBefore(by, at)) return locked
    if (locked.transformation.status === 'approved') {
      await takeEffect(tx, context, locked, at)
    } else {
      await lapse(tx, context, locked, at)
    }
  }
}

async function lapse(
  tx: Writer,
  context: TransformationContext,
  locked: Locked,
  at: Temporal.Instant,
): Promise<void> {
  const { transformation, shop } = locked
  const { zone } = context.market
  const known = kindOf(context.policies, transformation)
  const rules = reviewRulesFor(known, changeOf(transformation), shop.categories)
  const { checks, held } = await seenOf(tx, context, known, locked, at)
  // A stage does not pass by itself while a figure is missing that the statement would need.
  const wanting = figuresMissing(held, known.kind.carryOver)
  const unmet = wanting.map(
    (check) => ({ check, severity: 'blocks', met: false, saw: null }) as const,
  )
  const seen = [...checks, ...unmet]
  const after = lapsed(rules, reviewOf(transformation), seen, { at, zone })
  const isPassed = after.status === 'approved'
  const next: Review = isPassed ? { ...after, dueAt: effectiveAtOf(known.kind, at, zone) } : after
  if (transformation.status === 'inReview') {
    await recordLapse(tx, transformation, next, JSON.stringify(seen), at)
  }
  await turn(tx, transformation, next, { stages: rules.stages, at, asked: transformation.asked })
}

async function recordLapse(
  tx: Writer,
  { transformationId, round, stageName }: Transformation,
  { status, isEscalated }: Review,
  saw: string,
  at: Temporal.Instant,
): Promise<void> {
  const decision = isEscalated && status === 'inReview' ? 'escalate' : `lapse-${status}`
  const what = { round, stage: stageName ?? '', decision, by: 'jifen', reason: '' }
  await insertDecision(tx, transformationId, { ...what, saw, at })
}
