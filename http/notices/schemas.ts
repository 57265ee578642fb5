import { z } from 'zod'
import type { RuleNotice } from '#db/governance/notices.ts'
import type { Opinion, OpinionCounts } from '#db/governance/opinions.ts'
import { MerchantParamsSchema } from '#http/governance/merchant-params.ts'
import { OrNullSchema, orNull } from '#http/governance/schemas.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import { noticeStatuses, stances } from '#rules/notices/notice.ts'
import { instantToText } from '#rules/time/instants.ts'

export const NoticeParamsSchema = z.object({
  noticeId: z
    .string()
    .regex(/^rn-[0-9a-f]{24}$/, { error: 'A notice is named like rn- and 24 digits of 0-9 a-f.' })
    .meta({ description: 'The notice.', examples: [`rn-${'0'.repeat(24)}`] }),
})

export const NoticeOfMerchantParamsSchema = MerchantParamsSchema.extend(NoticeParamsSchema.shape)

const InLanguagesSchema = z.object({ zh: z.string(), en: z.string() })

const CountsSchema = z.object({ for: z.int(), against: z.int(), neutral: z.int() })

export const NoticeSchema = z
  .object({
    noticeId: z.string(),
    version: z.int(),
    status: z.enum(noticeStatuses),
    title: InLanguagesSchema,
    text: InLanguagesSchema,
    implementedBy: z
      .object({ name: z.string(), version: z.int() })
      .nullable()
      .meta({ description: 'The draft of a policy, which does not count before the notice ends.' }),
    emergency: z.string().nullable().meta({ description: 'Why it could not wait.' }),
    publishedAt: OrNullSchema,
    opinionsUntil: OrNullSchema,
    endsAt: OrNullSchema.meta({ description: 'The change counts from then on at the earliest.' }),
    answerBy: OrNullSchema.meta({ description: 'Until when the opinions are answered.' }),
    summary: InLanguagesSchema.extend({ opinions: CountsSchema }).nullable(),
    answeredAt: OrNullSchema,
  })
  .meta({ id: 'RuleNotice', description: 'The announcement of a change of rules.' })

export const NoticeRecordSchema = z.object({
  notice: NoticeSchema,
  author: z.string(),
  publisher: z.string().nullable(),
  versions: z.array(NoticeSchema).meta({ description: 'All of them, the first one first.' }),
  opinions: CountsSchema,
  readings: z.object({ read: z.int(), merchants: z.int() }).meta({
    description: 'Merchants that confirmed a reading, of those with open shops.',
  }),
})

export const OpinionSchema = z
  .object({
    noticeId: z.string(),
    version: z.int(),
    merchantId: z.string(),
    stance: z.enum(stances),
    text: z.string(),
    givenAt: InstantTextSchema,
    changedAt: InstantTextSchema,
  })
  .meta({ id: 'RuleNoticeOpinion', description: 'What a merchant thinks of a change of rules.' })

type InLanguages = { readonly zh: string; readonly en: string }

export function noticeText(notice: RuleNotice, zone: string): z.input<typeof NoticeSchema> {
  const { policyName, policyVersion, summary } = notice
  const isImplemented = policyName !== null && policyVersion !== null
  const told = (instant: Temporal.Instant | null) => orNull(instant, zone)
  return {
    noticeId: notice.noticeId,
    version: notice.version,
    status: notice.status,
    title: JSON.parse(notice.title) as InLanguages,
    text: JSON.parse(notice.text) as InLanguages,
    implementedBy: isImplemented ? { name: policyName, version: policyVersion } : null,
    emergency: notice.emergency,
    publishedAt: told(notice.publishedAt),
    opinionsUntil: told(notice.opinionsUntil),
    endsAt: told(notice.endsAt),
    answerBy: told(notice.answerBy),
    summary:
      summary === null
        ? null
        : (JSON.parse(summary) as InLanguages & { readonly opinions: OpinionCounts }),
    answeredAt: told(notice.answeredAt),
  }
}

export function opinionText(opinion: Opinion, zone: string): z.input<typeof OpinionSchema> {
  const { noticeId, version, merchantId, stance, text, givenAt, changedAt } = opinion
  return {
    noticeId,
    version,
    merchantId,
    stance,
    text,
    givenAt: instantToText(givenAt, zone),
    changedAt: instantToText(changedAt, zone),
  }
}
