import type { AdvanceRefused } from '#rules/advances/limit.ts'
import type { BenefitsRefusal } from '#rules/benefits/refusals.ts'
import type { ReviewRefusal } from '#rules/badges/review.ts'
import type { IssueRefusal } from '#rules/issuing/allowance.ts'
import type { ClaimRefusal } from '#rules/issuing/who-and-when.ts'
import type { LedgerRefusal } from '#rules/ledger/wallet.ts'
import type { YearOffer } from '#rules/members/paid/purchase.ts'
import type { YearRefunded } from '#rules/members/paid/refund.ts'
import type { LinesReserved } from '#rules/members/paid/reserved.ts'
import type { MatchRefusal } from '#rules/members/interchange/match.ts'
import type { MayOpen } from '#rules/members/invitation/round.ts'
import type { Allocation } from '#rules/money/allocate.ts'
import type { ReadFact } from '#rules/orders/facts.ts'
import type { OrderRefusal } from '#rules/orders/outcome.ts'
import type { ParsedPolicy } from '#rules/policies/catalogue.ts'
import type { RefundRefused } from '#rules/returns/refund.ts'
import type { BookingRefusal } from '#rules/trades/booking.ts'
import type { RefusalOfShops } from '#rules/refusals-of-shops.ts'
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
  | 'members/unknown'
  | 'members/sealed'
  | 'members/erased'
  | 'points/unknown-event'
  | 'points/event-over'

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

type EndingRefusal =
  | 'ending/open-trade'
  | 'ending/not-requested'
  | 'ending/approver-is-requester'
  | 'ending/not-confirmed'

/** Of instant refunds, besides what a return is refused for. */
type AdvanceRefusal =
  | AdvanceRefused['refusal']
  | 'advances/no-policy'
  | 'advances/return-id-reused'
  | 'advances/unknown'
  | 'advances/ended'
  | 'advances/not-open'
  | 'advances/more-than-owed'
  | 'advances/order-refuses'

/** Of paid membership. */
type PaidRefusal =
  | RefusalOf<LinesReserved>
  | RefusalOf<YearOffer>
  | RefusalOf<YearRefunded>
  | 'paid/no-policy'
  | 'paid/price-changed'
  | 'paid/payment-reused'
  | 'paid/refund-reused'

type TierRefusal =
  | 'tiers/unknown-tier'
  | 'tiers/by-invitation'
  | 'tiers/bad-period'
  | 'tiers/unknown-grant'
  | 'tiers/grant-over'

type AnnouncementRefusal = 'announcements/unknown'

type ScoreRefusal = 'score/no-policy' | 'score/month-not-due' | 'score/unknown-month'

/** Of rounds of invitations. */
type InvitationRefusal =
  | RefusalOf<MayOpen>
  | 'invitation/no-policy'
  | 'invitation/unknown-tier'
  | 'invitation/round-exists'
  | 'invitation/unknown-round'
  | 'invitation/not-in-review'
  | 'invitation/not-inviting'
  | 'invitation/not-invited'
  | 'invitation/already-answered'
  | 'invitation/over'

/** Of tiers that partners recognise. */
type InterchangeRefusal =
  | MatchRefusal
  | 'interchange/unknown-partner'
  | 'interchange/unknown-match'
  | 'interchange/already-decided'
  | 'interchange/submitter-decides'
  | 'interchange/evidence-used'
  | 'interchange/nothing-to-state'

type BadgeRefusal = ReviewRefusal | 'badges/no-policy' | 'badges/unknown-suspicion'

type RequestRefusal = 'requests/key-reused'

type ClockRefusal = 'clock/not-virtual' | 'clock/backwards'

/** Every no that a decision can give, as `area/reason`. What it means to a caller of the API is told in http/. */
export type Refusal =
  | AdvanceRefusal
  | EndingRefusal
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
  | PaidRefusal
  | TierRefusal
  | AnnouncementRefusal
  | ScoreRefusal
  | InvitationRefusal
  | InterchangeRefusal
  | BadgeRefusal
  | RequestRefusal
  | ClockRefusal
  | BenefitsRefusal
  | RefusalOfShops
