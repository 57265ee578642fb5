import type { ScoreDimensions } from '#rules/members/score/policy.ts'
import { amountLimits, at, countedOf, countLimits } from '#rules/members/score/figures.ts'

export type ScoreParts = {
  readonly purchase: number
  readonly reward: number
  readonly base: number
}

/** What of a member's doing is counted, and by which weight of the policy. */
export const rewardKinds = [
  'review',
  'highValueReview',
  'share',
  'post',
  'answer',
  'liveView',
  'purchaseDays',
] as const

/** Figures again as the score they came to: the same sum as when they were counted (MS-15). */
export function scoreOfFigures(
  figures: readonly number[],
  policy: ScoreDimensions,
): { readonly score: number; readonly parts: ScoreParts } {
  const purchase = Math.min(purchasePointsOf(figures, policy), reachOf(figures, policy, 'purchase'))
  const reward = Math.min(rewardPointsOf(figures, policy), reachOf(figures, policy, 'reward'))
  const base = Math.max(0, basePointsOf(figures, policy))
  return { score: purchase + reward + base, parts: { purchase, reward, base } }
}

/** What a part can reach with the member's grade, floored (MS-12). */
export function reachOf(
  figures: readonly number[],
  policy: ScoreDimensions,
  part: 'purchase' | 'reward',
): number {
  const reach = policy.base.grades[figures[at.grade] ?? 0]?.reach ?? 100
  return Math.floor((policy[part].most * reach) / 100)
}

/** What purchases came to before the most of their part (MS-6). */
export function purchasePointsOf(
  figures: readonly number[],
  { purchase }: ScoreDimensions,
): number {
  const { physical, virtual, orders } = purchase
  return (
    Math.floor(countedOf(figures, at.physical, amountLimits) / physical.amountPerPoint) +
    Math.floor(countedOf(figures, at.virtual, amountLimits) / virtual.amountPerPoint) +
    countedOf(figures, at.orders, countLimits) * orders.points
  )
}

/** What rewards came to before the most of their part (MS-7 to MS-10). */
export function rewardPointsOf(figures: readonly number[], { reward }: ScoreDimensions): number {
  let points = 0
  for (const kind of rewardKinds) {
    points += countedOf(figures, at[kind], countLimits) * reward[kind].points
  }
  return (
    points +
    onceCounted(figures, 'categories', reward) +
    onceCounted(figures, 'monthsInRow', reward)
  )
}

function onceCounted(
  figures: readonly number[],
  kind: 'categories' | 'monthsInRow',
  reward: ScoreDimensions['reward'],
): number {
  const { points, perWindow = Infinity } = reward[kind]
  return Math.min(figures[at[kind]] ?? 0, perWindow) * points
}

function basePointsOf(figures: readonly number[], { base }: ScoreDimensions): number {
  const { unpaidAdvance, maliciousReview, brokenPromise } = base.deductions
  return (
    (base.grades[figures[at.grade] ?? 0]?.points ?? 0) -
    (figures[at.unpaidAdvances] ?? 0) * unpaidAdvance -
    (figures[at.maliciousReviews] ?? 0) * maliciousReview -
    (figures[at.brokenPromises] ?? 0) * brokenPromise
  )
}
