import { z } from 'zod'
import type { EnrolmentAppeal } from '#db/enrolment/appeals.ts'
import type { MachineDecision } from '#db/enrolment/records.ts'
import { CampaignNameSchema, TitleTextSchema } from '#http/campaigns/schemas.ts'
import { DayTextSchema, ShopParamsSchema } from '#http/shops/schemas.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import { criteriaKept } from '#operations/enrolment/kept-criteria.ts'
import type { EnrolmentView, SupplementView } from '#operations/enrolment/view-enrolment.ts'
import type { ChosenStep } from '#rules/campaigns/enrolment/allowance-steps.ts'
import type { CriterionSeen } from '#rules/campaigns/enrolment/decide-enrolment.ts'
import { enrolmentStatuses } from '#rules/campaigns/enrolment/status.ts'
import { nameOf, PositiveMoneySchema } from '#rules/fields.ts'
import type { Fen } from '#rules/money/fen.ts'
import { instantToText } from '#rules/time/instants.ts'

/** An application in a path. */
export const EnrolmentParamsSchema = ShopParamsSchema.extend({ campaign: CampaignNameSchema })

export const EnrolmentStatusSchema = z.enum(enrolmentStatuses)

/** One thing that was looked at. */
export const CriterionTextSchema = z
  .object({
    name: z.string().meta({ examples: ['dsrDescription'] }),
    saw: z.union([z.string(), z.number()]).nullable().meta({ description: '`null`: not known.' }),
    needs: z.union([z.string(), z.number()]),
    test: z.enum(['atLeast', 'atMost', 'below']),
    ok: z.boolean(),
    metric: z.string(),
    category: z.string().optional(),
    window: z
      .array(DayTextSchema)
      .optional()
      .meta({ description: 'First and last day looked at.' }),
    identities: z.array(z.string()).optional().meta({ description: 'It is asked of these alone.' }),
  })
  .meta({ id: 'EnrolmentCriterion', description: 'What was seen, and what is needed.' })

/** What the machine saw. */
export const DecisionTextSchema = z
  .object({
    at: InstantTextSchema,
    outcome: z.enum(['passed', 'refused']),
    identities: z.array(z.string()),
    policies: z.string().meta({ examples: ['enrolment@1 campaign:double11-2017@1'] }),
    criteria: z.array(CriterionTextSchema),
  })
  .meta({ id: 'EnrolmentDecision', description: 'What the machine decided, and by what.' })

const SupplementTextSchema = z
  .object({
    name: z.string().meta({ examples: ['integrityAgreement'] }),
    kind: z.enum(['agreement', 'allowanceSteps', 'identity', 'confirmation']),
    title: TitleTextSchema,
    from: InstantTextSchema,
    before: InstantTextSchema.meta({ description: 'The first instant at which it is too late.' }),
    text: z
      .object({ version: z.string(), hash: z.string(), zh: z.string(), en: z.string() })
      .optional()
      .meta({ description: 'What is signed now; `hash` is the SHA-256 to sign it with.' }),
    done: z
      .object({
        at: InstantTextSchema,
        by: z.string(),
        version: z.string().nullable(),
        hash: z.string().nullable(),
        detail: z.unknown(),
      })
      .optional()
      .meta({ description: 'What was signed or said, by whom and when.' }),
  })
  .meta({ id: 'EnrolmentSupplement', description: 'Something that an approved shop has to do.' })

export const AppealTextSchema = z
  .object({
    status: z.enum(['open', 'granted', 'rejected', 'lapsed']),
    grounds: z.string(),
    openedAt: InstantTextSchema,
    decideBy: InstantTextSchema,
    decidedAt: InstantTextSchema.nullable(),
    note: z.string().nullable(),
  })
  .meta({ id: 'EnrolmentAppeal' })

/** An application as its shop may know it. */
export const EnrolmentTextSchema = z
  .object({
    campaign: z.string(),
    shopId: z.string(),
    attempt: z.int(),
    status: EnrolmentStatusSchema.meta({
      description: 'As the shop was told: before the results are, `applied`.',
    }),
    mainCategory: z.string(),
    identity: z
      .string()
      .nullable()
      .meta({ examples: ['event'] }),
    identities: z.array(z.string()).meta({ description: 'What it qualifies for.' }),
    appliedAt: InstantTextSchema,
    toldAt: InstantTextSchema.nullable(),
    approvedAt: InstantTextSchema.nullable(),
    endedAt: InstantTextSchema.nullable(),
    decision: DecisionTextSchema.nullable(),
    placeInList: z.int().nullable().meta({ description: 'Of one that waits, from 1.' }),
    supplements: z.array(SupplementTextSchema),
    appealUntil: InstantTextSchema.nullable(),
    appeal: AppealTextSchema.nullable(),
  })
  .meta({ id: 'Enrolment', description: 'A shop’s application to a campaign.' })

