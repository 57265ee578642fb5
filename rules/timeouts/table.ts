import type { Order } from '#rules/orders/order.ts'
import { isBefore } from '#rules/time/instants.ts'
import { signedByReceipt } from '#rules/timeouts/ask.ts'
import { noReasonUntil, type Signing } from '#rules/timeouts/no-reason.ts'
import type { TimeoutsPolicy } from '#rules/timeouts/policy.ts'
import type { ReceiptTime } from '#rules/timeouts/receipt.ts'
import type { RequestedReturn } from '#rules/timeouts/requested.ts'
import { waitsOf, type RequestWaits } from '#rules/timeouts/turn.ts'

/** A time-out that runs: what is to be done, by whom, by when, and what happens else. */
export type RunningTime = {
  readonly what: 'pay' | 'ship' | 'trace' | 'receive' | 'returnWithoutReason' | RequestWaits['what']
  /** Who is late when it lapses. */
  readonly late: 'member' | 'shop' | 'platform'
  readonly dueAt: Temporal.Instant
  readonly lapse: 'tradeClosed' | 'shipsLate' | 'received' | 'rightEnds' | RequestWaits['lapse']
  /** Of a return request. */
  readonly returnId?: string
  /** Since when it stands still: its due instant moves on until it goes on. */
  readonly pausedAt?: Temporal.Instant
}

/** What of an order and its surroundings times run for. */
export type Running = {
  readonly order: Order
  /** Of its trade, while that is not paid: until when it can be. */
  readonly payBy: Temporal.Instant | undefined
  /** What the shop has to do next to ship it, and the first instant at which it is late. */
  readonly shipping:
    { readonly toDo: 'ship' | 'trace'; readonly dueAt: Temporal.Instant } | undefined
  readonly receipt: ReceiptTime | undefined
  readonly signing: Signing | undefined
  readonly requests: readonly RequestedReturn[]
}

/** TO-8: every time-out in force for an order, what is due first before what is due later. */
export function runningTimes(
  running: Running,
  policy: TimeoutsPolicy,
  at: Temporal.Instant,
  zone: string,
): RunningTime[] {
  const { order, payBy, shipping, receipt, requests } = running
  const times: RunningTime[] = []
  const isOpen = order.closedAt === null
  if (isOpen && order.paidAt === null && payBy !== undefined) {
    times.push({ what: 'pay', late: 'member', dueAt: payBy, lapse: 'tradeClosed' })
  }
  if (isOpen && order.paidAt !== null && shipping !== undefined) {
    const { toDo: what, dueAt } = shipping
    times.push({ what, late: 'shop', dueAt, lapse: 'shipsLate' })
  }
  if (isOpen && order.receivedAt === null && receipt !== undefined) {
    const { dueAt, pausedAt } = receipt
    const stands = pausedAt === null ? {} : { pausedAt }
    times.push({ what: 'receive', late: 'member', dueAt, lapse: 'received', ...stands })
  }
  const signing = running.signing ?? signedByReceipt(order)
  if (isOpen && signing !== undefined) {
    const dueAt = noReasonUntil(signing, policy.noReason.within, zone)
    if (isBefore(at, dueAt) && hasReturnable(order, policy)) {
      times.push({ what: 'returnWithoutReason', late: 'member', dueAt, lapse: 'rightEnds' })
    }
  }
  for (const request of requests) {
    const waits = waitsOf(request)
    if (waits === undefined || request.dueAt === null) continue
    times.push({ ...waits, dueAt: request.dueAt, returnId: request.returnId })
  }
  return times.toSorted(byDueThenName)
}

/** RT-2: whether anything is left that goes back without a reason. */
function hasReturnable({ lines }: Order, { noReason }: TimeoutsPolicy): boolean {
  return lines.some(
    ({ category, quantity, refundedQuantity }) =>
      refundedQuantity < quantity && !noReason.excluded.includes(category),
  )
}

function byDueThenName(a: RunningTime, b: RunningTime): number {
  const byDue = Temporal.Instant.compare(a.dueAt, b.dueAt)
  if (byDue !== 0) return byDue
  const [named, other] = [`${a.what} ${a.returnId ?? ''}`, `${b.what} ${b.returnId ?? ''}`]
  return named < other ? -1 : named > other ? 1 : 0
}
