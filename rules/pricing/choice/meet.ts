import type { Fitting, Priced } from '#rules/pricing/choice/fit.ts'
import type { Picks } from '#rules/pricing/choice/picks.ts'
import {
  extend,
  openSums,
  type Outlook,
  outlookOf,
  restOf,
  type Sums,
  type Work,
} from '#rules/pricing/choice/sums.ts'
import { firstHalf, isLeaf, type Tree, treeOf } from '#rules/pricing/choice/tree.ts'

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
  for (const group of orderOf(outlook)) {
    // The shorter half takes the next group: so both stay short.
    if (left.count <= right.count) left = extend(outlook, left, leftRest, group, work)
    else right = extend(outlook, right, rightRest, group, work)
    if (left.count === 0 || right.count === 0 || work.nodes > work.budget) return undefined
  }
  const bb = work.nodes
  const rr = meet(outlook, left, right, work)
  ;(globalThis as any).STAT?.(`dims ${rates.length} slack ${(outlook.slack/4096).toFixed(1)} L ${left.count} R ${right.count} ext ${bb} join ${work.nodes-bb} found ${rr?.score}`)
  return rr
}

/** The groups with one option first, which cost nothing; then as given. */
function orderOf({ groups }: Outlook): readonly number[] {
  const order = [...groups.keys()]
  return [
    ...order.filter((at) => groups[at]!.options.length === 1),
    ...order.filter((at) => groups[at]!.options.length > 1),
  ]
}

/** Two halves under way to their best pair. */
type Meeting = {
  readonly outlook: Outlook
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
  fill(picks, outlook, left, bestLeft)
  fill(picks, outlook, right, bestRight)
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
    isOtherLeaf || (!isOwnLeaf && left.to[own]! - left.from[own]! >= right.to[other]! - right.from[other]!)
  const { mostWorth } = isOwn ? left : right
  const first = isOwn ? firstHalf(left, own) : firstHalf(right, other)
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
  for (let at = left.from[own]!; at < left.to[own]!; at += 1) {
    const row = left.rows[at]!
    const need = outlook.worthOfLimits - left.worth[row]!
    for (let to = right.from[other]!; to < right.to[other]!; to += 1) {
      work.nodes += 1
      const partner = right.rows[to]!
      const slack = need - right.worth[partner]!
      if (slack > meeting.slack || !isWithin(meeting, row, partner)) continue
      if (slack === meeting.slack && meeting.bestLeft !== -1 && !isFirst(meeting, row, partner)) continue
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
    const taken = left.sums.taken[row * dims + dim]! + right.sums.taken[partner * dims + dim]!
    if (taken > limits[dim]!) return false
  }
  return true
}

/** Of pairs that use as many ids: whether one uses the first id that only one of them uses. */
function isFirst(
  { outlook, left, right, bestLeft, bestRight }: Meeting,
  row: number,
  partner: number,
): boolean {
  const { words } = outlook
  const own = left.sums.marks
  const other = right.sums.marks
  for (let word = 0; word < words; word += 1) {
    const mark = own[row * words + word]! + other[partner * words + word]!
    const best = own[bestLeft * words + word]! + other[bestRight * words + word]!
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
