import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { getJson } from '#web/kit/api.ts'
import { pagesQuery } from '#web/kit/pages.ts'
import { orNothing } from '#web/member/club/or-nothing.ts'
import { maybe } from '#web/member/maybe.ts'
import { shopPath } from '#web/merchant/frame/resources.ts'

const TitleSchema = z.record(z.string(), z.string())
const FigureSchema = z.object({ numerator: z.int(), denominator: z.int(), shown: z.string() })

/** An exact quotient, and as it is shown. */
export type Figure = z.output<typeof FigureSchema>

const StandingSchema = z.object({ percentile: FigureSchema, rank: z.int(), of: z.int() })

/** Where a figure stands among the shops of the main category. */
export type Standing = z.output<typeof StandingSchema>

const days = maybe(z.tuple([z.string(), z.string()]))

const MetricSchema = z.object({
  name: z.string(),
  title: TitleSchema,
  unit: z.string(),
  better: z.string(),
  value: maybe(FigureSchema),
  windowDays: maybe(z.int()),
  window: days,
  counted: days,
  leftOut: z.array(z.object({ reason: z.string(), count: z.int() })),
  told: maybe(z.object({ on: z.string(), source: z.string() })),
  standing: maybe(StandingSchema),
  trend: z.array(z.object({ day: z.string(), value: maybe(FigureSchema) })),
  next: maybe(z.object({ level: FigureSchema, gap: FigureSchema, neededInRow: maybe(z.int()) })),
})

/** One figure of a shop with all that explains it. */
export type Metric = z.output<typeof MetricSchema>

const IndexSchema = z.object({
  value: FigureSchema,
  standing: StandingSchema,
  parts: z.array(
    z.object({
      metric: z.string(),
      weight: z.int(),
      score: maybe(z.string()),
      by: z.string(),
    }),
  ),
})

/** A weighted mean of scores from 0 to 100. */
export type Index = z.output<typeof IndexSchema>

const MetricsSchema = z.object({
  day: z.string(),
  policy: z.string(),
  comparedAt: maybe(z.string()),
  metrics: z.array(MetricSchema),
  afterSales: maybe(IndexSchema),
  ranking: maybe(IndexSchema),
  sales: z.array(z.object({ days: z.int(), fen: z.int(), orders: z.int(), buyers: z.int() })),
})

/** What a shop is measured by. */
export type ShopMetrics = z.output<typeof MetricsSchema>

/** The figures of the shop; `null`: the market measures none. */
export function metricsQuery(shopId: string) {
  const path = `${shopPath(shopId, 'metrics')}?trend=week`
  return queryOptions({
    queryKey: ['shop', shopId, 'metrics'],
    queryFn: async ({ signal }) => await orNothing(getJson(path, MetricsSchema, signal)),
  })
}

const RatingsSchema = z.object({
  ratings: z.array(
    z.object({
      orderId: z.string(),
      postedAt: z.string(),
      description: z.int(),
      service: z.int(),
      delivery: z.int(),
      status: z.string(),
    }),
  ),
  nextCursor: maybe(z.string()),
})

export type Rating = z.output<typeof RatingsSchema>['ratings'][number]

/** Every rating of the shop, and whether it counts. */
export function ratingsQuery(shopId: string) {
  return pagesQuery(['shop', shopId, 'ratings'], shopPath(shopId, 'ratings'), RatingsSchema)
}

export const ViolationSchema = z.object({
  violationId: z.string(),
  kind: z.string(),
  points: z.int(),
  status: z.string(),
  doneAt: z.string(),
  recordedAt: z.string(),
  cause: z.looseObject({
    code: z.string().optional().catch(undefined),
    act: z.string().optional().catch(undefined),
    words: z.string().optional().catch(undefined),
    sku: z.string().optional().catch(undefined),
    campaign: z.string().optional().catch(undefined),
  }),
  turns: z.array(z.object({ turn: z.string(), at: z.string(), words: z.string() })),
})

/** Something that the shop did wrong, with its points. */
export type Violation = z.output<typeof ViolationSchema>

const TotalSchema = z.object({
  kind: z.string(),
  points: z.int(),
  carriedPoints: z.int(),
  resetsAt: z.string(),
  next: maybe(
    z.object({
      threshold: z.int(),
      missingPoints: z.int(),
      title: TitleSchema,
      barredDays: maybe(z.int()),
      penaltyFen: maybe(z.int()),
      removed: z.boolean(),
    }),
  ),
})

/** The points of one kind, and the next consequence. */
export type Total = z.output<typeof TotalSchema>

const SanctionSchema = z.object({
  sanctionId: z.string(),
  kind: z.string(),
  threshold: z.int(),
  at: z.string(),
  barredTo: maybe(z.string()),
  penaltyFen: maybe(z.int()),
  removed: z.boolean(),
  liftedAt: maybe(z.string()),
})

/** What followed from points. */
export type Sanction = z.output<typeof SanctionSchema>

const ViolationsSchema = z.object({
  policy: maybe(z.string()),
  totals: z.array(TotalSchema),
  barredUntil: maybe(z.string()),
  removed: z.boolean(),
  sanctions: z.array(SanctionSchema),
  violations: z.array(ViolationSchema),
  nextCursor: maybe(z.string()),
})

/** The points of the shop, what followed, and its violations, the latest first. */
export function violationsQuery(shopId: string) {
  const path = shopPath(shopId, 'violations')
  return pagesQuery(['shop', shopId, 'violations'], path, ViolationsSchema)
}
