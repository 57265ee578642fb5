import type { Fen } from '#rules/money/fen.ts'
import type { Condition } from '#rules/timeouts/no-reason.ts'

/** What is asked for: money alone, money for goods that go back, other goods for them. */
export const requestKinds = ['refund', 'return', 'exchange'] as const

/** Why. All but the first are the shop's to answer for. */
export const requestReasons = [
  'noReason',
  'notAsDescribed',
  'damaged',
  'wrongItem',
  'notReceived',
  'late',
  'other',
] as const

/** `ended` is the last; what it ended with is its outcome. */
export const requestStatuses = [
  'asked',
  'agreed',
  'sent',
  'rejected',
  'disputed',
  'replacing',
  'replaced',
  'ended',
] as const

export const requestOutcomes = [
  'refunded',
  'exchanged',
  'withdrawn',
  'lapsed',
  'refused',
  'nothingLeft',
] as const

export type RequestKind = (typeof requestKinds)[number]
export type RequestReason = (typeof requestReasons)[number]
export type RequestStatus = (typeof requestStatuses)[number]
export type RequestOutcome = (typeof requestOutcomes)[number]

/** Who bears the freight of goods that go back (RT-4). */
export type FreightBearer = 'member' | 'shop' | 'insurance'

/** Units of a line, or, with a quantity of 0, money of it alone. */
export type RequestedLine = {
  readonly lineId: string
  readonly quantity: number
  /** What it is to be refunded with; of an exchange, what the units cost. */
  readonly amountFen: Fen
  /** What is wanted for it, of an exchange. */
  readonly sku: string | null
}

/** How long each step may take, as it was when the request was asked (TO-3). ISO 8601 durations. */
export type RequestTerms = {
  readonly answer: string
  readonly escalate: string
  readonly sendBack: string
  readonly confirm: string
  readonly replace: string
  readonly receive: string
  readonly decide: string
  readonly remindBefore: string
}

/** A return that a member asked for, named by `returnId`, and how far it has come. */
export type RequestedReturn = {
  readonly returnId: string
  readonly orderId: string
  readonly shopId: string
  readonly kind: RequestKind
  readonly reason: RequestReason
  readonly condition: Condition | null
  readonly freightBy: FreightBearer | null
  readonly lines: readonly RequestedLine[]
  /** Of a whole order that was not shipped: its freight comes back as well (RT-7). */
  readonly withFreight: boolean
  readonly terms: RequestTerms
  readonly status: RequestStatus
  /** When the step that is to be done lapses; `null` once it has ended. */
  readonly dueAt: Temporal.Instant | null
  readonly remindAt: Temporal.Instant | null
  readonly askedAt: Temporal.Instant
  readonly answeredAt: Temporal.Instant | null
  readonly answeredBy: 'shop' | 'platform' | 'timeOut' | null
  readonly sentAt: Temporal.Instant | null
  readonly arrivedAt: Temporal.Instant | null
  readonly disputedAt: Temporal.Instant | null
  readonly disputeOutcome: 'forMember' | 'forShop' | null
  readonly decidedAt: Temporal.Instant | null
  readonly closedAt: Temporal.Instant | null
  readonly outcome: RequestOutcome | null
}
