import { z } from 'zod'
import { decideEnrolment, type CriterionSeen } from '#rules/campaigns/enrolment/decide-enrolment.ts'
import { referenceAt } from '#rules/campaigns/enrolment/figures.ts'
import { EnrolmentPolicySchema } from '#rules/campaigns/enrolment/policy.ts'
import { supplementsFor } from '#rules/campaigns/enrolment/supplements.ts'
import type { Campaign } from '#rules/campaigns/policy.ts'
import { decision, policyOf, type DecisionContext } from '#rules/decide/decision.ts'
import { DayOutSchema, InstantOutSchema } from '#rules/decide/fields.ts'
import { DaySchema, InstantSchema, nameOf } from '#rules/fields.ts'
import { instantToText } from '#rules/time/instants.ts'

const ViolationSchema = z.strictObject({
  kind: z.enum(['general', 'severe', 'fake']),
  points: z.int().min(0).max(1_000_000),
  at: z.union([InstantSchema, DaySchema], { error: 'A violation is at an instant or on a day.' }),
})

const InputSchema = z.strictObject({
  /** Absent: the only campaign there is. */
  campaign: nameOf(200).optional(),
  at: InstantSchema,
  /** Whatever is measured of a shop besides is found by its path. */
  shop: z.looseObject({
    category: nameOf(100).optional(),
    openedOn: DaySchema.optional(),
    violations: z.array(ViolationSchema).max(100_000).default([]),
  }),
})

const OutputSchema = z.strictObject({
  ok: z.boolean(),
  refusal: z.string().optional(),
  /** What it takes part as. */
  identity: z.string().optional(),
  /** All that it qualifies for. */
  identities: z.array(z.string()),
  criteria: z.array(
    z.strictObject({
      name: z.string(),
      saw: z.union([z.string(), z.number()]).nullable(),
      needs: z.union([z.string(), z.number()]),
      ok: z.boolean(),
      test: z.enum(['atLeast', 'atMost', 'below']),
      metric: z.string(),
      category: z.string().optional(),
      window: z.tuple([DayOutSchema, DayOutSchema]).optional(),
      identities: z.array(z.string()).optional(),
    }),
  ),
  /** What has to be done once approved: from, and before an instant. */
  todo: z.array(
    z.strictObject({
      name: z.string(),
      kind: z.string(),
      from: InstantOutSchema,
      by: InstantOutSchema,
    }),
  ),
})

type Output = z.input<typeof OutputSchema>

/** Whether a shop may take part in a campaign, as what, why, and what it has to do (EL-1 to EL-7). */
export const enrolmentDecision = decision({
  name: 'enrolment',
  summary: 'whether a shop may take part in a campaign, why, and what it has to do then',
  policy: 'enrolment',
  inputSchema: InputSchema,
  outputSchema: OutputSchema,
  decide: ({ campaign: asked, at, shop }, context): Output => {
    const { zone } = context
    const campaign = campaignOf(asked, context)
    const terms = termsOf(campaign, context)
    const identities = campaign?.identities.map(({ name }) => name) ?? []
    const decided = decideEnrolment(shop, terms, identities, referenceAt(at, zone))
    const isUnknown = asked !== undefined && campaign === undefined
    const { ok, identity } = decided
    return {
      ok: ok && !isUnknown,
      ...(isUnknown ? { refusal: 'campaigns/unknown' } : {}),
      ...(ok || isUnknown ? {} : { refusal: 'enrolment/criteria-not-met' }),
      ...(identity === undefined ? {} : { identity }),
      identities: [...decided.identities],
      criteria: decided.criteria.map(criterionText),
      todo: ok ? todoOf(campaign, zone) : [],
    }
  },
})

const prefix = 'campaign:'

function campaignOf(
  asked: string | undefined,
  { policies }: DecisionContext,
): Campaign | undefined {
  const named = policies as Readonly<Record<string, unknown>>
  const name = asked?.startsWith(prefix) === false ? `${prefix}${asked}` : asked
  if (name !== undefined) return named[name] as Campaign | undefined
  const all = Object.keys(named).filter((each) => each.startsWith(prefix))
  const [only] = all
  return all.length === 1 && only !== undefined ? (named[only] as Campaign) : undefined
}

const { criteria: CriteriaSchema, violations: ViolationsSchema } = EnrolmentPolicySchema.shape

/** What the campaign lays over the market's: lists are replaced whole. */
function termsOf(campaign: Campaign | undefined, context: DecisionContext) {
  const { criteria, violations } = policyOf(context, 'enrolment')
  const laid = (campaign?.policies.enrolment ?? {}) as Readonly<Record<string, unknown>>
  return {
    criteria: Object.hasOwn(laid, 'criteria') ? CriteriaSchema.parse(laid['criteria']) : criteria,
    violations: Object.hasOwn(laid, 'violations')
      ? ViolationsSchema.parse(laid['violations'])
      : violations,
  }
}

function criterionText({ window, identities, ...seen }: CriterionSeen): Output['criteria'][number] {
  return {
    ...seen,
    ...(window === undefined ? {} : { window: [window.first.toString(), window.last.toString()] }),
    ...(identities === undefined ? {} : { identities: [...identities] }),
  }
}

function todoOf(campaign: Campaign | undefined, zone: string): Output['todo'] {
  if (campaign === undefined) return []
  return supplementsFor(campaign, null).map(({ name, kind, from, to }) => {
    return { name, kind, from: instantToText(from, zone), by: instantToText(to, zone) }
  })
}
