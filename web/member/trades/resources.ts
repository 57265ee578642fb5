import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { getJson } from '#web/kit/api.ts'
import { maybe } from '#web/member/maybe.ts'

const fenById = z.record(z.string(), z.int())

const TradeSchema = z.object({
  tradeId: z.string(),
  kind: z.string(),
  status: z.string(),
  placedAt: z.string(),
  payBy: z.string(),
  paidAt: maybe(z.string()),
  closedAt: maybe(z.string()),
  closeReason: maybe(z.string()),
  goodsFen: z.int(),
  /** Without the deposit that was paid before. */
  payFen: z.int(),
  depositFen: z.int(),
  digest: z.string(),
})

const ListedTradeSchema = TradeSchema.extend({ shops: z.array(z.string()) })

/** One trade of the list. */
export type ListedTrade = z.output<typeof ListedTradeSchema>

const TradesSchema = z.object({
  trades: z.array(ListedTradeSchema),
  nextCursor: maybe(z.string()),
})

const OrderSchema = z.object({
  orderId: z.string(),
  shop: z.string(),
  paidAt: maybe(z.string()),
  shippedAt: maybe(z.string()),
  receivedAt: maybe(z.string()),
  closedAt: maybe(z.string()),
  lines: z.array(
    z.object({
      id: z.string(),
      sku: z.string(),
      refundedFen: z.int(),
      pointsEarned: z.int(),
    }),
  ),
})

export type Order = z.output<typeof OrderSchema>

const ShareSchema = z.object({
  layer: z.string(),
  instrument: z.string(),
  offFen: z.int(),
  funder: z.string(),
})

/** What one instrument took off one line, and who pays for it. */
export type Share = z.output<typeof ShareSchema>

const QuotedLineSchema = z.object({
  id: z.string(),
  sku: maybe(z.string()),
  shop: maybe(z.string()),
  quantity: maybe(z.int()),
  payFen: z.int(),
  unitsFen: z.array(z.int()),
  shares: z.array(ShareSchema),
})

export type QuotedLine = z.output<typeof QuotedLineSchema>

const AppliedSchema = z.object({
  id: z.string(),
  shop: maybe(z.string()),
  offFen: z.int(),
  baseFen: maybe(z.int()),
  thresholdFen: maybe(z.int()),
  times: maybe(z.int()),
  cutFen: maybe(z.int()),
  points: maybe(z.int()),
})

export type Applied = z.output<typeof AppliedSchema>

const LayerSchema = z.object({
  layer: z.string(),
  baseFen: z.int(),
  offFen: z.int(),
  applied: z.array(AppliedSchema),
})

export type Layer = z.output<typeof LayerSchema>

const ChargeSchema = z.object({
  kind: z.string(),
  shop: z.string(),
  amountFen: z.int(),
  payFen: z.int(),
  shares: z.array(ShareSchema),
})

export type Charge = z.output<typeof ChargeSchema>

const NotAppliedSchema = z.object({
  id: z.string(),
  refusal: z.string(),
  shop: maybe(z.string()),
  baseFen: maybe(z.int()),
  thresholdFen: maybe(z.int()),
  shortFen: maybe(z.int()),
  shortUnits: maybe(z.int()),
  by: maybe(z.string()),
  lines: maybe(z.array(z.string())),
})

export type NotApplied = z.output<typeof NotAppliedSchema>

const MissingSchema = z.object({
  id: z.string(),
  shop: maybe(z.string()),
  addFen: maybe(z.int()),
  addUnits: maybe(z.int()),
  savesFen: z.int(),
})

export type Missing = z.output<typeof MissingSchema>

const QuoteSchema = z.object({
  goodsFen: z.int(),
  freightFen: z.int(),
  extrasFen: z.int(),
  depositFen: maybe(z.int()),
  payFen: z.int(),
  optimal: z.boolean(),
  layers: z.array(LayerSchema),
  lines: z.array(QuotedLineSchema),
  charges: z.array(ChargeSchema),
  gifts: z.array(z.object({ sku: z.string(), quantity: z.int(), offer: z.string() })),
  notApplied: z.array(NotAppliedSchema),
  missing: z.array(MissingSchema),
  policies: z.array(z.string()),
})

const RefundSchema = z.object({
  refundId: z.string(),
  at: z.string(),
  refundFen: z.int(),
  byLineFen: fenById,
  freightByShopFen: fenById,
  extrasByShopFen: fenById,
  back: z.object({
    allowanceFen: z.int(),
    byEnvelopeFen: fenById,
    coupons: z.array(z.string()),
    points: z.int(),
  }),
  keptFen: z.int(),
  reversals: z.array(z.object({ line: z.string(), n: z.int(), offFen: z.int() })),
  reasons: z.array(
    z.object({ instrument: z.string(), reason: z.string(), shops: maybe(z.array(z.string())) }),
  ),
  pointsClawedBack: fenById,
})

/** What one return paid back, gave back and undid. */
export type Refund = z.output<typeof RefundSchema>

const TitlesSchema = z.record(z.string(), z.record(z.string(), z.string()))

/** What offers, coupons and red envelopes are called in each language, by their ids. */
export type Titles = z.output<typeof TitlesSchema>

const TradeDetailSchema = TradeSchema.extend({
  campaign: maybe(z.string()),
  orders: z.array(OrderSchema),
  quote: QuoteSchema,
  prices: z.array(
    z.object({
      lineId: z.string(),
      listFen: z.int(),
      priceFen: z.int(),
      depositFen: maybe(z.int()),
    }),
  ),
  refunds: z.array(RefundSchema),
  exchanges: z.array(z.object({ lineId: z.string(), sku: z.string(), quantity: z.int() })),
  titles: TitlesSchema,
})

/** One trade with everything that explains it; amounts in fen. */
export type Trade = z.output<typeof TradeDetailSchema>

/** The trades of a member, newest first, page by page. */
export function tradesQuery(memberId: string) {
  const path = `/v1/members/${encodeURIComponent(memberId)}/trades?limit=20`
  return infiniteQueryOptions({
    queryKey: ['trades', memberId],
    initialPageParam: '',
    queryFn: async ({ pageParam, signal }) => {
      const cursor = pageParam === '' ? '' : `&cursor=${encodeURIComponent(pageParam)}`
      return await getJson(path + cursor, TradesSchema, signal)
    },
    getNextPageParam: (page) => page.nextCursor,
  })
}

export function tradeQuery(memberId: string, tradeId: string) {
  const path = `/v1/members/${[memberId, 'trades', tradeId].map(encodeURIComponent).join('/')}`
  return queryOptions({
    queryKey: ['trade', memberId, tradeId],
    queryFn: async ({ signal }) => await getJson(path, TradeDetailSchema, signal),
  })
}
