import type { z } from 'zod'
import { InstantRefundPolicySchema } from '#rules/advances/policy.ts'
import { BenefitSchema, BenefitsPolicySchema } from '#rules/benefits/definition.ts'
import { BadgesPolicySchema } from '#rules/badges/policy.ts'
import { EnrolmentPolicySchema } from '#rules/campaigns/enrolment/policy.ts'
import { DeclarationsPolicySchema } from '#rules/campaigns/declarations/policy.ts'
import { CampaignSchema } from '#rules/campaigns/policy.ts'
import { LatePolicySchema } from '#rules/delivery/late-policy.ts'
import { DeliveryPolicySchema } from '#rules/delivery/policy.ts'
import { EntrySchema } from '#rules/entry/policy.ts'
import { AllowanceSchema } from '#rules/issuing/allowance.ts'
import { CouponBatchSchema } from '#rules/issuing/coupon-batch.ts'
import { RedEnvelopeSchema } from '#rules/issuing/red-envelope.ts'
import { InterchangePolicySchema } from '#rules/members/interchange/policy.ts'
import { InvitationPolicySchema } from '#rules/members/invitation/policy.ts'
import { EndingPolicySchema } from '#rules/members/ending/policy.ts'
import { ScorePolicySchema } from '#rules/members/policy.ts'
import { PaidMembershipPolicySchema } from '#rules/members/paid/policy.ts'
import { RecruitingPolicySchema } from '#rules/merchants/recruiting/policy.ts'
import { TransformationPolicySchema } from '#rules/merchants/transformation/policy.ts'
import { RuleNoticesPolicySchema } from '#rules/notices/policy.ts'
import { TicketsPolicySchema } from '#rules/tickets/policy.ts'
import { PointsEventSchema, PointsPolicySchema } from '#rules/points/policy.ts'
import { DepositPolicySchema } from '#rules/presale/policy.ts'
import { OfferTermsSchema } from '#rules/pricing/offer-terms.ts'
import { PricePolicySchema } from '#rules/prices/policy.ts'
import { PricingPolicySchema } from '#rules/pricing/policy.ts'
import { MerchantMetricsPolicySchema } from '#rules/merchants/metrics/policy.ts'
import { ViolationsPolicySchema } from '#rules/merchants/violations/policy.ts'
import { PriceProtectionPolicySchema } from '#rules/protection/policy.ts'
import { problemsOf, type InputProblem } from '#rules/policies/problems.ts'
import { TimeoutsPolicySchema } from '#rules/timeouts/policy.ts'
import { TradePolicySchema } from '#rules/trades/policy.ts'

/** Every policy there is, with the schema of its body. A new one is a line here. */
const schemas = {
  points: PointsPolicySchema,
  pricing: PricingPolicySchema,
  deposit: DepositPolicySchema,
  late: LatePolicySchema,
  trade: TradePolicySchema,
  paidMembership: PaidMembershipPolicySchema,
  instantRefund: InstantRefundPolicySchema,
  ending: EndingPolicySchema,
  score: ScorePolicySchema,
  invitation: InvitationPolicySchema,
  badges: BadgesPolicySchema,
  benefits: BenefitsPolicySchema,
  transformation: TransformationPolicySchema,
  recruiting: RecruitingPolicySchema,
  ruleNotices: RuleNoticesPolicySchema,
  tickets: TicketsPolicySchema,
  merchantMetrics: MerchantMetricsPolicySchema,
  violations: ViolationsPolicySchema,
  timeouts: TimeoutsPolicySchema,
  price: PricePolicySchema,
  enrolment: EnrolmentPolicySchema,
  delivery: DeliveryPolicySchema,
  declarations: DeclarationsPolicySchema,
  priceProtection: PriceProtectionPolicySchema,
} as const satisfies Record<string, z.ZodType>

/** Policies of which there may be many: `points-event:singles-day`. */
const families = {
  'points-event': PointsEventSchema,
  'coupon-batch': CouponBatchSchema,
  'red-envelope': RedEnvelopeSchema,
  allowance: AllowanceSchema,
  offer: OfferTermsSchema,
  interchange: InterchangePolicySchema,
  benefit: BenefitSchema,
  entry: EntrySchema,
  campaign: CampaignSchema,
} as const satisfies Record<string, z.ZodType>

/** A policy that is there once, and its body as the rules read it. */
export type PolicyName = keyof typeof schemas
export type PolicyBody<Name extends PolicyName> = z.output<(typeof schemas)[Name]>

export type ParsedPolicy =
  | { readonly ok: true; readonly policy: unknown }
  | { readonly ok: false; readonly refusal: 'policies/unknown-name' }
  | {
      readonly ok: false
      readonly refusal: 'policies/invalid'
      readonly problems: readonly InputProblem[]
    }

export const policyNames = Object.keys(schemas) as readonly PolicyName[]

const slug = /^[a-z0-9][a-z0-9-]{0,62}$/

/** The schema of a policy's body, `undefined` when there is no such policy (PO-1). */
export function policySchema(name: string): z.ZodType | undefined {
  if (Object.hasOwn(schemas, name)) return schemas[name as PolicyName]
  const colon = name.indexOf(':')
  if (colon < 0) return undefined
  const family = name.slice(0, colon)
  if (!Object.hasOwn(families, family) || !slug.test(name.slice(colon + 1))) return undefined
  return families[family as keyof typeof families]
}

/**
 * Reads a policy's body from its JSON form. Refused: a name that is not in the catalogue, a body with
 * an unknown key or a value that does not fit, each with its path (PO-1).
 */
export function parsePolicy(name: string, body: unknown): ParsedPolicy {
  const schema = policySchema(name)
  if (schema === undefined) return { ok: false, refusal: 'policies/unknown-name' }

  const parsed = schema.safeParse(body)
  if (parsed.success) return { ok: true, policy: parsed.data }
  return { ok: false, refusal: 'policies/invalid', problems: problemsOf(parsed.error) }
}
