import { z } from 'zod'
import type { RecordedGrant } from '#db/membership/tier-grants.ts'
import { InstantTextSchema, MemberParamsSchema } from '#http/wallets/schemas.ts'
import { endOf } from '#rules/members/tiers/in-force.ts'
import { instantToText, isBefore } from '#rules/time/instants.ts'

export const TierTextSchema = z.string().meta({ examples: ['super'] })

export const CauseSchema = z.record(z.string(), z.unknown()).meta({
  description: 'What caused it: `type`, and the figures and ids that belong to it.',
})

export const TierGrantSchema = z
  .object({
    grantId: z.string(),
    source: z.enum(['invitation', 'legacy', 'interchange', 'operator']),
    tier: TierTextSchema,
    from: InstantTextSchema,
    to: InstantTextSchema.meta({ description: 'The first instant at which it is over.' }),
    endedAt: InstantTextSchema.nullable().meta({
      description: 'When it was ended before its time.',
    }),
    status: z.enum(['coming', 'running', 'over']),
  })
  .meta({ id: 'TierGrant', description: 'A tier held for a time besides what the score gives.' })

export const TierGrantParamsSchema = MemberParamsSchema.extend({
  grantId: z.string().min(1).max(200),
})

/** A grant as it is told. */
export function tierGrantText(
  grant: RecordedGrant,
  zone: string,
  now: Temporal.Instant,
): z.input<typeof TierGrantSchema> {
  const { grantId, source, tier, from, to, endedAt } = grant
  const isOver = !isBefore(now, endOf(grant))
  return {
    grantId,
    source,
    tier,
    from: instantToText(from, zone),
    to: instantToText(to, zone),
    endedAt: endedAt === undefined ? null : instantToText(endedAt, zone),
    status: isOver ? 'over' : isBefore(now, from) ? 'coming' : 'running',
  }
}
