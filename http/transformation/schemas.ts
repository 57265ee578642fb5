import { z } from 'zod'
import {
  transformationStatuses,
  type Statement,
  type Transformation,
} from '#db/governance/transformations.ts'
import {
  AnswerTextSchema,
  CheckSawSchema,
  DocumentTextSchema,
  OrNullSchema,
  orNull,
  ReviewDecisionSchema,
} from '#http/governance/schemas.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import { IdSchema } from '#rules/fields.ts'
import { transformationKinds } from '#rules/merchants/transformation/policy.ts'
import { instantToText } from '#rules/time/instants.ts'

export const TransformationIdSchema = z
  .string()
  .regex(/^tf-[0-9a-f]{24}$/, {
    error: 'An application is named like tf- and 24 digits of 0-9 a-f.',
  })
  .meta({ description: 'The application.', examples: [`tf-${'0'.repeat(24)}`] })

export const TransformationParamsSchema = z.object({ transformationId: TransformationIdSchema })

export const OfShopParamsSchema = TransformationParamsSchema.extend({
  shopId: IdSchema.meta({ description: 'The shop.', examples: ['shop-lily'] }),
})

export const TransformationSchema = z
  .object({
    transformationId: z.string(),
    shopId: z.string(),
    merchantId: z.string(),
    kind: z.enum(transformationKinds),
    change: z
      .record(z.string(), z.unknown())
      .meta({ description: 'What the shop asks to become.' }),
    taker: z
      .object({ merchantId: z.string(), consentedAt: OrNullSchema })
      .nullable()
      .meta({ description: 'The merchant that takes the shop.' }),
    status: z.enum(transformationStatuses),
    round: z.int(),
    stage: z.string().nullable(),
    isEscalated: z.boolean(),
    asked: z
      .object({ documents: z.array(z.string()), reason: z.string() })
      .nullable()
      .meta({ description: 'What the reviewer asked for.' }),
    policy: z.string().meta({ examples: ['transformation@1'] }),
    dueAt: OrNullSchema.meta({
      description: 'When something happens by itself: it lapses, is escalated, takes effect.',
    }),
    appliedAt: InstantTextSchema,
    effectiveAt: OrNullSchema,
  })
  .meta({ id: 'Transformation', description: 'A shop’s application to go on as another.' })

const LineSchema = z.object({
  subject: z.string(),
  how: z.enum(['carried', 'share', 'reset', 'probation']),
  share: z.string().optional(),
  before: z.int().nullable(),
  carried: z.int().nullable(),
  dropped: z.int().nullable(),
})

export const StatementSchema = z
  .object({
    number: z.int(),
    reason: z.enum(['effect', 'passed', 'failed']),
    at: InstantTextSchema,
    lines: z.array(LineSchema).meta({ description: 'Of each: before = carried + dropped.' }),
    content: z.string().meta({ description: 'The statement, as the text that the digest is of.' }),
    sha256: z.string(),
  })
  .meta({ id: 'TransformationStatement', description: 'What was before and after.' })

export const TransformationRecordSchema = z.object({
  transformation: TransformationSchema,
  missing: z.array(z.object({ kind: z.string(), missing: z.int() })),
  checks: z.array(CheckSawSchema).meta({ description: 'As they are now, while it is open.' }),
  documents: z.array(DocumentTextSchema),
  decisions: z.array(ReviewDecisionSchema),
  answers: z.array(AnswerTextSchema),
  figures: z.record(z.string(), z.int()).meta({ description: 'Told by the commerce platform.' }),
  statements: z.array(StatementSchema),
})

export function transformationText(
  each: Transformation,
  zone: string,
): z.input<typeof TransformationSchema> {
  const { takerId, takerConsentedAt, asked } = each
  return {
    transformationId: each.transformationId,
    shopId: each.shopId,
    merchantId: each.merchantId,
    kind: each.kind,
    change: JSON.parse(each.change) as Record<string, unknown>,
    taker:
      takerId === null
        ? null
        : { merchantId: takerId, consentedAt: orNull(takerConsentedAt, zone) },
    status: each.status,
    round: each.round,
    stage: each.stageName,
    isEscalated: each.isEscalated,
    asked: asked === null ? null : (JSON.parse(asked) as { documents: string[]; reason: string }),
    policy: `transformation@${each.policyVersion}`,
    dueAt: orNull(each.dueAt, zone),
    appliedAt: instantToText(each.appliedAt, zone),
    effectiveAt: orNull(each.effectiveAt, zone),
  }
}

export function statementText(
  { number, reason, at, content, sha256 }: Statement,
  zone: string,
): z.input<typeof StatementSchema> {
  const { lines } = JSON.parse(content) as { lines: z.input<typeof LineSchema>[] }
  return { number, reason, at: instantToText(at, zone), lines, content, sha256 }
}
