/** What a member is at an instant: what prices, benefits and pages ask for. */
export type MemberStanding = {
  readonly memberId: string
  /** Of the latest monthly refresh; 0 before the first. */
  readonly score: number
  /** The tier in force; `null`: below every rung of the ladder. */
  readonly tier: string | null
  /** What gives that tier. */
  readonly tierBy: 'score' | TierSource
  /** Until when, where the tier is held for a time. */
  readonly tierUntil: Temporal.Instant | undefined
  readonly paidMember: boolean
  readonly paidUntil: Temporal.Instant | undefined
}

/** What may give a tier besides the score. */
export type TierSource = 'invitation' | 'legacy' | 'interchange' | 'operator'
