import { z } from 'zod'
import type { TierMatch } from '#db/membership/interchange.ts'
import { InstantTextSchema, MemberIdSchema } from '#http/wallets/schemas.ts'
import { instantToText, isBefore } from '#rules/time/instants.ts'

export const PartnerSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, { error: 'A partner is named as in interchange:<partner>.' })
  .meta({ description: 'The name of the policy, without its family.', examples: ['skyways'] })

export const PartnerParamsSchema = z.object({ memberId: MemberIdSchema, partner: PartnerSchema })

export const MatchParamsSchema = z.object({
  memberId: MemberIdSchema,
  matchId: z.string().regex(/^[a-z0-9-]{1,63}[.][0-9]{1,9}$/, {
    error: 'A match is named like skyways.1.',
  }),
})

export const TierMatchSchema = z
  .object({
    memberId: z.string(),
    matchId: z.string().meta({ examples: ['skyways.1'] }),
    partner: z.string(),
    policy: z.string().meta({ examples: ['interchange:skyways@1'] }),
    partnerTier: z.string().meta({ examples: ['gold'] }),
    tier: z.string().meta({ description: 'Which of ours it gives.', examples: ['super'] }),
    evidence: z.object({ kind: z.string(), hash: z.string() }),
    status: z.enum(['submitted', 'confirmed', 'refused', 'ended']),
    submittedBy: z.string(),
    submittedAt: InstantTextSchema,
    decidedBy: z.string().nullable(),
    decidedAt: InstantTextSchema.nullable(),
    reason: z.string().nullable(),
    from: InstantTextSchema.nullable(),
    to: InstantTextSchema.nullable(),
    endedAt: InstantTextSchema.nullable().meta({ description: 'When it ended before its time.' }),
  })
  .meta({ id: 'TierMatch', description: 'A tier of a partner that a member showed proof of.' })

/** A match as it is told: one whose time is over has ended. */
export function matchText(
  match: TierMatch,
  zone: string,
  now: Temporal.Instant,
): z.input<typeof TierMatchSchema> {
  const told = (instant: Temporal.Instant | null) =>
    instant === null ? null : instantToText(instant, zone)
  const isOver = match.status === 'confirmed' && match.to !== null && !isBefore(now, match.to)
  return {
    memberId: match.memberId,
    matchId: match.matchId,
    partner: match.partner,
    policy: `interchange:${match.partner}@${match.version}`,
    partnerTier: match.partnerTier,
    tier: match.tier,
    evidence: { kind: match.evidenceKind, hash: match.evidenceHash },
    status: isOver ? 'ended' : match.status,
    submittedBy: match.submittedBy,
    submittedAt: instantToText(match.submittedAt, zone),
    decidedBy: match.decidedBy,
    decidedAt: told(match.decidedAt),
    reason: match.reason,
    from: told(match.from),
    to: told(match.to),
    endedAt: told(match.endedAt),
  }
}