/** What a shop says with a supplement. */
export const SupplementBodySchema = z.strictObject({
  version: nameOf(60).optional().meta({ description: 'Of the text that was read.' }),
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/, { error: 'A hash is 64 hexadecimal digits.' })
    .optional(),
  identity: nameOf(60).optional(),
  steps: z
    .array(
      z.strictObject({
        category: nameOf(100).optional().meta({ description: 'Absent: the whole shop.' }),
        threshold: PositiveMoneySchema,
        off: PositiveMoneySchema,
      }),
    )
    .min(1)
    .max(200)
    .optional(),
})

export type EnrolmentText = z.input<typeof EnrolmentTextSchema>

export function enrolmentText(view: EnrolmentView, zone: string): EnrolmentText {
  const { enrolment, status, identity, decision, appeal } = view
  const instant = (at: Temporal.Instant | null | undefined) =>
    at === null || at === undefined ? null : instantToText(at, zone)
  return {
    campaign: enrolment.campaign,
    shopId: enrolment.shopId,
    attempt: enrolment.attempt,
    status,
    mainCategory: enrolment.mainCategory,
    identity,
    identities: [...view.identities],
    appliedAt: instantToText(enrolment.appliedAt, zone),
    toldAt: instant(enrolment.toldAt),
    approvedAt: instant(enrolment.approvedAt),
    endedAt: instant(enrolment.endedAt),
    decision: decision === undefined ? null : decisionText(decision, zone),
    placeInList: view.placeInList,
    supplements: view.supplements.map((each) => supplementText(each, zone)),
    appealUntil: instant(view.appealUntil),
    appeal: appeal === undefined ? null : appealText(appeal, zone),
  }
}

/** What the machine decided, as it is told. */
export function decisionText(
  { at, outcome, identities, policies, criteria }: MachineDecision,
  zone: string,
): z.input<typeof DecisionTextSchema> {
  return {
    at: instantToText(at, zone),
    outcome,
    identities: [...identities],
    policies,
    criteria: criteriaKept(criteria).map(criterionText),
  }
}

/** What was seen, as it is told. */
export function criterionText({
  window,
  identities,
  ...seen
}: CriterionSeen): z.input<typeof CriterionTextSchema> {
  return {
    ...seen,
    ...(window === undefined ? {} : { window: [window.first.toString(), window.last.toString()] }),
    ...(identities === undefined ? {} : { identities: [...identities] }),
  }
}

function supplementText(
  { name, kind, title, from, to, text, hash, done }: SupplementView,
  zone: string,
): z.input<typeof SupplementTextSchema> {
  return {
    name,
    kind,
    title,
    from: instantToText(from, zone),
    before: instantToText(to, zone),
    ...(text === undefined || hash === null ? {} : { text: { ...text, hash } }),
    ...(done === undefined
      ? {}
      : {
          done: {
            at: instantToText(done.doneAt, zone),
            by: done.doneBy,
            version: done.textVersion,
            hash: done.textHash,
            detail: done.detail === null ? null : (JSON.parse(done.detail) as unknown),
          },
        }),
  }
}

export function appealText(
  appeal: EnrolmentAppeal,
  zone: string,
): z.input<typeof AppealTextSchema> {
  const { status, grounds, openedAt, decideBy, decidedAt, note } = appeal
  return {
    status,
    grounds,
    openedAt: instantToText(openedAt, zone),
    decideBy: instantToText(decideBy, zone),
    decidedAt: decidedAt === null ? null : instantToText(decidedAt, zone),
    // What one of two has said is not told before the other has.
    note: status === 'open' ? null : note,
  }
}

export function stepsOf(
  steps: z.output<typeof SupplementBodySchema>['steps'],
): readonly ChosenStep[] | undefined {
  return steps?.map(({ category, threshold, off }): ChosenStep => {
    const step: { threshold: Fen; off: Fen } = { threshold, off }
    return category === undefined ? step : { category, ...step }
  })
}
