import { z } from 'zod'
import type { Recruit } from '#db/governance/recruiting.ts'
import { MerchantParamsSchema } from '#http/governance/merchant-params.ts'
import {
  AnswerTextSchema,
  CheckSawSchema,
  DocumentTextSchema,
  OrNullSchema,
  orNull,
  ReviewDecisionSchema,
} from '#http/governance/schemas.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import { recruitedTypes } from '#rules/merchants/recruiting/policy.ts'
import { recruitingStatuses } from '#rules/merchants/recruiting/steps.ts'
import { instantToText } from '#rules/time/instants.ts'

export const InvitationParamsSchema = z.object({
  invitationId: z
    .string()
    .regex(/^rc-[0-9a-f]{24}$/, {
      error: 'An invitation is named like rc- and 24 digits of 0-9 a-f.',
    })
    .meta({ description: 'The invitation.', examples: [`rc-${'0'.repeat(24)}`] }),
})

export const OfMerchantParamsSchema = MerchantParamsSchema.extend(InvitationParamsSchema.shape)

export const RecruitSchema = z
  .object({
    invitationId: z.string(),
    brand: z.string(),
    level: z.string(),
    type: z.enum(recruitedTypes),
    channel: z.string().meta({ description: 'Whose stages it goes through.' }),
    mainCategory: z.string(),
    categories: z.array(z.string()),
    status: z.enum(recruitingStatuses),
    round: z.int(),
    stage: z.string().nullable(),
    isEscalated: z.boolean(),
    asked: z.object({ documents: z.array(z.string()), reason: z.string() }).nullable(),
    policy: z.string().meta({ examples: ['recruiting@1'] }),
    dueAt: OrNullSchema.meta({ description: 'When it lapses, or its stage does.' }),
    invitedAt: InstantTextSchema,
    merchantId: z.string().nullable(),
    merchantName: z.string().nullable(),
    legalEntity: z.string().nullable(),
    acceptedAt: OrNullSchema,
    submittedAt: OrNullSchema,
    approvedAt: OrNullSchema,
    signedAt: OrNullSchema,
    openedAt: OrNullSchema,
    endedAt: OrNullSchema,
    contract: z
      .object({ version: z.string(), sha256: z.string(), signedBy: z.string() })
      .nullable()
      .meta({ description: 'What was signed.' }),
    shopId: z.string().nullable(),
  })
  .meta({ id: 'RecruitingInvitation', description: 'A brand invited to open a shop.' })

export const RecruitRecordSchema = z.object({
  invitation: RecruitSchema,
  missing: z.array(z.object({ kind: z.string(), missing: z.int() })),
  checks: z.array(CheckSawSchema).meta({ description: 'As they are now, while it is reviewed.' }),
  documents: z.array(DocumentTextSchema),
  decisions: z.array(ReviewDecisionSchema),
  answers: z.array(AnswerTextSchema),
  toSign: z
    .object({ version: z.string(), zh: z.string(), en: z.string(), sha256: z.string() })
    .nullable()
    .meta({ description: 'The contract in force, once it is approved.' }),
})

export function recruitText(recruit: Recruit, zone: string): z.input<typeof RecruitSchema> {
  const { asked, contractVersion, contractSha256, signedBy } = recruit
  const isSigned = contractVersion !== null && contractSha256 !== null && signedBy !== null
  const told = (instant: Temporal.Instant | null) => orNull(instant, zone)
  return {
    invitationId: recruit.invitationId,
    brand: recruit.brand,
    level: recruit.level,
    type: recruit.type,
    channel: recruit.channel,
    mainCategory: recruit.mainCategory,
    categories: [...recruit.categories],
    status: recruit.status,
    round: recruit.round,
    stage: recruit.stageName,
    isEscalated: recruit.isEscalated,
    asked: asked === null ? null : (JSON.parse(asked) as { documents: string[]; reason: string }),
    policy: `recruiting@${recruit.policyVersion}`,
    dueAt: told(recruit.dueAt),
    invitedAt: instantToText(recruit.invitedAt, zone),
    merchantId: recruit.merchantId,
    merchantName: recruit.merchantName,
    legalEntity: recruit.legalEntity,
    acceptedAt: told(recruit.acceptedAt),
    submittedAt: told(recruit.submittedAt),
    approvedAt: told(recruit.approvedAt),
    signedAt: told(recruit.signedAt),
    openedAt: told(recruit.openedAt),
    endedAt: told(recruit.endedAt),
    contract: isSigned ? { version: contractVersion, sha256: contractSha256, signedBy } : null,
    shopId: recruit.shopId,
  }
}
