import type { GovernanceRefusal } from '#rules/refusals-of-governance.ts'
import type { AppealRefusal } from '#rules/merchants/violations/appeal.ts'
import type { Cancelled, RegisterRefusal } from '#rules/entry/entry.ts'
import type { ComplaintRefusal } from '#rules/delivery/complaint.ts'
import type { DeclarationRefused } from '#rules/campaigns/declarations/decide-declaration.ts'
import type { ProtectionRefusal } from '#rules/protection/claim.ts'
import type { PlaceRefusal } from '#rules/campaigns/places.ts'

type ShopRefusal =
  'shops/unknown' | 'merchants/unknown' | 'shops/closed' | 'shops/of-another-merchant'

type CampaignRefusal =
  | PlaceRefusal
  | 'campaigns/unknown'
  | 'campaigns/same-year'
  | 'campaigns/name-taken'
  | 'campaigns/not-declared'
  | 'campaigns/not-placed'

/** Of goods that are declared for a campaign. */
type DeclarationRefusal =
  | DeclarationRefused['refusal']
  | 'declarations/other-price'
  | 'declarations/sold-out'
  | 'declarations/not-readable'
  | 'declarations/unknown-file'

/** Of events that members register for. */
type EntryRefusal =
  | RegisterRefusal
  | Extract<Cancelled, { readonly ok: false }>['refusal']
  | 'entry/unknown'
  | 'entry/full'
  | 'entry/over'
  | 'entry/doors-closed'
  | 'entry/not-registered'

type WebhookRefusal = 'webhooks/unknown' | 'webhooks/unknown-delivery' | 'webhooks/not-sending'

/** Of time-outs and of the returns that members ask shops for. */
type TimeoutsRefusal =
  | 'timeouts/no-policy'
  | 'timeouts/not-running'
  | 'timeouts/over'
  | 'timeouts/already-extended'
  | 'timeouts/extension-too-long'
  | 'return-requests/unknown'
  | 'return-requests/id-reused'
  | 'return-requests/not-shipped'
  | 'return-requests/goods-come-back'
  | 'return-requests/closed-for-now'
  | 'return-requests/category-excluded'
  | 'return-requests/not-in-condition'
  | 'return-requests/too-late'
  | 'return-requests/not-now'

/** Of the history of prices, and what is verified by it. */
type PricesRefusal = 'prices/no-policy'

/** Of applications to campaigns. */
type EnrolmentRefusal =
  | 'enrolment/no-policy'
  | 'enrolment/no-sign-up'
  | 'enrolment/sign-up-closed'
  | 'enrolment/applied-before'
  | 'enrolment/on-probation'
  | 'enrolment/unknown'
  | 'enrolment/not-decided'
  | 'enrolment/told'
  | 'enrolment/second-person-needed'
  | 'enrolment/another-person-needed'
  | 'enrolment/wrong-identity'
  | 'enrolment/unknown-supplement'
  | 'enrolment/supplement-does-not-fit'
  | 'enrolment/text-changed'
  | 'enrolment/wrong-steps'
  | 'enrolment/window-closed'
  | 'enrolment/no-place'
  | 'enrolment/approved'
  | 'enrolment/not-approved'
  | 'enrolment/over'
  | 'enrolment/not-refused'
  | 'enrolment/no-appeal'
  | 'enrolment/no-open-appeal'
  | 'enrolment/appeal-too-late'
  | 'enrolment/appealed-before'

/** Of what shops are measured by. */
type MetricsRefusal = 'metrics/no-policy' | 'metrics/not-told' | 'metrics/in-the-future'

/** Of points for what shops do wrong, and of appeals. */
type ViolationsRefusal =
  | AppealRefusal
  | 'violations/unknown'
  | 'violations/no-policy'
  | 'violations/unknown-act'
  | 'violations/id-reused'
  | 'violations/in-the-future'

/** Of what is shipped, and until when. */
type DeliveryRefusal = ComplaintRefusal | 'delivery/unknown-shipment'

/** Every no to what concerns merchants, their shops and campaigns. */
export type RefusalOfShops =
  | DeliveryRefusal
  | GovernanceRefusal
  | MetricsRefusal
  | ViolationsRefusal
  | EntryRefusal
  | EnrolmentRefusal
  | PricesRefusal
  | TimeoutsRefusal
  | ShopRefusal
  | CampaignRefusal
  | DeclarationRefusal
  | ProtectionRefusal
  | WebhookRefusal
