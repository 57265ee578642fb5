import { indicator, type Indicator } from '#rules/members/invitation/indicator.ts'
import {
  meanOf,
  medianOf,
  mostOf,
  shareOf,
  sumOf,
  type Summary,
} from '#rules/members/invitation/summary.ts'

const received = 'received orders'

/** How much is bought. */
export const spending: readonly Indicator[] = [
  indicator(
    'spend.total',
    ['消费总额', 'Spend'],
    'fen',
    'paid - refunded',
    received,
    (of) => of.keptFen,
  ),
  indicator(
    'spend.gross',
    ['支付总额', 'Paid'],
    'fen',
    'paid, before what came back',
    received,
    (of) => of.paidFen,
  ),
  indicator(
    'spend.monthMean',
    ['月均消费', 'Spend in a month'],
    'fen',
    'spend / months of the window, rounded down',
    received,
    (of) => meanOf(of.keptFen, of.keptByMonth.length),
  ),
  indicator(
    'spend.monthMedian',
    ['月消费中位数', 'Spend in a usual month'],
    'fen',
    'median of the months, empty ones too',
    received,
    (of) => medianOf(of.keptByMonth),
  ),
  indicator(
    'spend.bestMonth',
    ['最高月消费', 'Best month'],
    'fen',
    'most of the months',
    received,
    (of) => mostOf(of.keptByMonth),
  ),
  indicator(
    'spend.leastMonth',
    ['最低月消费', 'Poorest month'],
    'fen',
    'least of the months',
    received,
    (of) => (of.keptByMonth.length === 0 ? 0 : Math.min(...of.keptByMonth)),
  ),
  indicator(
    'spend.lastQuarter',
    ['近三月消费', 'Spend of the last three months'],
    'fen',
    'spend of the last three months of the window',
    received,
    (of) => sumOf(of.keptByMonth.slice(-3)),
  ),
  indicator(
    'spend.laterHalfShare',
    ['下半程消费占比', 'Share of the later half'],
    'ppm',
    'spend of the later half of the months / spend; 0 without spend',
    received,
    (of) => shareOf(sumOf(of.keptByMonth.slice(Math.floor(of.keptByMonth.length / 2))), of.keptFen),
  ),
  indicator(
    'spend.orderMean',
    ['单均消费', 'Spend per order'],
    'fen',
    'spend / orders, rounded down; 0 without orders',
    received,
    (of) => meanOf(of.keptFen, of.orders.length),
  ),
  indicator(
    'spend.orderMedian',
    ['单笔消费中位数', 'Spend of a usual order'],
    'fen',
    'median of the orders; 0 without orders',
    received,
    (of) => medianOf(of.orders.map((each) => each.keptFen)),
  ),
  indicator(
    'spend.largestOrder',
    ['最大单笔', 'Largest order'],
    'fen',
    'most of the orders',
    received,
    (of) => mostOf(of.orders.map((each) => each.keptFen)),
  ),
  indicator(
    'spend.largestOrderShare',
    ['最大单笔占比', 'Share of the largest order'],
    'ppm',
    'largest order / spend; 0 without spend',
    received,
    (of) => shareOf(mostOf(of.orders.map((each) => each.keptFen)), of.keptFen),
  ),
  indicator(
    'spend.dayMean',
    ['购物日均消费', 'Spend per purchase day'],
    'fen',
    'spend / purchase days, rounded down; 0 without any',
    received,
    (of) => meanOf(of.keptFen, of.days.length),
  ),
  indicator(
    'spend.physicalShare',
    ['实物消费占比', 'Share of physical goods'],
    'ppm',
    'spend on physical goods / spend; 0 without spend',
    'lines of received orders, virtualCategories of the policy score',
    (of) => shareOf(physicalFen(of), of.keptFen),
  ),
  indicator(
    'spend.virtual',
    ['虚拟商品消费', 'Spend on virtual goods'],
    'fen',
    'spend - spend on physical goods',
    'lines of received orders, virtualCategories of the policy score',
    (of) => of.keptFen - physicalFen(of),
  ),
  indicator('spend.freight', ['运费', 'Freight'], 'fen', 'freight of the orders', received, (of) =>
    sumOf(of.orders.map((each) => each.order.freightFen)),
  ),
]

function physicalFen({ lines }: Summary): number {
  return sumOf(lines.map((line) => (line.isPhysical ? line.paidFen - line.refundedFen : 0)))
}
