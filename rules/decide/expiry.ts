import { z } from 'zod'
import { decision, policyOf } from '#rules/decide/decision.ts'
import { DayOutSchema, InstantOutSchema } from '#rules/decide/fields.ts'
import { expiryOf, lastDayOf } from '#rules/points/expiry.ts'
import { InstantSchema } from '#rules/fields.ts'
import { instantToText } from '#rules/time/instants.ts'

const OutputSchema = z.strictObject({
  ok: z.literal(true),
  expiresAt: InstantOutSchema.nullable(),
  lastDay: DayOutSchema.nullable(),
})

/** When points lapse that are earned at an instant (PT-6 to PT-9). */
export const expiryDecision = decision({
  name: 'expiry',
  summary: 'when points lapse that are earned at an instant',
  policy: 'points',
  inputSchema: z.strictObject({ earnedAt: InstantSchema }),
  outputSchema: OutputSchema,
  decide: ({ earnedAt }, context): z.input<typeof OutputSchema> => {
    const expiresAt = expiryOf(earnedAt, policyOf(context, 'points'), context.zone)
    return {
      ok: true,
      expiresAt: expiresAt === null ? null : instantToText(expiresAt, context.zone),
      lastDay: lastDayOf(expiresAt, context.zone)?.toString() ?? null,
    }
  },
})
