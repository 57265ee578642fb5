import type {
  InteractionKind,
  LineFacts,
  MemberFacts,
  OrderFacts,
} from '#rules/members/invitation/facts.ts'
import { mulDiv } from '#rules/money/mul-div.ts'
import { wholePpm } from '#rules/money/rate.ts'

/** An order received in the window, with what was paid, came back and stays. */
export type Received = {
  readonly order: OrderFacts
  readonly day: number
  /** The place of its month in the window. */
  readonly month: number
  readonly paidFen: number
  readonly refundedFen: number
  readonly keptFen: number
}

/** What several indicators need of a member's facts, computed once. */
export type Summary = {
  readonly facts: MemberFacts
  /** All received, wholly refunded ones too, by day and id. */
  readonly received: readonly Received[]
  /** Those of which something stays: what counts as an order (IV-3). */
  readonly orders: readonly Received[]
  readonly paidFen: number
  readonly refundedFen: number
  readonly keptFen: number
  /** What stays, by the months of the window. */
  readonly keptByMonth: readonly number[]
  readonly ordersByMonth: readonly number[]
  /** Days on which something was bought, in order. */
  readonly days: readonly number[]
  readonly keptByCategory: ReadonlyMap<string, number>
  readonly shops: ReadonlyMap<string, ShopSummary>
  readonly lines: readonly LineFacts[]
  readonly interactions: ReadonlyMap<InteractionKind, number>
  readonly interactionCount: number
}

export type ShopSummary = {
  readonly keptFen: number
  readonly orders: number
  readonly firstDay: number
}

/** Sums up a member's facts (IV-3). The order in which they are given changes nothing. */
export function summarise(facts: MemberFacts): Summary {
  const received = facts.orders.flatMap((order) => receivedOf(order, facts)).sort(byDayThenId)
  const orders = received.filter((each) => each.keptFen > 0)
  const months = facts.window.monthStarts.length
  const keptByMonth = Array.from({ length: months }, () => 0)
  const ordersByMonth = Array.from({ length: months }, () => 0)
  for (const { month, keptFen } of orders) {
    keptByMonth[month] = (keptByMonth[month] ?? 0) + keptFen
    ordersByMonth[month] = (ordersByMonth[month] ?? 0) + 1
  }
  return {
    facts,
    received,
    orders,
    paidFen: sumOf(received.map((each) => each.paidFen)),
    refundedFen: sumOf(received.map((each) => each.refundedFen)),
    keptFen: sumOf(received.map((each) => each.keptFen)),
    keptByMonth,
    ordersByMonth,
    days: [...new Set(orders.map((each) => each.day))],
    keptByCategory: categoriesOf(orders),
    shops: shopsOf(orders),
    lines: received.flatMap((each) => each.order.lines),
    interactions: interactionsOf(facts),
    interactionCount: sumOf(facts.interactions.map((each) => each.count)),
  }
}

function receivedOf(order: OrderFacts, { window }: MemberFacts): Received[] {
  const day = order.receivedDay
  if (day === undefined || day < window.fromDay || day > window.toDay) return []
  const paidFen = sumOf(order.lines.map((line) => line.paidFen))
  const refundedFen = sumOf(order.lines.map((line) => line.refundedFen))
  const month = window.monthStarts.findLastIndex((start) => start <= day)
  return [{ order, day, month, paidFen, refundedFen, keptFen: paidFen - refundedFen }]
}

function byDayThenId(a: Received, b: Received): number {
  if (a.day !== b.day) return a.day - b.day
  return a.order.orderId < b.order.orderId ? -1 : 1
}

function categoriesOf(orders: readonly Received[]): ReadonlyMap<string, number> {
  const byCategory = new Map<string, number>()
  for (const line of orders.flatMap((each) => each.order.lines)) {
    const keptFen = line.paidFen - line.refundedFen
    if (keptFen === 0) continue
    byCategory.set(line.category, (byCategory.get(line.category) ?? 0) + keptFen)
  }
  return byCategory
}

function shopsOf(orders: readonly Received[]): ReadonlyMap<string, ShopSummary> {
  const shops = new Map<string, ShopSummary>()
  for (const { order, day, keptFen } of orders) {
    const before = shops.get(order.shop) ?? { keptFen: 0, orders: 0, firstDay: day }
    shops.set(order.shop, {
      keptFen: before.keptFen + keptFen,
      orders: before.orders + 1,
      firstDay: before.firstDay,
    })
  }
  return shops
}

function interactionsOf({ interactions }: MemberFacts): ReadonlyMap<InteractionKind, number> {
  const byKind = new Map<InteractionKind, number>()
  for (const { kind, count } of interactions) byKind.set(kind, (byKind.get(kind) ?? 0) + count)
  return byKind
}

export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

/** The part that is of a whole, in parts per million rounded down; of nothing, 0 (IV-2). */
export function shareOf(part: number, whole: number): number {
  return whole <= 0 ? 0 : mulDiv(part, wholePpm, whole, 'floor')
}

/** The mean, rounded down; of nothing, 0 (IV-2). */
export function meanOf(sum: number, count: number): number {
  return count <= 0 ? 0 : mulDiv(sum, 1, count, 'floor')
}

/** The middle one; of an even number of values the lower of the two in the middle; of none, 0 (IV-2). */
export function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0
}

export function mostOf(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0)
}

/** The Herfindahl index in parts per million: 1,000,000 where all is in one, 0 of nothing (IV-2). */
export function concentrationOf(values: readonly number[]): number {
  const whole = sumOf(values)
  if (whole <= 0) return 0
  // Exact: squares of amounts leave the safe range.
  const squares = values.reduce((sum, value) => sum + BigInt(value) * BigInt(value), 0n)
  return Number((squares * BigInt(wholePpm)) / (BigInt(whole) * BigInt(whole)))
}

/** The longest run of months that fulfil something. */
export function longestRun(months: readonly boolean[]): number {
  let [longest, run] = [0, 0]
  for (const holds of months) {
    run = holds ? run + 1 : 0
    longest = Math.max(longest, run)
  }
  return longest
}

/** Of days in order: how many lie between each and the next. */
export function gapsOf(days: readonly number[]): number[] {
  return days.slice(1).map((day, n) => day - (days[n] ?? day))
}
