import type { MerchantMetricsPolicy } from '#rules/merchants/metrics/policy.ts'
import type { CounterName, Counters } from '#rules/merchants/metrics/counter-names.ts'
import { dayNumberAt } from '#rules/time/day-numbers.ts'
import { isBefore } from '#rules/time/instants.ts'
import type { Order } from '#rules/orders/order.ts'

/** A dispute about an order, told from elsewhere or raised about a return. */
export type Dispute = {
  readonly openedAt: Temporal.Instant
  readonly decidedAt: Temporal.Instant | null
  readonly isAgainstShop: boolean
}

/** A return, or a refund without goods, that was asked of the shop. */
export type AskedReturn = {
  readonly kind: 'refund' | 'return'
  readonly askedAt: Temporal.Instant
  readonly refundedAt: Temporal.Instant | null
}

/** An order with all that was said and asked about it. */
export type CountedOrder = {
  readonly order: Order
  readonly disputes: readonly Dispute[]
  readonly returns: readonly AskedReturn[]
}

/** What figures are counted by. */
export type CountSetting = {
  readonly zone: string
  readonly policyAt: (at: Temporal.Instant) => MerchantMetricsPolicy
}

/** What an order adds to the counters of its shop, by day since 1970-01-01. */
export type Contributions = ReadonlyMap<number, Counters>

/**
 * MM-2: what an order adds to the counters of its shop, as it stands: a function of the facts alone,
 * whatever the time. What it added before is taken away when it changes.
 */
export function contributionsOf(counted: CountedOrder, setting: CountSetting): Contributions {
  const { zone } = setting
  const days = new Map<number, Partial<Record<CounterName, number>>>()
  const add = (at: Temporal.Instant, counter: CounterName, amount: number): void => {
    if (amount === 0) return
    const day = dayNumberAt(at, zone)
    const of = days.get(day) ?? {}
    days.set(day, { ...of, [counter]: (of[counter] ?? 0) + amount })
  }
  addPayment(counted.order, add)
  addShipping(counted.order, setting, add)
  addSale(counted.order, add)
  for (const { openedAt, decidedAt, isAgainstShop } of counted.disputes) {
    add(openedAt, 'disputesOpened', 1)
    if (decidedAt !== null && isAgainstShop) add(decidedAt, 'disputesLost', 1)
  }
  for (const { kind, askedAt, refundedAt } of counted.returns) {
    if (refundedAt === null) continue
    const tookMs = Math.max(0, refundedAt.epochMilliseconds - askedAt.epochMilliseconds)
    add(refundedAt, kind === 'refund' ? 'refundsDone' : 'returnsDone', 1)
    add(refundedAt, kind === 'refund' ? 'refundMs' : 'returnMs', tookMs)
  }
  return days
}

type Add = (at: Temporal.Instant, counter: CounterName, amount: number) => void

/** What an order keeps; one that was closed keeps nothing. */
function keptFen({ lines, closedAt }: Order): number {
  if (closedAt !== null) return 0
  return lines.reduce((sum, line) => sum + line.paidFen - line.refundedFen, 0)
}

/** MM-6: payments and what was paid back of them, on the day of payment. */
function addPayment(order: Order, add: Add): void {
  if (order.paidAt === null) return
  const paid = order.lines.reduce((sum, line) => sum + line.paidFen, 0)
  const backFen = paid - keptFen(order)
  add(order.paidAt, 'paidOrders', 1)
  add(order.paidAt, 'paidFen', paid)
  add(order.paidAt, 'refundedOrders', backFen > 0 || order.closedAt !== null ? 1 : 0)
  add(order.paidAt, 'refundedFen', backFen)
}

/** MM-5: an order counts on the day on which its hours are over. */
function addShipping(order: Order, { policyAt }: CountSetting, add: Add): void {
  const { paidAt, shippedAt, closedAt, lines } = order
  if (paidAt === null) return
  const { withinHours, exceptCategories } = policyAt(paidAt).shipping
  if (lines.every((line) => exceptCategories.includes(line.category))) return
  const dueAt = paidAt.add({ hours: withinHours })
  if (shippedAt === null && closedAt !== null && isBefore(closedAt, dueAt)) return
  add(dueAt, 'shipDue', 1)
  add(dueAt, 'shippedInTime', shippedAt !== null && !isBefore(dueAt, shippedAt) ? 1 : 0)
}

/** MM-7: a sale counts on the day of receipt, by what is kept of it. */
function addSale(order: Order, add: Add): void {
  const kept = keptFen(order)
  if (order.receivedAt === null || kept <= 0) return
  add(order.receivedAt, 'soldOrders', 1)
  add(order.receivedAt, 'soldFen', kept)
}

/** The day of a sale that is kept, by whose number its buyer is counted; `null`: there is none. */
export function soldDayOf(order: Order, zone: string): number | null {
  if (order.receivedAt === null || keptFen(order) <= 0) return null
  return dayNumberAt(order.receivedAt, zone)
}

/** What changes when `before` becomes `after`: days without a change are left out. */
export function differenceOf(before: Contributions, after: Contributions): Contributions {
  const changed = new Map<number, Counters>()
  for (const day of new Set([...before.keys(), ...after.keys()])) {
    const difference = minusOf(after.get(day) ?? {}, before.get(day) ?? {})
    if (Object.keys(difference).length > 0) changed.set(day, difference)
  }
  return changed
}

function minusOf(after: Counters, before: Counters): Counters {
  const names = new Set([...Object.keys(after), ...Object.keys(before)]) as Set<CounterName>
  const entries = [...names].flatMap((name) => {
    const by = (after[name] ?? 0) - (before[name] ?? 0)
    return by === 0 ? [] : [[name, by] as const]
  })
  return Object.fromEntries(entries)
}
