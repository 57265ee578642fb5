import { z } from 'zod'
import type { BenefitClaim } from '#db/benefits/claims.ts'
import type { HttpContext } from '#http/context.ts'
import { BatchSlugSchema } from '#http/issuing/schemas.ts'
import { InstantTextSchema, MemberIdSchema } from '#http/wallets/schemas.ts'
import { benefitVersion } from '#operations/benefits/benefit-book.ts'
import { givenBy } from '#operations/benefits/given.ts'
import type { Unlock } from '#rules/benefits/unlocks.ts'
import { instantToText, isBefore } from '#rules/time/instants.ts'

export const BenefitSlugSchema = BatchSlugSchema.meta({
  description: 'The name of the policy, without its family: `benefit:<slug>`.',
  examples: ['hotel'],
})

export const ClaimParamsSchema = z.object({
  memberId: MemberIdSchema,
  claimId: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}[.][0-9]{1,9}$/, {
      error: 'A claim is named like hotel.1.',
    })
    .meta({ examples: ['hotel.1'] }),
})

export const PriceTextSchema = z.object({ points: z.int(), moneyFen: z.int() })

export const UnlockSchema = z
  .object({
    tier: z.string().optional(),
    scoreFrom: z.int().optional(),
    scoreMissing: z.int().optional(),
    invitation: z.literal(true).optional().meta({ description: 'The tier is by invitation.' }),
    paidMember: z.literal(true).optional(),
    brandTier: z.object({ program: z.string(), tiers: z.array(z.string()) }).optional(),
    grant: z.literal(true).optional().meta({ description: 'A temporary grant, or a list.' }),
  })
  .meta({ id: 'Unlock', description: 'What a member lacks for a benefit, all of it together.' })

export const BenefitClaimSchema = z
  .object({
    claimId: z.string().meta({ examples: ['hotel.1'] }),
    benefit: z.string(),
    policy: z.string().meta({ examples: ['benefit:hotel@1'] }),
    title: z.object({ zh: z.string(), en: z.string() }),
    status: z.enum(['claimed', 'used', 'returned', 'lapsed', 'forfeited']),
    period: z.string().meta({
      description: 'What the quota counts it in.',
      examples: ['year:2017-01-01'],
    }),
    subject: z.string().nullable().meta({ description: 'The purchase or live view it is for.' }),
    price: PriceTextSchema,
    paymentRef: z.string().nullable(),
    given: z
      .looseObject({ kind: z.enum(['coupon', 'voucher', 'draw', 'card', 'data', 'right']) })
      .meta({
        description:
          'What it gave: a coupon by its id, a voucher or a drawn one by its amount, a card or data with its code.',
      }),
    claimedAt: InstantTextSchema,
    usableFrom: InstantTextSchema,
    expiresAt: InstantTextSchema.nullable(),
    endedAt: InstantTextSchema.nullable(),
    why: z
      .array(z.record(z.string(), z.unknown()))
      .meta({ description: 'What was looked at, what it saw, and what it needs.' }),
  })
  .meta({ id: 'BenefitClaim', description: 'A benefit that a member claimed.' })

/** A claim as it is told. */
export function claimText(
  claim: BenefitClaim,
  { policies, market }: Pick<HttpContext, 'policies' | 'market'>,
  now: Temporal.Instant,
): z.input<typeof BenefitClaimSchema> {
  const known = benefitVersion(policies, claim.benefit, claim.version)
  const { status, validTo } = claim
  const hasLapsed = status === 'claimed' && validTo !== null && !isBefore(now, validTo)
  const { why = [] } = JSON.parse(claim.cause) as { readonly why?: Record<string, unknown>[] }
  const textOf = (at: Temporal.Instant | null): string | null =>
    at === null ? null : instantToText(at, market.zone)
  return {
    claimId: claim.claimId,
    benefit: claim.benefit,
    policy: `benefit:${claim.benefit}@${claim.version}`,
    title: known?.terms.title ?? { zh: '', en: '' },
    status: hasLapsed ? 'lapsed' : status,
    period: claim.period,
    subject: claim.subject,
    price: { points: claim.points, moneyFen: claim.moneyFen },
    paymentRef: claim.paymentRef,
    given: { ...givenBy(claim) },
    claimedAt: instantToText(claim.claimedAt, market.zone),
    usableFrom: instantToText(claim.validFrom, market.zone),
    expiresAt: textOf(validTo),
    endedAt: textOf(claim.endedAt),
    why,
  }
}

/** A way to a benefit as it is told. */
export function unlockText({ brandTier, ...way }: Unlock): z.input<typeof UnlockSchema> {
  if (brandTier === undefined) return way
  return { ...way, brandTier: { program: brandTier.program, tiers: [...brandTier.tiers] } }
}
