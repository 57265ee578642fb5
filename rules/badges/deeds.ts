import type { Behaviour } from '#rules/badges/policy.ts'

/** An order that the member received, by its lines: amounts in fen, `day` counted from 1970-01-01. */
export type Bought = {
  readonly orderId: string
  readonly shop: string
  readonly receivedMs: number
  readonly day: number
  readonly lines: readonly {
    readonly sku: string
    readonly category: string
    /** Paid, less what went back. */
    readonly keptFen: number
  }[]
}

/** A review or an interaction as it was told. */
export type Told = {
  readonly source: string
  readonly id: string
  readonly kind: 'review' | 'answer' | 'post' | 'share' | 'liveView'
  readonly atMs: number
  /** Since 1970-01-01, in the market's zone. */
  readonly day: number
  readonly highValue: boolean
  readonly orderId?: string | undefined
  readonly sku?: string | undefined
  /** Of an interaction: what it is about. */
  readonly subject?: string | undefined
}

/** All that a member did, in any order. */
export type Doings = { readonly bought: readonly Bought[]; readonly told: readonly Told[] }

/** Where a fact stands with the reviewers. */
export type Verdict = {
  readonly struck: boolean
  readonly waits: boolean
  /** It names no order; once it waits no more, somebody cleared it of that. */
  readonly vouched: boolean
}

/** Facts that are not simply taken as told, by `factKey`. */
export type Verdicts = ReadonlyMap<string, Verdict>

export function factKey(fact: { readonly source: string; readonly id: string }): string {
  return `${fact.source}\n${fact.id}`
}

/** What a member did of one behaviour on one day. */
export type DayOf = {
  readonly day: number
  /** Everything told, right or not. */
  told: number
  /** What is right, and neither waits nor is struck. */
  good: number
  waiting: number
  struck: number
  /** Of good purchases. */
  readonly categories: Set<string>
}

export type Days = ReadonlyMap<Behaviour, readonly DayOf[]>

/**
 * Counts what a member did by behaviour and day, the days in order: purchases that are kept (BG-2), and
 * of what was told everything but what waits, is struck, or reviews nothing that was bought (BG-3). What
 * waits is among the good with `trusting`: as it will be when it is cleared.
 */
export function daysOf(
  { bought, told }: Doings,
  verdicts: Verdicts,
  leastPaidFen: (day: number) => number,
  trusting = false,
): Days {
  const days = new Map<Behaviour, Map<number, DayOf>>()
  for (const order of bought) {
    const on = dayIn(days, 'purchase', order.day)
    on.told += 1
    const kept = order.lines.filter((line) => line.keptFen > 0)
    const keptFen = kept.reduce((sum, line) => sum + line.keptFen, 0)
    if (kept.length === 0 || keptFen < leastPaidFen(order.day)) continue
    on.good += 1
    for (const line of kept) on.categories.add(line.category)
  }

  const orders = new Map(bought.map((order) => [order.orderId, order]))
  const reviewed = new Set<string>()
  for (const fact of told.toSorted(byTime)) {
    const verdict = verdicts.get(factKey(fact))
    for (const behaviour of behavioursOfFact(fact)) {
      const on = dayIn(days, behaviour, fact.day)
      on.told += 1
      if (verdict?.struck === true) on.struck += 1
      else if (verdict?.waits === true && !trusting) on.waiting += 1
      else if (isGood(fact, behaviour, verdict?.vouched === true, orders, reviewed)) on.good += 1
    }
  }
  return new Map(
    [...days].map(([behaviour, byDay]) => [behaviour, [...byDay.values()].sort(byDayOf)]),
  )
}

/** What a fact is: a review of high value is also a review. */
export function behavioursOfFact({ kind, highValue }: Told): readonly Behaviour[] {
  return kind === 'review' && highValue ? ['review', 'highValueReview'] : [kind]
}

/** By time, then by what names it. */
export function byTime(a: Told, b: Told): number {
  if (a.atMs !== b.atMs) return a.atMs - b.atMs
  if (a.source !== b.source) return a.source < b.source ? -1 : 1
  return a.id < b.id ? -1 : a.id === b.id ? 0 : 1
}

/** BG-10: the order that a review is about, where the member had received it by then. */
export function reviewedOrder(fact: Told, orders: ReadonlyMap<string, Bought>): Bought | undefined {
  const order = fact.orderId === undefined ? undefined : orders.get(fact.orderId)
  if (order === undefined || order.receivedMs > fact.atMs) return undefined
  if (fact.sku === undefined) return order
  return order.lines.some((line) => line.sku === fact.sku) ? order : undefined
}

/** Whether it counts; a review takes its place among those of its order and SKU. */
function isGood(
  fact: Told,
  behaviour: Behaviour,
  isVouched: boolean,
  orders: ReadonlyMap<string, Bought>,
  reviewed: Set<string>,
): boolean {
  if (fact.kind !== 'review') return true
  const order = reviewedOrder(fact, orders)
  if (order === undefined) return isVouched
  const isKept = order.lines.some(
    (line) => line.keptFen > 0 && (fact.sku === undefined || line.sku === fact.sku),
  )
  const place = `${behaviour}\n${order.orderId}\n${fact.sku ?? ''}`
  if (!isKept || reviewed.has(place)) return false
  reviewed.add(place)
  return true
}

function dayIn(days: Map<Behaviour, Map<number, DayOf>>, behaviour: Behaviour, day: number): DayOf {
  const byDay = days.get(behaviour) ?? new Map<number, DayOf>()
  days.set(behaviour, byDay)
  const known = byDay.get(day)
  if (known !== undefined) return known
  const fresh: DayOf = { day, told: 0, good: 0, waiting: 0, struck: 0, categories: new Set() }
  byDay.set(day, fresh)
  return fresh
}

function byDayOf(a: DayOf, b: DayOf): number {
  return a.day - b.day
}
