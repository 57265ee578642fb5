import { z } from 'zod'
import { LastingSchema } from '#rules/merchants/review/review.ts'

const PolicyNameSchema = z.string().regex(/^[a-z][a-zA-Z]*(-[a-z]+)*(:\*)?$/, {
  error: 'A policy is named such as price, a family such as campaign:*.',
})

/** Policy `ruleNotices`: how changes of rules are announced. */
export const RuleNoticesPolicySchema = z
  .strictObject({
    noticeDays: z.int().min(1).max(365),
    emergencyHours: z.int().min(0).max(720),
    opinionDays: z.int().min(1).max(365),
    /** How long before an end merchants are reminded that have not read. */
    remindBefore: z.array(LastingSchema).max(5).default([]),
    answerWithin: LastingSchema,
    /** Whether the change waits for the summary of opinions. */
    answerFirst: z.boolean().default(false),
    /** Policies whose drafts are not approved without a notice. */
    needed: z.array(PolicyNameSchema).max(100).default([]),
  })
  .refine(({ noticeDays, opinionDays }) => opinionDays <= noticeDays, {
    path: ['opinionDays'],
    error: 'Opinions end with the notice at the latest.',
  })

export type RuleNoticesPolicy = z.output<typeof RuleNoticesPolicySchema>
