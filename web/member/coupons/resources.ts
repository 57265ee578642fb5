import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { fenFromText } from '#rules/money/fen.ts'
import { ApiError, getJson } from '#web/kit/api.ts'
import { maybe } from '#web/member/maybe.ts'

const keys = z.array(z.string()).optional().catch(undefined)

const TargetKeysSchema = z.object({
  skus: keys,
  shops: keys,
  categories: keys,
  tags: keys,
})

const TargetSchema = TargetKeysSchema.extend({
  exclude: TargetKeysSchema.optional().catch(undefined),
  /** A word of whoever gave it, where it is no target of the rules. */
  for: z.string().optional().catch(undefined),
})

/** What alone something can be used for. */
export type Target = z.output<typeof TargetSchema>
export type TargetKeys = z.output<typeof TargetKeysSchema>

/** Decimal text of the market's currency, or a whole number of fen: as terms are written. */
const fen = z
  .union([z.int(), z.string().transform((text) => fenFromText(text))])
  .optional()
  .catch(undefined)

const TermsSchema = z.object({
  kind: z.string().catch('shop'),
  target: TargetSchema.optional().catch(undefined),
  threshold: fen,
  minUnits: z.int().optional().catch(undefined),
  maxOff: fen,
  off: fen,
  percent: z.union([z.string(), z.number()]).optional().catch(undefined),
  channel: z.string().optional().catch(undefined),
  tiers: keys,
})

const CouponSchema = z.object({
  couponId: z.string(),
  title: z.record(z.string(), z.string()),
  status: z.string(),
  usableFrom: z.string(),
  expiresAt: maybe(z.string()),
  tradeId: maybe(z.string()),
  terms: TermsSchema,
})

/** A coupon that the member got. */
export type Coupon = z.output<typeof CouponSchema>

const CouponsSchema = z.object({
  coupons: z.array(CouponSchema),
  nextCursor: maybe(z.string()),
})

const LotSchema = z.object({
  lotId: z.int(),
  title: maybe(z.record(z.string(), z.string())),
  target: maybe(TargetSchema),
  available: z.int(),
  pending: z.int(),
  held: z.int(),
  activeAt: z.string(),
  expiresAt: maybe(z.string()),
})

/** Money in a wallet with one expiry; of red envelopes: one of them. */
export type Lot = z.output<typeof LotSchema>

/** All coupons of a member, a hundred at a time. */
export function couponsQuery(memberId: string) {
  const path = `/v1/members/${encodeURIComponent(memberId)}/coupons?limit=100`
  return infiniteQueryOptions({
    queryKey: ['coupons', memberId],
    initialPageParam: '',
    queryFn: async ({ pageParam, signal }) => {
      const cursor = pageParam === '' ? '' : `&cursor=${encodeURIComponent(pageParam)}`
      return await getJson(path + cursor, CouponsSchema, signal)
    },
    getNextPageParam: (page) => page.nextCursor,
  })
}

/** What a wallet of the platform holds, the soonest to lapse first; nothing where there is no wallet. */
export function lotsQuery(memberId: string, unit: 'allowance' | 'redEnvelope') {
  const path = `/v1/members/${encodeURIComponent(memberId)}/wallets/platform/${unit}/lots`
  return queryOptions({
    queryKey: ['lots', memberId, unit],
    queryFn: async ({ signal }): Promise<readonly Lot[]> => {
      try {
        const { lots } = await getJson(path, z.object({ lots: z.array(LotSchema) }), signal)
        return lots
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return []
        throw error
      }
    },
  })
}
