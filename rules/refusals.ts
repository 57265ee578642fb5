import type { LedgerRefusal } from '#rules/ledger/wallet.ts'
import type { Allocation } from '#rules/money/allocate.ts'
import type { ReadFact } from '#rules/orders/facts.ts'
import type { OrderRefusal } from '#rules/orders/outcome.ts'
import type { ParsedPolicy } from '#rules/policies/catalogue.ts'

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
  | RequestRefusal
  | ClockRefusal
