import type { RefundOfAdvances } from '#rules/advances/by-refund.ts'
import type { EndingPolicy } from '#rules/members/ending/policy.ts'
import type { Points } from '#rules/money/points.ts'
import type { Order, OrderLine } from '#rules/orders/order.ts'
import type { Earned, EarnLine } from '#rules/points/earn.ts'
import type { JoinedEvent } from '#rules/points/event.ts'
import type { PointsPolicy } from '#rules/points/policy.ts'
import type { Refund } from '#rules/returns/refund.ts'
import type { ReturnRefused } from '#rules/returns/taken.ts'
import { isBefore } from '#rules/time/instants.ts'

/** What a member is, as far as facts change it. */
export type Standing = {
  readonly status: 'active' | 'sealed'
  readonly nickname: string | null
  readonly joinedAt: Temporal.Instant
}

/** What of the world a fact is applied with. */
export type FactContext = {
  readonly currency: string
  readonly minorDigits: number
  readonly zone: string
  /** The rules of a day, with the events the member had joined, and their versions. */
  readonly rulesAt: (instant: Temporal.Instant) => EarnRules
  /** The rules by which an order earned, from its `earnedBy`. */
  readonly rulesNamed: (earnedBy: string) => PointsPolicy
  /** What of a sealing comes back with an unsealing; absent: nothing. */
  readonly endingAt?: (instant: Temporal.Instant) => EndingPolicy
}

export type EarnRules = {
  readonly policy: PointsPolicy
  /** `points@1`. */
  readonly name: string
  readonly joined: readonly JoinedEvent[]
}

export type OrderRefusal =
  | 'orders/already-placed'
  | 'orders/already-paid'
  | 'orders/already-shipped'
  | 'orders/already-received'
  | 'orders/already-closed'
  | 'orders/closed'
  | 'orders/unknown-line'
  | 'orders/refund-exceeds-paid'
  | 'orders/refund-exceeds-quantity'
  | 'orders/other-currency'
  | 'members/already-sealed'
  | 'members/not-sealed'
  | 'trades/closed'
  | 'trades/already-placed'
  | ReturnRefused['refusal']

/** What the ledger is to do because of a fact. */
export type Effect =
  | {
      readonly type: 'earn'
      readonly order: Order
      readonly earned: Earned
      readonly policy: PointsPolicy
    }
  | {
      readonly type: 'clawBack'
      readonly order: Order
      readonly points: Points
      readonly byLine: Readonly<Record<string, Points>>
      readonly policy: PointsPolicy
    }
  | { readonly type: 'seal'; readonly reason: string }
  /** `restores` names the sealing whose value comes back to the wallets (EN-3). */
  | { readonly type: 'unseal'; readonly restores?: string | undefined }

export type Applied = {
  readonly status: 'applied'
  readonly order?: Order
  readonly standing?: Standing
  readonly effect?: Effect
  /** Why an order that was received earned nothing. */
  readonly nothingEarned?: 'members/sealed' | 'points/nothing-to-earn'
  readonly earned?: Earned
  /** Of a refund of a trade's order: what comes back with it. */
  readonly returned?: Pick<Refund, 'back' | 'keptFen' | 'closedNow'>
  /** Of a refund of what was advanced: whom it goes to (AD-6). */
  readonly ofAdvances?: RefundOfAdvances['told']
}

export type FactOutcome =
  | Applied
  | { readonly status: 'parked'; readonly waitsFor: 'order' | 'payment' }
  | { readonly status: 'refused'; readonly refusal: OrderRefusal; readonly [fact: string]: unknown }

/** The outcome of a fact that cannot be: why, with the figures that explain it. */
export function refused(
  refusal: OrderRefusal,
  facts: Readonly<Record<string, unknown>> = {},
): FactOutcome {
  return { status: 'refused', refusal, ...facts }
}

/** OR-8: what is dated at or after the closing comes too late. */
export function isClosedBy(order: Order, at: Temporal.Instant): boolean {
  return order.closedAt !== null && !isBefore(at, order.closedAt)
}

/** A line as the rules of points see it. */
export function earnLineOf(line: OrderLine): EarnLine {
  return {
    id: line.lineId,
    category: line.category,
    paidFen: line.paidFen,
    refundedFen: line.refundedFen,
    multiplePpm: line.multiplePpm,
  }
}
