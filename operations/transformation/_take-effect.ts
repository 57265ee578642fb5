import type { Writer } from '#db/connection.ts'
import { insertProbation } from '#db/governance/probations.ts'
import { insertDecision } from '#db/governance/reviews.ts'
import { reviewOf, updateTransformation } from '#db/governance/transformations.ts'
import { announceToShops } from '#operations/announcements/announce-to-shops.ts'
import { drop, writeShop } from '#operations/transformation/_carry.ts'
import { changeOf, seenOf, stateOf, type Locked } from '#operations/transformation/_loaded.ts'
import { state } from '#operations/transformation/_statement.ts'
import { turn } from '#operations/transformation/_turn.ts'
import {
  kindOf,
  type TransformationContext,
} from '#operations/transformation/transformation-policy.ts'
import { isClear, type CheckSaw } from '#rules/merchants/review/checks.ts'
import { rejected } from '#rules/merchants/review/review.ts'
import { carryOver } from '#rules/merchants/transformation/carry-over.ts'
import { changed } from '#rules/merchants/transformation/change.ts'
import { beginProbation } from '#rules/merchants/transformation/probation.ts'

/**
 * Has an approved application take effect at its instant: the shop, what carries over, the statement, the
 * probation, all in this transaction (TF-7). What blocks by now rejects it (TF-8).
 */
export async function takeEffect(
  tx: Writer,
  context: TransformationContext,
  locked: Locked,
  at: Temporal.Instant,
): Promise<void> {
  const { transformation, shop } = locked
  const { transformationId, shopId, kind } = transformation
  const known = kindOf(context.policies, transformation)
  const { state: before, otherShops } = await stateOf(tx, shop)
  const becomes = changed(changeOf(transformation), before, known.kind, { otherShops })
  const seen = await seenOf(tx, context, known, locked, at)
  const isItsOwn = shop.merchantId === transformation.merchantId && shop.status === 'open'
  if (!becomes.ok || !isItsOwn || !isClear(seen.checks)) {
    await rejectAtEffect(tx, locked, seen.checks, at)
    return
  }

  const { held } = seen
  const lines = carryOver(held, known.kind.carryOver)
  await writeShop(tx, shop, becomes.state, at)
  await drop(tx, context, { shopId, transformationId, lines, at })
  const policy = `transformation@${known.version}`
  const said = { transformationId, shopId, kind, policy, at: at.toString(), before }
  const number = await state(tx, 'effect', { ...said, after: becomes.state, held, lines }, at)
  const probation = known.kind.probation
  if (probation !== undefined) {
    const begins = beginProbation(probation, at, context.market.zone)
    await insertProbation(tx, { ...begins, transformationId, shopId })
  }
  const effective = { status: 'effective', effectiveAt: at, dueAt: null, asked: null } as const
  await updateTransformation(tx, { ...transformation, ...effective })
  await announceToShops(tx, [
    {
      shopId,
      id: `transformation/${transformationId}/effective`,
      type: 'jifen.transformation.effective.v1',
      at,
      data: {
        transformationId,
        kind,
        statement: number,
        lines,
        onProbation: probation !== undefined,
      },
    },
  ])
}

async function rejectAtEffect(
  tx: Writer,
  { transformation }: Locked,
  saw: readonly CheckSaw[],
  at: Temporal.Instant,
): Promise<void> {
  const { transformationId, round } = transformation
  await insertDecision(tx, transformationId, {
    round,
    stage: 'effect',
    decision: 'reject',
    by: 'jifen',
    reason: 'not-as-approved',
    saw: JSON.stringify(saw),
    at,
  })
  const review = rejected(reviewOf(transformation), at)
  await turn(tx, transformation, review, { stages: [], at })
}
