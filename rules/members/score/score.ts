import { assert } from '#rules/assert.ts'
import { countConduct, newConductPass } from '#rules/members/score/conduct.ts'
import { add } from '#rules/members/score/counter.ts'
import type { Credit, DayWindow, ScoreFact } from '#rules/members/score/facts.ts'
import { at, blankFigures, gradeFrom } from '#rules/members/score/figures.ts'
import { scoreOfFigures, type ScoreParts } from '#rules/members/score/parts.ts'
import type { ScoreDimensions } from '#rules/members/score/policy.ts'
import { countPurchase, newPurchasePass } from '#rules/members/score/purchases.ts'
import { monthEndsOf } from '#rules/members/score/window.ts'

export type Score = {
  readonly score: number
  readonly parts: ScoreParts
  /** All that `explainScore` needs, laid out as in figures.ts (MS-15). */
  readonly figures: readonly number[]
}

/**
 * A member's score (MS-1). `facts` are in the order of `compareFacts`; conduct may also stand after all
 * purchases. One pass, because it runs for every member of the market each month.
 */
export function scoreMember(
  facts: readonly ScoreFact[],
  credit: Credit,
  window: DayWindow,
  policy: ScoreDimensions,
): Score {
  const { fromDay, toDay } = window
  const monthEnds = monthEndsOf(window)
  const figures = newFigures(credit, window, policy)
  const purchases = newPurchasePass(policy, monthEnds)
  const conduct = newConductPass(monthEnds)
  for (const fact of facts) {
    if (fact.day < fromDay || fact.day > toDay) add(figures, at.outside, 1)
    else if (fact.type !== 'purchase') countConduct(figures, conduct, fact, policy)
    else if (fact.amountFen > 0) countPurchase(figures, purchases, fact, policy)
    else add(figures, at.refunded, 1)
  }
  figures[at.categories] = purchases.categories.size
  figures[at.monthsInRow] = purchases.longestRun

  const spentFen = (figures[at.physical] ?? 0) + (figures[at.virtual] ?? 0)
  assert(Number.isSafeInteger(spentFen), 'what one member spends can be counted')
  const { score, parts } = scoreOfFigures(figures, policy)
  return { score, parts, figures }
}

function newFigures(credit: Credit, window: DayWindow, policy: ScoreDimensions): number[] {
  const figures = blankFigures.slice()
  const { grades, usual } = policy.base
  const told = grades.findIndex((grade) => grade.name === credit.grade)
  figures[at.fromDay] = window.fromDay
  figures[at.toDay] = window.toDay
  figures[at.grade] = told >= 0 ? told : grades.findIndex((grade) => grade.name === usual)
  if (told < 0) {
    figures[at.gradeFrom] = credit.grade === undefined ? gradeFrom.usual : gradeFrom.unknown
  }
  figures[at.unpaidAdvances] = credit.unpaidAdvances
  return figures
}
