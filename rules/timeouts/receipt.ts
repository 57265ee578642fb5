import { isBefore, latest } from '#rules/time/instants.ts'
import { after, remindAt, type Term } from '#rules/timeouts/terms.ts'

/** The time that a buyer has to confirm the receipt of an order that was shipped. */
export type ReceiptTime = {
  /** When it was shipped. */
  readonly fromAt: Temporal.Instant
  /** From then on it counts as received; while it stands still, that is not yet known for sure. */
  readonly dueAt: Temporal.Instant
  readonly remindAt: Temporal.Instant | null
  /** Since when it stands still, because a return request is open. */
  readonly pausedAt: Temporal.Instant | null
  /** Days that the buyer added. */
  readonly extendedDays: number | null
}

/** When an order was shipped, and when that became known. */
export type Shipped = {
  readonly shippedAt: Temporal.Instant
  readonly knownAt: Temporal.Instant
}

export type Extended =
  | { readonly ok: true; readonly time: ReceiptTime }
  | {
      readonly ok: false
      readonly refusal:
        'timeouts/over' | 'timeouts/already-extended' | 'timeouts/extension-too-long'
      readonly mostDays: number
    }

/** TO-5: the time to confirm a receipt begins with the shipment, however late that becomes known. */
export function beginReceipt(
  { shippedAt: fromAt, knownAt }: Shipped,
  { within }: Term,
  remindBefore: Temporal.Duration,
): ReceiptTime {
  const dueAt = latest(after(fromAt, within), after(knownAt, remindBefore))
  const reminding = remindAt(fromAt, dueAt, remindBefore)
  return { fromAt, dueAt, remindAt: reminding, pausedAt: null, extendedDays: null }
}

/**
 * TO-6: the buyer adds days, once, at most so many as the policy says, before the time is over. Days are
 * 24 hours each.
 */
export function extendReceipt(
  time: ReceiptTime,
  days: number,
  mostDays: number,
  at: Temporal.Instant,
): Extended {
  if (isReceiptOver(time, at)) return { ok: false, refusal: 'timeouts/over', mostDays }
  if (time.extendedDays !== null) {
    return { ok: false, refusal: 'timeouts/already-extended', mostDays }
  }
  if (days > mostDays) return { ok: false, refusal: 'timeouts/extension-too-long', mostDays }
  return { ok: true, time: { ...later(time, { hours: days * 24 }), extendedDays: days } }
}

/** TO-7: an open return request stops the time. */
export function pauseReceipt(time: ReceiptTime, at: Temporal.Instant): ReceiptTime {
  if (time.pausedAt !== null || isReceiptOver(time, at)) return time
  return { ...time, pausedAt: isBefore(at, time.fromAt) ? time.fromAt : at }
}

/** TO-7: once no request is open any more, what was left of the time goes on. */
export function resumeReceipt(time: ReceiptTime, at: Temporal.Instant): ReceiptTime {
  const { pausedAt } = time
  if (pausedAt === null) return time
  const stood = Math.max(0, at.epochMilliseconds - pausedAt.epochMilliseconds)
  return { ...later(time, { milliseconds: stood }), pausedAt: null }
}

/** TO-1: whether the time is over at an instant: from its due instant on, unless it stands still. */
export function isReceiptOver({ pausedAt, dueAt }: ReceiptTime, at: Temporal.Instant): boolean {
  return pausedAt === null && !isBefore(at, dueAt)
}

function later(
  time: ReceiptTime,
  by: { readonly hours: number } | { readonly milliseconds: number },
): ReceiptTime {
  const { dueAt, remindAt: reminding } = time
  return { ...time, dueAt: dueAt.add(by), remindAt: reminding?.add(by) ?? null }
}
