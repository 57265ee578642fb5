import type { Fitting, Priced } from '#rules/pricing/choice/fit.ts'
import {
  addGroup,
  chainOf,
  compareMarks,
  type Half,
  marksOfRow,
  openHalf,
  type Outlook,
  outlookOf,
  type Work,
} from '#rules/pricing/choice/halves.ts'
import type { Picks } from '#rules/pricing/choice/picks.ts'
import type { Marks } from '#rules/pricing/choice/problem.ts'

/** One option of each group of a fitting, within its limits. */
export type Fit = { readonly picks: Picks; readonly score: number }

/** The best fit that was found, if any; `isWhole`: nothing was left out that could be better. */
export type Fitted = { readonly fit: Fit | undefined; readonly isWhole: boolean }

/**
 * The fit with the highest score, of equal ones with the first ids, if there is one of at least
 * `least`: sums of one half of the groups are joined with those of the other (PC-16). `width`: of
 * each half only so many of the most promising are kept, and the fit may not be the best.
 */
export function bestFit(
  fitting: Fitting,
  { rates }: Priced,
  least: number,
  work: Work,
  width: number,
): Fitted {
  const outlook = outlookOf(fitting, rates, least)
  const left = openHalf(outlook)
  const right = openHalf(outlook)
  for (let group = 0; group < outlook.fitting.groups.length; group += 1) {
    // The shorter half takes the next group: so both stay short.
    const isLeft = left.score.length - left.first <= right.score.length - right.first
    addGroup(outlook, isLeft ? left : right, group, work, width)
    if (work.nodes > work.budget) return { fit: undefined, isWhole: false }
  }
  return { fit: join(outlook, left, right, work), isWhole: !left.isCut && !right.isCut }
}

/** The best pair of a sum of each half that is within the limits. */
function join(
  { fitting, rates, least }: Outlook,
  left: Half,
  right: Half,
  work: Work,
): Fit | undefined {
  const { limits } = fitting
  const dims = rates.length
  const orders = ordersOf(right, dims)
  let bestWorth = -Infinity
  for (let row = right.first; row < right.score.length; row += 1) {
    bestWorth = Math.max(bestWorth, right.score[row]! - paidFor(right, row, rates))
  }
  const worthOfLimits = limits.reduce((sum, limit, dim) => sum + limit * rates[dim]!, 0)
  let best: { readonly left: number; readonly right: number; readonly marks: Marks } | undefined
  let floor = least
  for (let row = left.first; row < left.score.length; row += 1) {
    const score = left.score[row]!
    // How far a pair with this sum can stay under the bound, in score, and still be of interest.
    const slack = score - paidFor(left, row, rates) + bestWorth + worthOfLimits - floor
    if (slack < 0) continue
    const { rows, from, to } = nearest(orders, left, row, { limits, rates, slack, floor })
    for (let at = to - 1; at >= from; at -= 1) {
      work.nodes += 1
      const other = rows[at]!
      const sum = score + right.score[other]!
      if (sum < floor) continue
      if (!isWithin(limits, left.taken, row * dims, right.taken, other * dims)) continue
      const own = marksOfRow(fitting, left, row)
      const marks = marksOfRow(fitting, right, other).map((word, at) => word + own[at]!)
      if (best !== undefined && sum === floor && compareMarks(marks, best.marks) >= 0) continue
      best = { left: row, right: other, marks }
      floor = sum
    }
    if (work.nodes > work.budget) break
  }
  return best && fitFrom(fitting, left, best.left, right, best.right, floor)
}

/** The whole sums of a half in the order of one of their figures. */
type Order = { readonly rows: readonly number[]; readonly figures: readonly number[] }

/** By what is taken off each limited step; the last order is by score. */
function ordersOf(half: Half, dims: number): readonly Order[] {
  const orders: Order[] = []
  for (let dim = 0; dim < dims; dim += 1)
    orders.push(orderBy(half, (row) => half.taken[row * dims + dim]!))
  return [...orders, orderBy(half, (row) => half.score[row]!)]
}

function orderBy({ first, score }: Half, figureOf: (row: number) => number): Order {
  const rows: number[] = []
  for (let row = first; row < score.length; row += 1) rows.push(row)
  rows.sort((a, b) => figureOf(a) - figureOf(b) || a - b)
  return { rows, figures: rows.map(figureOf) }
}

type Near = {
  readonly limits: readonly number[]
  readonly rates: readonly number[]
  readonly slack: number
  readonly floor: number
}

/**
 * The fewest rows among which every partner of a sum is: in each order they are near the limit,
 * since what a pair stays under a limit is lost at the rates, and only so much may be.
 */
function nearest(
  orders: readonly Order[],
  left: Half,
  row: number,
  { limits, rates, slack, floor }: Near,
): { readonly rows: readonly number[]; readonly from: number; readonly to: number } {
  const dims = limits.length
  const byScore = orders[dims]!
  let rows = byScore.rows
  let from = countUnder(byScore.figures, floor - left.score[row]!)
  let to = rows.length
  for (let dim = 0; dim < dims; dim += 1) {
    const { figures, rows: own } = orders[dim]!
    const most = limits[dim]! - left.taken[row * dims + dim]!
    const end = countUnder(figures, most + 1)
    const rate = rates[dim]!
    const begin = rate === 0 ? 0 : countUnder(figures, most - slack / rate)
    if (end - begin >= to - from) continue
    rows = own
    from = begin
    to = end
  }
  return { rows, from, to }
}

/** What a sum takes off limited steps, at the rates. */
function paidFor(half: Half, row: number, rates: readonly number[]): number {
  let paid = 0
  for (let dim = 0; dim < rates.length; dim += 1) {
    paid += rates[dim]! * half.taken[row * rates.length + dim]!
  }
  return paid
}

/** How many of the numbers, in their order, are under a limit. */
function countUnder(numbers: readonly number[], limit: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (numbers[middle]! < limit) low = middle + 1
    else high = middle
  }
  return low
}

function isWithin(
  limits: readonly number[],
  left: readonly number[],
  leftAt: number,
  right: readonly number[],
  rightAt: number,
): boolean {
  for (let dim = 0; dim < limits.length; dim += 1) {
    if (left[leftAt + dim]! + right[rightAt + dim]! > limits[dim]!) return false
  }
  return true
}

function fitFrom(
  fitting: Fitting,
  left: Half,
  leftRow: number,
  right: Half,
  rightRow: number,
  score: number,
): Fit {
  const picks = fitting.groups.map(() => 0)
  fill(picks, left, leftRow)
  fill(picks, right, rightRow)
  return { picks, score }
}

function fill(picks: number[], half: Half, row: number): void {
  if (half.groups.length === 0) return
  const chain = chainOf(half, row)
  for (let at = 0; at < chain.length; at += 1) picks[half.groups[at]!] = chain[at]!
}
