import { hash } from 'node:crypto'
import type { Writer } from '#db/connection.ts'
import { insertStatement, statementsOf, type Statement } from '#db/governance/transformations.ts'
import type { CarriedLine, Held } from '#rules/merchants/transformation/carry-over.ts'
import type { ShopState } from '#rules/merchants/transformation/change.ts'

/** What a statement says, in the order of its text (TF-7, TF-12). */
export type StatementContent = {
  readonly transformationId: string
  readonly shopId: string
  readonly kind: string
  readonly policy: string
  readonly at: string
  readonly before: ShopState
  readonly after: ShopState
  /** What the shop had, at an effect; what its probation had carried, at its end. */
  readonly held: Held | readonly CarriedLine[]
  readonly lines: readonly CarriedLine[]
}

/** Appends a statement to those of a transformation whose shop is locked; returns its number. */
export async function state(
  tx: Writer,
  reason: Statement['reason'],
  said: StatementContent,
  at: Temporal.Instant,
): Promise<number> {
  const { transformationId } = said
  const number = (await statementsOf(tx, transformationId)).length + 1
  const content = JSON.stringify(said)
  const sha256 = digestOfText(content)
  await insertStatement(tx, { transformationId, number, reason, at, content, sha256 })
  return number
}

/** The digest that a statement is known by. */
export function digestOfText(content: string): string {
  return hash('sha256', content)
}
