/**
 * Where each figure of a score stands (MS-15). They say what there was and what no maximum held back,
 * as whole numbers: with the policy they give the score and explain it.
 */
export const at = {
  fromDay: 0,
  toDay: 1,
  /** Facts outside the window. */
  outside: 2,
  /** Purchases of which nothing stays paid. */
  refunded: 3,
  physical: 4,
  virtual: 11,
  orders: 18,
  review: 22,
  highValueReview: 26,
  share: 30,
  post: 34,
  answer: 38,
  liveView: 42,
  purchaseDays: 46,
  categories: 50,
  monthsInRow: 51,
  grade: 52,
  gradeFrom: 53,
  unpaidAdvances: 54,
  maliciousReviews: 55,
  brokenPromises: 56,
} as const

/** Nothing counted yet. */
export const blankFigures: readonly number[] = Array.from({ length: 57 }, () => 0)

/** Of an amount: what there was in fen, and what each maximum held back, in the order they are named. */
export const amountLimits = ['order', 'day', 'month', 'category', 'shop', 'window'] as const

/** Of a number: how many there were, and how many each maximum held back. */
export const countLimits = ['day', 'month', 'window'] as const

/** Where the grade comes from: told of the member, the usual one, or the usual for an unknown one. */
export const gradeFrom = { told: 0, usual: 1, unknown: 2 } as const

/** What of an amount or number counts: all there was less what was held back. */
export function countedOf(
  figures: readonly number[],
  first: number,
  limits: { readonly length: number },
): number {
  let counted = figures[first] ?? 0
  for (let n = 1; n <= limits.length; n += 1) counted -= figures[first + n] ?? 0
  return counted
}
