import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { fenFromText } from '#rules/money/fen.ts'
import { getJson } from '#web/kit/api.ts'
import { memberPath } from '#web/member/club/member-path.ts'
import { maybe } from '#web/member/maybe.ts'

const title = z.record(z.string(), z.string())

/** Decimal text of the market's currency: as terms are written. */
const money = z
  .string()
  .transform((text) => fenFromText(text))
  .optional()
  .catch(undefined)

const names = z.array(z.string()).optional().catch(undefined)

const PriceSchema = z.object({ points: z.int(), moneyFen: z.int() })

/** What a benefit costs, in fen and points. */
export type Price = z.output<typeof PriceSchema>

const UnlockSchema = z.object({
  tier: z.string().optional(),
  scoreFrom: z.int().optional(),
  scoreMissing: z.int().optional(),
  invitation: z.boolean().optional(),
  paidMember: z.boolean().optional(),
  brandTier: z.object({ program: z.string(), tiers: z.array(z.string()) }).optional(),
  grant: z.boolean().optional(),
})

/** What the member lacks for a benefit, all of it together. */
export type Unlock = z.output<typeof UnlockSchema>

const GivesSchema = z.looseObject({
  voucher: z.looseObject({ amount: money }).optional().catch(undefined),
  draw: z
    .looseObject({
      least: money,
      prizes: z.array(
        z.object({
          weight: z.int(),
          amount: z.string().transform((text) => fenFromText(text) ?? 0),
        }),
      ),
    })
    .optional()
    .catch(undefined),
  card: z
    .looseObject({
      kind: z.string(),
      amount: money,
      percent: z.number().optional(),
      categories: names,
    })
    .optional()
    .catch(undefined),
  data: z.int().optional().catch(undefined),
  service: z.string().optional().catch(undefined),
  coupon: z.string().optional().catch(undefined),
})

/** What a benefit gives, as its policy writes it. */
export type Gives = z.output<typeof GivesSchema>

const TermsSchema = z.looseObject({
  gives: GivesSchema.optional(),
  quota: z
    .looseObject({ count: z.int(), per: z.union([z.string(), z.array(z.string())]) })
    .optional()
    .catch(undefined),
  dailyMost: z.int().optional().catch(undefined),
  excludedCategories: names,
  channel: z.string().optional().catch(undefined),
})

const LimitSchema = z.object({
  scoreFrom: z.int().optional(),
  tiers: names,
  paidMember: z.boolean().optional(),
  limit: money,
})

/** Up to how much a refund is advanced, and to whom. */
export type RefundLimit = z.output<typeof LimitSchema>

const OfferedSchema = z.object({
  benefit: z.string(),
  policy: z.string(),
  title,
  open: z.boolean(),
  refusal: z.string().optional(),
  standing: z.boolean(),
  price: maybe(PriceSchema),
  left: maybe(z.int()),
  period: z.string(),
  nextAt: z.string().optional(),
  unlockedBy: z.array(UnlockSchema),
  granted: z.object({ source: z.string(), to: z.string() }).optional(),
  /** Of instant refund alone. */
  limits: z.array(LimitSchema).optional().catch(undefined),
  terms: TermsSchema,
})

/** A benefit as it stands for the member. */
export type Offered = z.output<typeof OfferedSchema>

const BenefitsSchema = z.object({
  member: z.object({
    tier: maybe(z.string()),
    score: z.int(),
    points: z.int(),
    paidMember: z.boolean(),
  }),
  groups: z.array(
    z.object({ kind: z.string(), tier: z.string().optional(), benefits: z.array(OfferedSchema) }),
  ),
})

export type Benefits = z.output<typeof BenefitsSchema>

export const ClaimSchema = z.object({
  claimId: z.string(),
  benefit: z.string(),
  policy: z.string(),
  title,
  status: z.string(),
  subject: maybe(z.string()),
  price: PriceSchema,
  given: z.looseObject({
    kind: z.string(),
    code: z.string().optional().catch(undefined),
    amountFen: z.int().optional().catch(undefined),
  }),
  claimedAt: z.string(),
  usableFrom: z.string(),
  expiresAt: maybe(z.string()),
  endedAt: maybe(z.string()),
})

/** A benefit that the member claimed. */
export type Claim = z.output<typeof ClaimSchema>

const ClaimsSchema = z.object({ claims: z.array(ClaimSchema), nextCursor: maybe(z.string()) })

const DrawSchema = z.object({
  claimId: z.string(),
  epoch: z.object({
    epoch: z.string(),
    commitment: z.string(),
    opensAt: z.string(),
    closesAt: z.string(),
    /** In hexadecimal; nothing until its time is over. */
    seed: maybe(z.string()),
  }),
  number: z.int(),
  word: z.string(),
  policy: z.string(),
  prizes: z.array(z.object({ weight: z.int(), amountFen: z.int() })),
  ticket: z.int(),
  prize: z.int(),
  amountFen: z.int(),
  drawnAt: z.string(),
})

/** How a scratch card was drawn. */
export type Draw = z.output<typeof DrawSchema>

export function benefitsQuery(memberId: string) {
  return queryOptions({
    queryKey: ['benefits', memberId],
    queryFn: async ({ signal }) =>
      await getJson(memberPath(memberId, 'benefits'), BenefitsSchema, signal),
  })
}

/** Everything that was claimed, the newest first, page by page. */
export function claimsQuery(memberId: string) {
  const path = `${memberPath(memberId, 'benefit-claims')}?limit=20`
  return infiniteQueryOptions({
    queryKey: ['claims', memberId],
    initialPageParam: '',
    queryFn: async ({ pageParam, signal }) => {
      const cursor = pageParam === '' ? '' : `&cursor=${encodeURIComponent(pageParam)}`
      return await getJson(path + cursor, ClaimsSchema, signal)
    },
    getNextPageParam: (page) => page.nextCursor,
  })
}

export function claimQuery(memberId: string, claimId: string) {
  return queryOptions({
    queryKey: ['claim', memberId, claimId],
    queryFn: async ({ signal }) =>
      await getJson(memberPath(memberId, 'benefit-claims', claimId), ClaimSchema, signal),
  })
}

export function drawQuery(memberId: string, claimId: string) {
  return queryOptions({
    queryKey: ['draw', memberId, claimId],
    queryFn: async ({ signal }) =>
      await getJson(memberPath(memberId, 'benefit-claims', claimId, 'draw'), DrawSchema, signal),
  })
}
