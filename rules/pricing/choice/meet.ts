import type { Fitting, Priced } from '#rules/pricing/choice/fit.ts'
import type { Picks } from '#rules/pricing/choice/picks.ts'
import { type Outlook, outlookOf, restOf } from '#rules/pricing/choice/outlook.ts'
import { extend, openSums, type Sums, type Work } from '#rules/pricing/choice/sums.ts'
import { isLeaf, type Tree, treeOf } from '#rules/pricing/choice/tree.ts'

/** One option of each group of a fitting, within its limits. */
export type Fit = { readonly picks: Picks; readonly score: number }

/**
 * The fit with the highest score, of equal ones with the first ids, if there is one of at least
 * `least`: sums of one half of the groups meet those of the other (PC-16).
 */
export function bestFit(
  fitting: Fitting,
  { rates }: Priced,
  least: number,
  work: Work,
): Fit | undefined {
  const outlook = outlookOf(fitting, rates, least)
  if (outlook === undefined) return undefined
  let left = openSums(rates.length, outlook.words)
  let right = left
  const leftRest = restOf(outlook)
  const rightRest = restOf(outlook)
  const order = orderOf(outlook)
  for (let first = 0, last = order.length - 1; first <= last;) {
    // The shorter half takes the next group: so both stay short.
    if (left.count <= right.count) left = extend(outlook, left, leftRest, order[first++]!, work)
    else right = extend(outlook, right, rightRest, order[last--]!, work)
    if (left.count === 0 || right.count === 0 || work.nodes > work.budget) return undefined
  }
  return meet(outlook, left, right, work)
}

/**
 * The groups in such an order that those of its two ends take off different steps as far as can be:
 * what a half takes is then soon held by the limits of its own steps. With few steps all take off
 * the same ones: then the largest are at the ends.
 */
function orderOf({ groups, rates }: Outlook): readonly number[] {
  const ranges = groups.map(({ least, most }) =>
    rates.map((rate, dim) => (most[dim]! - least[dim]!) * Math.max(rate, 1)),
  )
  const totals = ranges.map((own) => own.reduce((sum, range) => sum + range, 0))
  const order = [...groups.keys()].sort((a, b) => totals[b]! - totals[a]! || a - b)
  if (rates.length < fewestSides) {
    return [
      ...order.filter((_, at) => at % 2 === 0),
      ...order.filter((_, at) => at % 2 === 1).reverse(),
    ]
  }
  const leans = bestLeans(ranges)
  return order.sort((a, b) => leans[a]! * totals[b]! - leans[b]! * totals[a]!)
}

/** From so many steps on, groups are put on two sides by the steps that they take off. */
const fewestSides = 3
/** So many steps are put on one side or the other in every way. */
const mostSides = 6

/** By group: how much it leans to one of two sides, for the sides that divide the groups most. */
function bestLeans(ranges: readonly (readonly number[])[]): readonly number[] {
  let best: readonly number[] = []
  let most = -1
  for (let side = 0; side < 2 ** Math.min(ranges[0]!.length - 1, mostSides); side += 1) {
    const leans = ranges.map((own) => leanOf(own, side))
    const apart = leans.reduce((sum, lean) => sum + Math.abs(lean), 0)
    if (apart <= most) continue
    best = leans
    most = apart
  }
  return best
}

/** How much more a group can take off the steps of one side than off the others. */
function leanOf(ranges: readonly number[], side: number): number {
  let lean = 0
  for (let dim = 0; dim < ranges.length; dim += 1) {
    lean += ((side >> dim) & 1) === 1 ? ranges[dim]! : -ranges[dim]!
  }
  return lean
}

/** Two halves under way to their best pair. */
type Meeting = {
  readonly outlook: Outlook
  readonly sums: { readonly left: Sums; readonly right: Sums }
  readonly left: Tree
  readonly right: Tree
  readonly work: Work
  /** How far under the bound a pair may stay to be of interest. */
  slack: number
  bestLeft: number
  bestRight: number
}

/** The best pair of a sum of each half that is within the limits. */
function meet(outlook: Outlook, left: Sums, right: Sums, work: Work): Fit | undefined {
  const meeting: Meeting = {
    outlook,
    sums: { left, right },
    left: treeOf(outlook, left),
    right: treeOf(outlook, right),
    work,
    slack: outlook.slack,
    bestLeft: -1,
    bestRight: -1,
  }
  meetNodes(meeting, 0, 0)
  const { bestLeft, bestRight, slack } = meeting
  if (bestLeft === -1) return undefined
  const picks = outlook.groups.map(() => 0)
  fill(picks, outlook, left, meeting.left.rows[bestLeft]!)
  fill(picks, outlook, right, meeting.right.rows[bestRight]!)
  return { picks, score: outlook.most - slack }
}

