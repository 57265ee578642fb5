import type { IssueRefusal } from '#rules/issuing/allowance.ts'
import type { ClaimRefusal } from '#rules/issuing/who-and-when.ts'
import type { LedgerRefusal } from '#rules/ledger/wallet.ts'
import type { Allocation } from '#rules/money/allocate.ts'
import type { ReadFact } from '#rules/orders/facts.ts'
import type { OrderRefusal } from '#rules/orders/outcome.ts'
import type { ParsedPolicy } from '#rules/policies/catalogue.ts'
import type { RefundRefused } from '#rules/returns/refund.ts'
import type { BookingRefusal } from '#rules/trades/booking.ts'
import type { TradeRefusal } from '#rules/trades/trade.ts'

/** The refusals that a decision's type names. */
type RefusalOf<Decision> =
  Extract<Decision, { readonly ok: false }> extends {
    readonly refusal: infer Named
  }
    ? Named
    : never

type PolicyRefusal =
  | RefusalOf<ParsedPolicy>
  | 'policies/unknown-version'
  | 'policies/not-a-draft'
  | 'policies/approver-is-author'
  | 'policies/too-soon'

type EventRefusal = RefusalOf<ReadFact> | 'events/id-reused' | 'events/in-the-future'

type MemberRefusal =
  'members/unknown' | 'members/sealed' | 'points/unknown-event' | 'points/event-over'

type IssuingRefusal =
  | ClaimRefusal
  | IssueRefusal
  | 'issuing/unknown-batch'
  | 'issuing/unknown-envelope'
  | 'issuing/unknown-allowance'
  | 'issuing/sold-out'
  | 'issuing/code-not-valid'
  | 'issuing/too-many-codes'
  | 'issuing/unknown-coupon'
  | 'issuing/coupon-not-open'
  | 'issuing/no-games'
  | 'issuing/daily-limit-reached'

/** Of operations on trades: a market that was founded without prices has none. */
type QuoteRefusal = 'pricing/no-policy'

type RequestRefusal = 'requests/key-reused'

type ClockRefusal = 'clock/not-virtual' | 'clock/backwards'

/** Every no that a decision can give, as `area/reason`. What it means to a caller of the API is told in http/. */
export type Refusal =
  | LedgerRefusal
  | RefusalOf<Allocation>
  | PolicyRefusal
  | OrderRefusal
  | EventRefusal
  | MemberRefusal
  | IssuingRefusal
  | RefusalOf<RefundRefused>
  | TradeRefusal
  | BookingRefusal
  | QuoteRefusal
  | RequestRefusal
  | ClockRefusal
