import type { Order } from '#rules/orders/order.ts'
import { isBefore, isInside } from '#rules/time/instants.ts'
import {
  mayReturnWithoutReason,
  type Condition,
  type NoReason,
  type Signing,
} from '#rules/timeouts/no-reason.ts'
import type { TimeoutsPolicy } from '#rules/timeouts/policy.ts'
import type { FreightBearer, RequestKind, RequestReason } from '#rules/timeouts/requested.ts'
import { after } from '#rules/timeouts/terms.ts'

/** What a member asks for: units of lines, or (of a refund) an amount of money of them. */
export type Asked = {
  readonly kind: RequestKind
  readonly reason: RequestReason
  readonly condition: Condition | undefined
  /** Ids of the lines. */
  readonly lines: readonly string[]
}

export type Asking = {
  readonly order: Order
  readonly signing: Signing | undefined
  /** Whether the freight of going back is insured, as the shipment told. */
  readonly isInsured: boolean
  readonly at: Temporal.Instant
  readonly zone: string
}

export type MayAsk =
  | { readonly ok: true; readonly freightBy: FreightBearer | null }
  | Extract<NoReason, { readonly ok: false }>
  | {
      readonly ok: false
      readonly refusal: 'trades/not-paid'
    }
  | {
      readonly ok: false
      readonly refusal: 'returns/unknown-line'
      readonly line: string
    }
  | {
      readonly ok: false
      readonly refusal: 'return-requests/not-shipped' | 'return-requests/goods-come-back'
    }
  | {
      readonly ok: false
      readonly refusal: 'return-requests/closed-for-now'
      readonly opensAt: Temporal.Instant
    }

/**
 * Decides whether a member may ask for this (RT-1 to RT-6). Refused: what is not paid; goods back of an
 * order that was not shipped; a refund of one on the days it is closed, with the instant from which it
 * is open; money for goods that are there, for no reason; and what is too late or excluded.
 */
export function mayAsk(policy: TimeoutsPolicy, asked: Asked, asking: Asking): MayAsk {
  const { order, at } = asking
  const { kind, reason } = asked
  if (order.paidAt === null) return { ok: false, refusal: 'trades/not-paid' }
  const known = new Set(order.lines.map(({ lineId }) => lineId))
  const unknown = asked.lines.find((line) => !known.has(line))
  if (unknown !== undefined) return { ok: false, refusal: 'returns/unknown-line', line: unknown }

  if (order.shippedAt === null && order.receivedAt === null) {
    if (kind !== 'refund') return { ok: false, refusal: 'return-requests/not-shipped' }
    const opensAt = opensAgain(policy.unshippedClosed, at)
    if (opensAt === undefined) return { ok: true, freightBy: null }
    return { ok: false, refusal: 'return-requests/closed-for-now', opensAt }
  }
  if (reason === 'noReason') return askWithoutReason(policy, asked, asking)
  const until = order.receivedAt === null ? undefined : after(order.receivedAt, policy.withReason)
  if (until !== undefined && !isBefore(at, until)) {
    return { ok: false, refusal: 'return-requests/too-late', until }
  }
  return { ok: true, freightBy: kind === 'refund' ? null : 'shop' }
}

/** RT-4: the buyer bears the freight of what goes back without a reason, unless it is insured. */
function askWithoutReason(policy: TimeoutsPolicy, asked: Asked, asking: Asking): MayAsk {
  const { order, at, zone, isInsured } = asking
  if (asked.kind === 'refund') return { ok: false, refusal: 'return-requests/goods-come-back' }
  const lines = order.lines.filter(({ lineId }) => asked.lines.includes(lineId))
  const signing = asking.signing ?? signedByReceipt(order)
  const { condition } = asked
  const may = mayReturnWithoutReason(policy.noReason, { lines, condition, signing, at, zone })
  if (!may.ok) return may
  return { ok: true, freightBy: isInsured ? 'insurance' : 'member' }
}

/** RT-1: goods that nobody told the signing of were there when their receipt was confirmed. */
export function signedByReceipt({ receivedAt }: Pick<Order, 'receivedAt'>): Signing | undefined {
  return receivedAt === null ? undefined : { signedAt: receivedAt }
}

/** RT-5: when refunds of what is not shipped are open again; `undefined`: they are open. */
export function opensAgain(
  closed: TimeoutsPolicy['unshippedClosed'],
  at: Temporal.Instant,
): Temporal.Instant | undefined {
  let opensAt = at
  const inOrder = closed.toSorted((a, b) => Temporal.Instant.compare(a.from, b.from))
  for (const window of inOrder) if (isInside(opensAt, window)) opensAt = window.to
  return opensAt === at ? undefined : opensAt
}
