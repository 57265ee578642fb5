import type { Writer } from '#db/connection.ts'
import { updateProbation, type ShopProbation } from '#db/governance/probations.ts'
import { statementsOf } from '#db/governance/transformations.ts'
import { announceToShops } from '#operations/announcements/announce-to-shops.ts'
import { drop, writeShop } from '#operations/transformation/_carry.ts'
import { seenOf, stateOf, type Locked } from '#operations/transformation/_loaded.ts'
import { state, type StatementContent } from '#operations/transformation/_statement.ts'
import {
  kindOf,
  type TransformationContext,
} from '#operations/transformation/transformation-policy.ts'
import { assert } from '#rules/assert.ts'
import { afterProbation } from '#rules/merchants/transformation/carry-over.ts'
import { undone, type ShopState } from '#rules/merchants/transformation/change.ts'
import { turnProbation } from '#rules/merchants/transformation/probation.ts'
import { isBefore } from '#rules/time/instants.ts'

/** Looks at a running probation of a locked shop that is due: it runs on, is extended, or ends (TF-10, TF-11). */
export async function turnShopProbation(
  tx: Writer,
  context: TransformationContext,
  locked: Locked,
  probation: ShopProbation,
  by: Temporal.Instant,
): Promise<void> {
  const at = probation.dueAt
  if (probation.status !== 'running' || at === null || isBefore(by, at)) return
  const known = kindOf(context.policies, locked.transformation)
  const rules = known.kind.probation
  assert(rules !== undefined, 'a probation has its rules')
  const seen = await seenOf(tx, context, known, locked, at)
  const next = turnProbation(rules, probation, seen.figures, at, context.market.zone)
  const saw = JSON.stringify(next.saw)
  switch (next.outcome) {
    case 'runs':
      return await updateProbation(tx, { ...probation, saw, dueAt: next.dueAt })
    case 'extended': {
      const { until } = next
      const extensions = probation.extensions + 1
      await updateProbation(tx, { ...probation, saw, until, extensions, dueAt: until })
      return await tell(tx, locked, { outcome: 'extended', until: until.toString() }, at)
    }
    case 'passed':
    case 'failed': {
      const isLimiting = next.outcome === 'failed' && rules.onFail === 'restrict'
      const ended = { status: next.outcome, isLimiting, dueAt: null, endedAt: at }
      await updateProbation(tx, { ...probation, ...ended, saw })
      const isUndone = next.outcome === 'failed' && rules.onFail === 'undo'
      await end(tx, context, locked, { outcome: next.outcome, isUndone, at })
    }
  }
}

async function end(
  tx: Writer,
  context: TransformationContext,
  { transformation, shop }: Locked,
  { outcome, isUndone, at }: EndOfProbation,
): Promise<void> {
  const { transformationId, shopId, kind, policyVersion } = transformation
  const [effect] = await statementsOf(tx, transformationId)
  assert(effect !== undefined, 'what is on probation has taken effect')
  const said = JSON.parse(effect.content) as StatementContent
  const held = said.lines.filter(({ how }) => how === 'probation')
  const lines = afterProbation(held, outcome === 'passed')
  const { state: before } = await stateOf(tx, shop)
  const after: ShopState = isUndone ? undone(before, said.before, said.after) : before
  if (isUndone) await writeShop(tx, shop, after, at)
  await drop(tx, context, { shopId, transformationId, lines, at })
  const policy = `transformation@${policyVersion}`
  const content = { transformationId, shopId, kind, policy, at: at.toString() }
  const number = await state(tx, outcome, { ...content, before, after, held, lines }, at)
  await tell(tx, { transformation, shop }, { outcome, statement: number, lines, isUndone }, at)
}

type EndOfProbation = {
  readonly outcome: 'passed' | 'failed'
  readonly isUndone: boolean
  readonly at: Temporal.Instant
}

async function tell(
  tx: Writer,
  { transformation: { transformationId, shopId, kind } }: Locked,
  data: Readonly<Record<string, unknown>>,
  at: Temporal.Instant,
): Promise<void> {
  await announceToShops(tx, [
    {
      shopId,
      id: `probation/${transformationId}/${at.epochMilliseconds}`,
      type: 'jifen.probation.turned.v1',
      at,
      data: { transformationId, kind, ...data },
    },
  ])
}
