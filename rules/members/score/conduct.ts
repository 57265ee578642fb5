import {
  add,
  count,
  monthFrom,
  newCounter,
  type Counter,
  type Pass,
} from '#rules/members/score/counter.ts'
import type { ConductFact } from '#rules/members/score/facts.ts'
import { at } from '#rules/members/score/figures.ts'
import type { ScoreDimensions } from '#rules/members/score/policy.ts'

type Rewarded = 'review' | 'highValueReview' | 'share' | 'post' | 'answer' | 'liveView'

/** How far the pass over what a member did has come. */
export type ConductPass = Pass & {
  readonly counters: Readonly<Record<Rewarded, Counter>>
  readonly all: readonly Counter[]
}

export function newConductPass(monthEnds: readonly number[]): ConductPass {
  const counters = {
    review: newCounter(),
    highValueReview: newCounter(),
    share: newCounter(),
    post: newCounter(),
    answer: newCounter(),
    liveView: newCounter(),
  }
  return { monthEnds, day: -Infinity, month: -1, counters, all: Object.values(counters) }
}

/** Counts what a member did on a day, as far as no maximum is full (MS-7, MS-8). */
export function countConduct(
  figures: number[],
  pass: ConductPass,
  fact: ConductFact,
  { reward }: ScoreDimensions,
): void {
  if (fact.type === 'maliciousReview') return add(figures, at.maliciousReviews, fact.count)
  if (fact.type === 'brokenPromise') return add(figures, at.brokenPromises, fact.count)
  if (fact.day !== pass.day) beginDay(pass, fact.day)
  const { type, highValue = 0 } = fact
  const ordinary = fact.count - highValue
  if (ordinary > 0) count(figures, at[type], pass.counters[type], reward[type], ordinary)
  if (highValue > 0) {
    const { highValueReview } = pass.counters
    count(figures, at.highValueReview, highValueReview, reward.highValueReview, highValue)
  }
}

function beginDay(pass: ConductPass, day: number): void {
  const month = monthFrom(pass, day)
  const isNewMonth = month !== pass.month
  pass.month = month
  pass.day = day
  for (const counter of pass.all) {
    counter.day = 0
    if (isNewMonth) counter.month = 0
  }
}
