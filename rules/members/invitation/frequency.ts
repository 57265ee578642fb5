import { indicator, type Indicator } from '#rules/members/invitation/indicator.ts'
import {
  gapsOf,
  longestRun,
  medianOf,
  mostOf,
  shareOf,
  sumOf,
  type Summary,
} from '#rules/members/invitation/summary.ts'

const received = 'received orders'

/** How often something is bought. */
export const frequency: readonly Indicator[] = [
  indicator(
    'frequency.orders',
    ['订单数', 'Orders'],
    'count',
    'orders of which something stays',
    received,
    (of) => of.orders.length,
  ),
  indicator(
    'frequency.purchaseDays',
    ['购物天数', 'Purchase days'],
    'days',
    'different days on which orders were received',
    received,
    (of) => of.days.length,
  ),
  indicator(
    'frequency.purchaseWeeks',
    ['购物周数', 'Purchase weeks'],
    'count',
    'different weeks, from Monday, with a purchase day',
    received,
    (of) => new Set(of.days.map((day) => Math.floor((day + 3) / 7))).size,
  ),
  indicator(
    'frequency.purchaseMonths',
    ['购物月数', 'Purchase months'],
    'months',
    'months with an order',
    received,
    (of) => activeMonths(of).filter(Boolean).length,
  ),
  indicator(
    'frequency.monthsInRow',
    ['连续购物月数', 'Months in a row'],
    'months',
    'longest run of months with an order',
    received,
    (of) => longestRun(activeMonths(of)),
  ),
  indicator(
    'frequency.monthsUpToNow',
    ['当前连续购物月数', 'Months in a row up to now'],
    'months',
    'run of months with an order that ends with the window',
    received,
    (of) => {
      const months = activeMonths(of)
      return months.length - 1 - months.lastIndexOf(false)
    },
  ),
  indicator(
    'frequency.medianGap',
    ['购物间隔中位数', 'Usual time between purchases'],
    'days',
    'median of the days between purchase days; with fewer than two the whole window',
    received,
    (of) => (of.days.length < 2 ? windowDays(of) : medianOf(gapsOf(of.days))),
  ),
  indicator(
    'frequency.longestGap',
    ['最长购物间隔', 'Longest time between purchases'],
    'days',
    'most of the days between purchase days; with fewer than two the whole window',
    received,
    (of) => (of.days.length < 2 ? windowDays(of) : mostOf(gapsOf(of.days))),
  ),
  indicator(
    'frequency.daysSinceLast',
    ['距最近购物天数', 'Days since the last purchase'],
    'days',
    'last day of the window - last purchase day; without any the whole window',
    received,
    (of) => {
      const last = of.days.at(-1)
      return last === undefined ? windowDays(of) : of.facts.window.toDay - last
    },
  ),
  indicator(
    'frequency.bestMonthOrders',
    ['单月最多订单', 'Orders in the best month'],
    'count',
    'most orders of the months',
    received,
    (of) => mostOf(of.ordersByMonth),
  ),
  indicator(
    'frequency.bestDayOrders',
    ['单日最多订单', 'Orders on the best day'],
    'count',
    'most orders of the purchase days',
    received,
    (of) =>
      mostOf([...Map.groupBy(of.orders, (each) => each.day).values()].map((day) => day.length)),
  ),
  indicator(
    'frequency.units',
    ['购买件数', 'Units bought'],
    'count',
    'units - units that came back',
    'lines of received orders',
    (of) => sumOf(of.lines.map((line) => line.quantity - line.refundedQuantity)),
  ),
  indicator(
    'frequency.weekendShare',
    ['周末订单占比', 'Share of orders at weekends'],
    'ppm',
    'orders received on Saturday or Sunday / orders; 0 without orders',
    received,
    (of) => shareOf(of.orders.filter((each) => isWeekend(each.day)).length, of.orders.length),
  ),
]

function activeMonths({ ordersByMonth }: Summary): boolean[] {
  return ordersByMonth.map((orders) => orders > 0)
}

function windowDays({ facts }: Summary): number {
  return facts.window.toDay - facts.window.fromDay + 1
}

/** Day 0 was a Thursday. */
function isWeekend(day: number): boolean {
  const sinceMonday = (((day + 3) % 7) + 7) % 7
  return sinceMonday >= 5
}
