/** What is recorded of a member in the window that a round looks at: what indicators are computed from. */
export type MemberFacts = {
  readonly window: IndicatorWindow
  /** Days since 1970-01-01 in the market's zone, as all days here. */
  readonly joinedDay: number
  /** Orders placed or received in the window. */
  readonly orders: readonly OrderFacts[]
  readonly interactions: readonly InteractionFacts[]
  readonly credit: CreditFacts
  /** The score as it is, and as the refreshes of the window left it, oldest first. */
  readonly score: number
  readonly scores: readonly number[]
  readonly tiers: TierFacts
  readonly points: PointsFacts
}

/** Whole months of the market's calendar: both days included. */
export type IndicatorWindow = {
  readonly fromDay: number
  readonly toDay: number
  /** The first day of each month, oldest first. */
  readonly monthStarts: readonly number[]
}

export type OrderFacts = {
  readonly orderId: string
  readonly shop: string
  readonly placedDay: number
  readonly receivedDay: number | undefined
  /** Closed before anything was paid. */
  readonly isClosedUnpaid: boolean
  readonly freightFen: number
  /** What instruments took off its lines, and coupons of that. */
  readonly offFen: number
  readonly couponOffFen: number
  /** When the first of it came back. */
  readonly returnedDay: number | undefined
  readonly isReturnedAfterReceipt: boolean
  readonly lines: readonly LineFacts[]
}

export type LineFacts = {
  readonly sku: string
  readonly category: string
  readonly isPhysical: boolean
  readonly quantity: number
  readonly paidFen: number
  readonly refundedFen: number
  readonly refundedQuantity: number
}

export type InteractionKind = 'review' | 'share' | 'post' | 'answer' | 'liveView'

export type InteractionFacts = {
  readonly day: number
  readonly kind: InteractionKind
  readonly count: number
  readonly highValue: number
}

export type CreditFacts = {
  /** The place of the credit grade among the policy's, the lowest 1; 0 where none was told. */
  readonly gradeRank: number
  readonly unpaidAdvances: number
  readonly unpaidFen: number
  readonly repaidAdvances: number
  readonly settledAdvances: number
  readonly maliciousReviews: number
  readonly brokenPromises: number
}

export type TierFacts = {
  readonly rises: number
  readonly falls: number
  /** Since when the present tier is held; `undefined`: no change was recorded. */
  readonly sinceDay: number | undefined
  /** Years for which the member was invited before. */
  readonly yearsInvited: number
}

export type PointsFacts = {
  readonly earned: number
  readonly spent: number
  readonly expired: number
  readonly clawedBack: number
  readonly available: number
}
