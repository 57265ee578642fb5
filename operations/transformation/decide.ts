import type { Writer } from '#db/connection.ts'
import { decisionsOf, insertAnswer, insertDecision } from '#db/governance/reviews.ts'
import {
  reviewOf,
  updateTransformation,
  type Transformation,
} from '#db/governance/transformations.ts'
import { transact } from '#operations/_transact.ts'
import {
  changeOf,
  seenOf,
  type Locked,
  type Seen,
  type ToldFigures,
} from '#operations/transformation/_loaded.ts'
import { lockSettled } from '#operations/transformation/_settle.ts'
import { refusedBy, turn, type TransformationTurned } from '#operations/transformation/_turn.ts'
import {
  kindOf,
  reviewRulesFor,
  type KnownKind,
  type TransformationContext,
} from '#operations/transformation/transformation-policy.ts'
import type { outsideAnswers } from '#rules/merchants/review/checks.ts'
import { decided, type Asked, type Review } from '#rules/merchants/review/review.ts'
import { figuresMissing } from '#rules/merchants/transformation/carry-over.ts'
import { effectiveAtOf } from '#rules/merchants/transformation/effect.ts'

export type TransformationDecided = Asked & {
  readonly transformationId: string
  /** Kinds of documents that are asked for. */
  readonly documents: readonly string[]
  readonly at: Temporal.Instant
}

/**
 * One person's decision in the stage of an application (RV-3 to RV-8), recorded with what was seen. The
 * last approval fixes when it takes effect (TF-7).
 */
export async function decideTransformation(
  context: TransformationContext,
  asked: TransformationDecided,
): Promise<TransformationTurned> {
  return await transact(context.db, async (tx): Promise<TransformationTurned> => {
    const locked = await lockSettled(tx, context, asked.transformationId, asked.at)
    if (locked === undefined) return { ok: false, refusal: 'transformation/unknown' }
    const known = kindOf(context.policies, locked.transformation)
    const seen = await seenOf(tx, context, known, locked, asked.at)
    return await decide(tx, context, { known, locked, seen }, asked)
  })
}

async function decide(
  tx: Writer,
  { market }: TransformationContext,
  {
    known,
    locked,
    seen,
  }: { readonly known: KnownKind; readonly locked: Locked; readonly seen: Seen },
  asked: TransformationDecided,
): Promise<TransformationTurned> {
  const { transformation, shop } = locked
  const { at, by, stage, decision, reason, documents } = asked
  const rules = reviewRulesFor(known, changeOf(transformation), shop.categories)
  const ofRound = (await decisionsOf(tx, transformation.transformationId)).filter((each) => {
    return each.round === transformation.round && each.decision === 'approve'
  })
  const review = reviewOf(transformation)
  const sight = { approvals: ofRound, checks: seen.checks }
  const moment = { at, zone: market.zone }
  const next = decided(rules, review, asked, sight, moment)
  if (!next.ok) return refusedBy(next)
  const isApproved = next.review.status === 'approved'
  const figures = isApproved ? figuresMissing(seen.held, known.kind.carryOver) : []
  if (figures.length > 0) return { ok: false, refusal: 'transformation/figures-missing', figures }

  const { transformationId, round } = transformation
  const saw = JSON.stringify(seen.checks)
  await insertDecision(tx, transformationId, { round, stage, decision, by, reason, saw, at })
  const turned: Review = isApproved
    ? { ...next.review, dueAt: effectiveAtOf(known.kind, at, market.zone) }
    : next.review
  const wanted = decision === 'askSupplement' ? JSON.stringify({ documents, reason }) : null
  const after = await turn(tx, transformation, turned, { stages: rules.stages, at, asked: wanted })
  return { ok: true, transformation: after }
}

export type EvidenceTold = {
  readonly transformationId: string
  readonly name: string
  readonly answer: (typeof outsideAnswers)[number]
  readonly reference: string
  readonly sha256: string | null
  readonly toldBy: string
  readonly at: Temporal.Instant
}

/** Records what an outside check answered about an application that is not over. */
export async function tellTransformationEvidence(
  context: TransformationContext,
  told: EvidenceTold,
): Promise<TransformationTurned> {
  return await whileOpen(context, told, async (tx, transformation) => {
    await insertAnswer(tx, transformation.transformationId, told)
    return transformation
  })
}

/** Records figures of the shop that are not kept here; those told later stand for those before (TF-9). */
export async function tellTransformationFigures(
  context: TransformationContext,
  told: {
    readonly transformationId: string
    readonly figures: ToldFigures
    readonly at: Temporal.Instant
  },
): Promise<TransformationTurned> {
  return await whileOpen(context, told, async (tx, transformation) => {
    const before = JSON.parse(transformation.figures) as ToldFigures
    const figures = JSON.stringify({ ...before, ...told.figures })
    const after = { ...transformation, figures }
    await updateTransformation(tx, after)
    return after
  })
}

async function whileOpen(
  context: TransformationContext,
  { transformationId, at }: { readonly transformationId: string; readonly at: Temporal.Instant },
  record: (tx: Writer, transformation: Transformation) => Promise<Transformation>,
): Promise<TransformationTurned> {
  return await transact(context.db, async (tx): Promise<TransformationTurned> => {
    const locked = await lockSettled(tx, context, transformationId, at)
    if (locked === undefined) return { ok: false, refusal: 'transformation/unknown' }
    const { status } = locked.transformation
    if (!['draft', 'inReview', 'supplement', 'approved', 'rejected'].includes(status)) {
      return { ok: false, refusal: 'transformation/wrong-status' }
    }
    return { ok: true, transformation: await record(tx, locked.transformation) }
  })
}
