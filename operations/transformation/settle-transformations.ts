import { dueProbations, probationOf } from '#db/governance/probations.ts'
import { dueTransformations } from '#db/governance/transformations.ts'
import { settleEach } from '#operations/_due.ts'
import { transact } from '#operations/_transact.ts'
import { lockTransformation } from '#operations/transformation/_loaded.ts'
import { turnShopProbation } from '#operations/transformation/_probation.ts'
import { lockSettled } from '#operations/transformation/_settle.ts'
import type { TransformationContext } from '#operations/transformation/transformation-policy.ts'

const atOnce = 500

/**
 * Does what is due of transformations by an instant, one shop at a time: drafts and stages lapse, what
 * was approved takes effect, probations are looked at. Returns how many.
 */
export async function settleTransformations(
  context: TransformationContext,
  by: Temporal.Instant,
): Promise<number> {
  const { db } = context
  const nameOf = (due: { readonly transformationId: string }): string => due.transformationId
  const applications = await settleEach(
    { find: (limit) => dueTransformations(db, by, limit), nameOf, atOnce },
    ({ transformationId }) => transact(db, (tx) => lockSettled(tx, context, transformationId, by)),
  )
  const probations = await settleEach(
    { find: (limit) => dueProbations(db, by, limit), nameOf, atOnce },
    ({ transformationId }) =>
      transact(db, async (tx) => {
        const locked = await lockTransformation(tx, transformationId)
        const probation = await probationOf(tx, transformationId)
        if (locked === undefined || probation === undefined) return
        await turnShopProbation(tx, context, locked, probation, by)
      }),
  )
  return applications + probations
}
