import type { ScoreRow } from '#db/membership/scores.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { policyNamed } from '#operations/score/scoring.ts'
import { assert } from '#rules/assert.ts'
import { explainScore, type Why } from '#rules/members/score/explain.ts'
import { at } from '#rules/members/score/figures.ts'
import { dayOfNumber } from '#rules/time/day-numbers.ts'

/** A score line by line, from its record alone. */
export type ScoreExplained = {
  /** The first and the last day that count. */
  readonly window: readonly [Temporal.PlainDate, Temporal.PlainDate]
  readonly why: readonly Why[]
}

/** Explains a recorded score by its figures and the policy version that it names (MS-15). */
export function explainRecord(policies: PolicyBook, row: ScoreRow): ScoreExplained {
  const known = policyNamed(policies, row.policy)
  assert(known !== undefined, `the approved policy ${row.policy} is known`)
  const from = dayOfNumber(row.figures[at.fromDay] ?? 0)
  const to = dayOfNumber(row.figures[at.toDay] ?? 0)
  return { window: [from, to], why: explainScore(row.figures, known.policy) }
}
