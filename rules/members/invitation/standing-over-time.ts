import { indicator, type Indicator } from '#rules/members/invitation/indicator.ts'
import { meanOf, shareOf, sumOf, type Summary } from '#rules/members/invitation/summary.ts'

const refreshes = 'monthly scores'
const wallet = 'entries of the points wallet'
const allocations = 'allocations of trades'

/** How long and how steadily somebody is a member. */
export const loyalty: readonly Indicator[] = [
  indicator(
    'loyalty.daysMember',
    ['入会天数', 'Days a member'],
    'days',
    'last day of the window - day of joining + 1; 0 who joined later',
    'the member',
    (of) => Math.max(0, of.facts.window.toDay - of.facts.joinedDay + 1),
  ),
  indicator(
    'loyalty.score',
    ['淘气值', 'Score'],
    'score',
    'the score when the round looked',
    'the member score',
    (of) => of.facts.score,
  ),
  indicator(
    'loyalty.scoreTrend',
    ['淘气值变化', 'Trend of the score'],
    'score',
    'score - the oldest of the window; below zero when it fell; 0 without an older one',
    refreshes,
    (of) => of.facts.score - (of.facts.scores[0] ?? of.facts.score),
  ),
  indicator(
    'loyalty.scoreMean',
    ['平均淘气值', 'Mean score'],
    'score',
    'mean of the refreshes of the window, rounded down; without any the score',
    refreshes,
    (of) => {
      const { scores, score } = of.facts
      return scores.length === 0 ? score : meanOf(sumOf(scores), scores.length)
    },
  ),
  indicator(
    'loyalty.scoreLeast',
    ['最低淘气值', 'Lowest score'],
    'score',
    'least of the refreshes of the window and the score',
    refreshes,
    (of) => Math.min(of.facts.score, ...of.facts.scores),
  ),
  indicator(
    'loyalty.tierRises',
    ['升级次数', 'Rises of the tier'],
    'count',
    'changes to a higher tier',
    'history of the tier',
    (of) => of.facts.tiers.rises,
  ),
  indicator(
    'loyalty.tierFalls',
    ['降级次数', 'Falls of the tier'],
    'count',
    'changes to a lower tier',
    'history of the tier',
    (of) => of.facts.tiers.falls,
  ),
  indicator(
    'loyalty.tierDays',
    ['当前等级天数', 'Days in the present tier'],
    'days',
    'last day of the window - day of the last change + 1; without a change the days a member',
    'history of the tier, the member',
    (of) => {
      const { window, joinedDay, tiers } = of.facts
      return Math.max(0, window.toDay - (tiers.sinceDay ?? joinedDay) + 1)
    },
  ),
  indicator(
    'loyalty.yearsInvited',
    ['受邀年数', 'Years invited'],
    'count',
    'earlier rounds that the member joined or was kept by',
    'earlier rounds',
    (of) => of.facts.tiers.yearsInvited,
  ),
]

/** What becomes of the points. */
export const pointsUse: readonly Indicator[] = [
  indicator(
    'points.earned',
    ['获得积分', 'Points earned'],
    'points',
    'earned in the window',
    wallet,
    (of) => of.facts.points.earned,
  ),
  indicator(
    'points.spent',
    ['使用积分', 'Points spent'],
    'points',
    'spent in the window - given back',
    wallet,
    (of) => of.facts.points.spent,
  ),
  indicator(
    'points.expired',
    ['过期积分', 'Points expired'],
    'points',
    'expired in the window',
    wallet,
    (of) => of.facts.points.expired,
  ),
  indicator(
    'points.clawedBack',
    ['追回积分', 'Points clawed back'],
    'points',
    'clawed back in the window',
    wallet,
    (of) => of.facts.points.clawedBack,
  ),
  indicator(
    'points.spentShare',
    ['积分使用率', 'Share of points spent'],
    'ppm',
    'spent / earned, at most 1,000,000; 0 where none was earned',
    wallet,
    (of) => Math.min(1_000_000, shareOf(of.facts.points.spent, of.facts.points.earned)),
  ),
  indicator(
    'points.available',
    ['可用积分', 'Points available'],
    'points',
    'in the wallet when the round looked',
    'the points wallet',
    (of) => of.facts.points.available,
  ),
]

/** How much is bought at a discount. */
export const promotions: readonly Indicator[] = [
  indicator(
    'promotions.off',
    ['优惠总额', 'Taken off'],
    'fen',
    'what instruments took off the orders',
    allocations,
    (of) => off(of),
  ),
  indicator(
    'promotions.share',
    ['优惠占比', 'Share taken off'],
    'ppm',
    'taken off / (taken off + paid); 0 without orders',
    allocations,
    (of) => shareOf(off(of), off(of) + paid(of)),
  ),
  indicator(
    'promotions.couponShare',
    ['优惠券占比', 'Share taken off by coupons'],
    'ppm',
    'taken off by coupons / (taken off + paid); 0 without orders',
    allocations,
    (of) => shareOf(sumOf(of.orders.map((each) => each.order.couponOffFen)), off(of) + paid(of)),
  ),
  indicator(
    'promotions.spendShare',
    ['优惠订单消费占比', 'Share of spend at a discount'],
    'ppm',
    'spend of orders with something taken off / spend; 0 without spend',
    allocations,
    (of) =>
      shareOf(
        sumOf(of.orders.map((each) => (each.order.offFen > 0 ? each.keptFen : 0))),
        of.keptFen,
      ),
  ),
  indicator(
    'promotions.fullPriceOrders',
    ['原价订单数', 'Orders at full price'],
    'count',
    'orders of which nothing was taken off',
    allocations,
    (of) => of.orders.filter((each) => each.order.offFen === 0).length,
  ),
]

function off({ orders }: Summary): number {
  return sumOf(orders.map((each) => each.order.offFen))
}

function paid({ orders }: Summary): number {
  return sumOf(orders.map((each) => each.paidFen))
}