/** Compares all rows of two nodes, half by half, unless their boxes show that no pair can do. */
function meetNodes(meeting: Meeting, own: number, other: number): void {
  const { left, right, work } = meeting
  work.nodes += 1
  if (work.nodes > work.budget || isApart(meeting, own, other)) return
  const isOwnLeaf = isLeaf(left, own)
  const isOtherLeaf = isLeaf(right, other)
  if (isOwnLeaf && isOtherLeaf) {
    meetRows(meeting, own, other)
    return
  }
  const isOwn =
    isOtherLeaf ||
    (!isOwnLeaf && left.to[own]! - left.from[own]! >= right.to[other]! - right.from[other]!)
  const { mostWorth } = isOwn ? left : right
  const first = 2 * (isOwn ? own : other) + 1
  // The more promising half first: what is found there rules out more of the other.
  const better = mostWorth[first]! >= mostWorth[first + 1]! ? first : first + 1
  const worse = 2 * first + 1 - better
  if (isOwn) {
    meetNodes(meeting, better, other)
    meetNodes(meeting, worse, other)
  } else {
    meetNodes(meeting, own, better)
    meetNodes(meeting, own, worse)
  }
}

/** Whether every pair of two nodes breaks a limit or stays too far under the bound. */
function isApart({ outlook, left, right, slack }: Meeting, own: number, other: number): boolean {
  const { limits, rates, worthOfLimits } = outlook
  if (left.mostWorth[own]! + right.mostWorth[other]! < worthOfLimits - slack) return true
  const dims = limits.length
  let lost = left.leastLost[own]! + right.leastLost[other]!
  for (let dim = 0; dim < dims; dim += 1) {
    const a = own * dims + dim
    const b = other * dims + dim
    if (left.least[a]! + right.least[b]! > limits[dim]!) return true
    const short = limits[dim]! - left.most[a]! - right.most[b]!
    if (short > 0) lost += short * rates[dim]!
  }
  return lost > slack
}

function meetRows(meeting: Meeting, own: number, other: number): void {
  const { left, right, outlook, work } = meeting
  for (let row = left.from[own]!; row < left.to[own]!; row += 1) {
    const need = outlook.worthOfLimits - left.worth[row]!
    work.nodes += right.to[other]! - right.from[other]!
    for (let partner = right.from[other]!; partner < right.to[other]!; partner += 1) {
      const slack = need - right.worth[partner]!
      if (slack > meeting.slack || !isWithin(meeting, row, partner)) continue
      if (slack === meeting.slack && meeting.bestLeft !== -1 && !isFirst(meeting, row, partner))
        continue
      meeting.slack = slack
      meeting.bestLeft = row
      meeting.bestRight = partner
    }
  }
}

function isWithin({ outlook, left, right }: Meeting, row: number, partner: number): boolean {
  const { limits } = outlook
  const dims = limits.length
  for (let dim = 0; dim < dims; dim += 1) {
    const taken = left.taken[row * dims + dim]! + right.taken[partner * dims + dim]!
    if (taken > limits[dim]!) return false
  }
  return true
}

/** Of pairs that use as many ids: whether one uses the first id that only one of them uses. */
function isFirst(meeting: Meeting, row: number, partner: number): boolean {
  const { outlook, left, right, sums } = meeting
  const { words } = outlook
  const own = left.rows[row]! * words
  const other = right.rows[partner]! * words
  const bestOwn = left.rows[meeting.bestLeft]! * words
  const bestOther = right.rows[meeting.bestRight]! * words
  for (let word = 0; word < words; word += 1) {
    const mark = sums.left.marks[own + word]! + sums.right.marks[other + word]!
    const best = sums.left.marks[bestOwn + word]! + sums.right.marks[bestOther + word]!
    if (mark !== best) return mark > best
  }
  return false
}

function fill(picks: number[], { groups }: Outlook, sums: Sums, last: number): void {
  let row = last
  for (let each = sums; each.before !== undefined; each = each.before) {
    picks[each.group] = groups[each.group]!.options[each.option[row]!]!
    row = each.from[row]!
  }
}
