/** What of one order in one category stays paid, on the day it was received (MS-2). */
export type PurchaseFact = {
  readonly type: 'purchase'
  /** Days since 1970-01-01 in the market's zone. */
  readonly day: number
  readonly order: string
  readonly shop: string
  readonly category: string
  /** Paid less refunded. */
  readonly amountFen: number
  readonly paidFen: number
  /** Whether goods or services; absent: as the policy's `virtualCategories` say. */
  readonly physical?: boolean
}

export type Conduct =
  'review' | 'share' | 'post' | 'answer' | 'liveView' | 'maliciousReview' | 'brokenPromise'

/** How often a member did something on one day. */
export type ConductFact = {
  readonly type: Conduct
  readonly day: number
  readonly count: number
  /** How many of the reviews are of high value; they count as such alone (MS-8). */
  readonly highValue?: number
}

/** What a score is computed from, ready-made: days and amounts, no instants. */
export type ScoreFact = PurchaseFact | ConductFact

export type Credit = {
  /** Of the policy's grades; absent: the usual one. */
  readonly grade?: string
  readonly unpaidAdvances: number
}

/** Both days included, as days since 1970-01-01. */
export type DayWindow = { readonly fromDay: number; readonly toDay: number }

/** The order in which facts count (MS-4): day, order, category, and then all the rest. */
export function compareFacts(a: ScoreFact, b: ScoreFact): number {
  if (a.day !== b.day) return a.day - b.day
  if (a.type !== 'purchase' || b.type !== 'purchase') return compareText(a.type, b.type)
  return (
    compareText(a.order, b.order) ||
    compareText(a.category, b.category) ||
    compareText(a.shop, b.shop) ||
    Number(a.physical ?? 0) - Number(b.physical ?? 0) ||
    a.amountFen - b.amountFen
  )
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
