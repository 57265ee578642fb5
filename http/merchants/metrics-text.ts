import { z } from 'zod'
import { FigureSchema, figureText, usualDecimals } from '#http/merchants/schemas.ts'
import { DayTextSchema } from '#http/shops/schemas.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import type { ExplainedMetric, ShopMetrics } from '#operations/merchants/metrics/read-metrics.ts'
import type { Figure } from '#rules/merchants/metrics/figures.ts'
import type { Measured } from '#rules/merchants/metrics/measure.ts'
import type { MerchantMetricsPolicy } from '#rules/merchants/metrics/policy.ts'
import { percentileOf, rankOf } from '#rules/merchants/metrics/standing.ts'
import { dayOfNumber } from '#rules/time/day-numbers.ts'
import { instantToText } from '#rules/time/instants.ts'

const StandingSchema = z
  .object({
    percentile: FigureSchema,
    rank: z.int(),
    of: z.int().meta({ description: 'Shops of the main category that have the figure.' }),
    worse: z.int(),
    level: z.int().meta({ description: 'Shops with the same figure, this one included.' }),
  })
  .meta({ id: 'MetricStanding', description: 'Where a figure stands in the main category.' })

const daysSchema = z.tuple([DayTextSchema, DayTextSchema]).nullable()

const MetricSchema = z
  .object({
    name: z.string(),
    title: z.object({ zh: z.string(), en: z.string() }),
    unit: z.enum(['share', 'mean', 'hours', 'sum', 'told', 'days']),
    better: z.enum(['higher', 'lower']),
    value: FigureSchema.nullable().meta({ description: '`null`: there is too little to count.' }),
    windowDays: z.int().nullable(),
    window: daysSchema.meta({ description: 'The days that are counted, both included.' }),
    counted: daysSchema.meta({ description: 'The first and last of them on which anything did.' }),
    leftOut: z.array(z.object({ reason: z.string(), count: z.int() })),
    told: z.object({ on: DayTextSchema, source: z.string(), at: InstantTextSchema }).nullable(),
    standing: StandingSchema.nullable(),
    trend: z.array(
      z.object({
        day: DayTextSchema,
        value: FigureSchema.nullable(),
        percentile: FigureSchema.nullable(),
      }),
    ),
    next: z
      .object({
        level: FigureSchema,
        gap: FigureSchema,
        neededInRow: z.int().nullable().meta({
          description: 'So many more of the best kind in a row reach it, where that can be said.',
        }),
      })
      .nullable(),
  })
  .meta({ id: 'ShopMetric', description: 'One figure of a shop with all that explains it.' })

const IndexSchema = z
  .object({
    value: FigureSchema,
    standing: StandingSchema,
    parts: z.array(
      z.object({
        metric: z.string(),
        weight: z.int(),
        score: z.string().nullable().meta({ description: 'From 0.00 to 100.00.' }),
        by: z.enum(['band', 'percentile', 'nothing']),
      }),
    ),
  })
  .meta({ id: 'ShopIndex', description: 'A weighted mean of scores, with its parts.' })

export const ShopMetricsSchema = z
  .object({
    shopId: z.string(),
    day: DayTextSchema.meta({ description: 'Nothing of this day itself counts.' }),
    policy: z.string().meta({ examples: ['merchantMetrics@1'] }),
    comparedAt: InstantTextSchema.nullable().meta({
      description: 'When the figures of the day were compared; `null`: not yet.',
    }),
    metrics: z.array(MetricSchema),
    afterSales: IndexSchema.nullable(),
    ranking: IndexSchema.nullable(),
    sales: z.array(z.object({ days: z.int(), fen: z.int(), orders: z.int(), buyers: z.int() })),
  })
  .meta({ id: 'ShopMetrics', description: 'What a shop is measured by.' })

/** What a shop is measured by, as it is told. */
export function shopMetricsText(
  shop: ShopMetrics,
  zone: string,
): Omit<z.input<typeof ShopMetricsSchema>, 'shopId'> {
  const { afterSales, ranking } = shop.indices
  return {
    day: shop.day.toString(),
    policy: shop.policy,
    comparedAt: shop.run === undefined ? null : instantToText(shop.run.madeAt, zone),
    metrics: shop.metrics.map((each) => metricText(each, shop.ties, zone)),
    afterSales: afterSales === undefined ? null : indexText(afterSales, shop.ties),
    ranking: ranking === undefined ? null : indexText(ranking, shop.ties),
    sales: [...shop.sales].map(([days, sales]) => ({ days, ...sales })),
  }
}

type Ties = MerchantMetricsPolicy['ties']

function metricText(of: ExplainedMetric, ties: Ties, zone: string): z.input<typeof MetricSchema> {
  const { metric, value, window, counted, told, standing, next } = of
  const decimals = decimalsOf(metric)
  return {
    name: metric.name,
    title: metric.title,
    unit: unitOf(metric),
    better: metric.better,
    value: value === undefined ? null : figureText(value, decimals),
    windowDays: 'windowDays' in metric ? metric.windowDays : null,
    window: daysText(window),
    counted: daysText(counted),
    leftOut: of.leftOut.map(({ reason, count }) => ({ reason, count })),
    told:
      told === undefined
        ? null
        : {
            on: dayOfNumber(told.onDay).toString(),
            source: told.source,
            at: instantToText(told.toldAt, zone),
          },
    standing: standing === undefined ? null : standingText(standing, ties),
    trend: of.trend.map((point) => ({
      day: point.day.toString(),
      value: point.value === undefined ? null : figureText(point.value, decimals),
      percentile:
        point.standing === undefined
          ? null
          : figureText(percentileOf(point.standing.standing, ties)),
    })),
    next:
      next === undefined
        ? null
        : {
            level: figureText(next.level, decimals),
            gap: figureText(next.gap),
            neededInRow: next.neededInRow ?? null,
          },
  }
}

function daysText(days: ExplainedMetric['window']): [string, string] | null {
  return days === undefined ? null : [days[0].toString(), days[1].toString()]
}

/** MM-3: means of stars are shown with two decimals. */
function decimalsOf(metric: Measured): number {
  if (metric.isDimension) return 2
  return metric.kind === 'ratio' ? usualDecimals : 0
}

function unitOf(metric: Measured): z.input<typeof MetricSchema>['unit'] {
  if (metric.kind === 'openDays') return 'days'
  return metric.kind === 'ratio' ? metric.unit : metric.kind
}

function standingText({ standing }: Figure, ties: Ties): z.input<typeof StandingSchema> {
  const { worse, level, of } = standing
  const percentile = figureText(percentileOf(standing, ties))
  return { percentile, rank: rankOf(standing), of, worse, level }
}

function indexText(
  { figure, parts }: NonNullable<ShopMetrics['indices']['ranking']>,
  ties: Ties,
): z.input<typeof IndexSchema> {
  return {
    value: figureText(figure.value, 2),
    standing: standingText(figure, ties),
    parts: parts.map(({ metric, weight, scoreHundredths, by }) => ({
      metric,
      weight,
      score:
        scoreHundredths === null
          ? null
          : figureText({ numerator: scoreHundredths, denominator: 100 }, 2).shown,
      by,
    })),
  }
}
