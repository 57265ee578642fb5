import type { Reader } from '#db/connection.ts'
import {
  figuresOfShops,
  figuresRun,
  shopsToMeasure,
  type FiguresRun,
} from '#db/merchants/figures.ts'
import { ratingCounts } from '#db/merchants/ratings.ts'
import { buyersOfShops, shopDays, type ShopDay } from '#db/merchants/shop-days.ts'
import { toldFigures, type ToldFigure } from '#db/merchants/told-figures.ts'
import {
  figureOf,
  salesOf,
  countsOf,
  type KeptFigures,
} from '#operations/merchants/metrics/_make-figures.ts'
import type { MetricContext } from '#operations/merchants/metrics/count-orders.ts'
import { metricPolicyAt, metricPolicyNamed } from '#operations/merchants/metrics/metric-policy.ts'
import { indexOf, type PartFigure, type PartScore } from '#rules/merchants/metrics/composite.ts'
import type { Figure } from '#rules/merchants/metrics/figures.ts'
import type { Fraction } from '#rules/merchants/metrics/fraction.ts'
import {
  measuredBy,
  valueOf,
  windowKey,
  windowsOf,
  type Measured,
  type ShopCounts,
} from '#rules/merchants/metrics/measure.ts'
import { nextLevel, type NextLevel } from '#rules/merchants/metrics/next-level.ts'
import type { IndexTerms, MerchantMetricsPolicy } from '#rules/merchants/metrics/policy.ts'
import { percentileOf } from '#rules/merchants/metrics/standing.ts'
import type { RatingStatus } from '#rules/merchants/metrics/ratings.ts'
import type { SalesFigures } from '#rules/merchants/metrics/shop-figures.ts'
import { dayNumberAt, dayOfNumber } from '#rules/time/day-numbers.ts'
import { startOfDay } from '#rules/time/instants.ts'

/** One metric of a shop with all that explains it. */
export type ExplainedMetric = {
  readonly metric: Measured
  /** As counted by now; `undefined`: there is too little to count, or nothing told. */
  readonly value: Fraction | undefined
  /** Where it stood when the figures of the day were made. */
  readonly standing: Figure | undefined
  /** The days that are counted, both included; `undefined` where no days are. */
  readonly window: readonly [Temporal.PlainDate, Temporal.PlainDate] | undefined
  /** The first and the last day of the window on which anything counted. */
  readonly counted: readonly [Temporal.PlainDate, Temporal.PlainDate] | undefined
  readonly leftOut: readonly { readonly reason: RatingStatus; readonly count: number }[]
  readonly told: ToldFigure | undefined
  readonly trend: readonly {
    readonly day: Temporal.PlainDate
    readonly value: Fraction | undefined
    readonly standing: Figure | undefined
  }[]
  readonly next: NextLevel | undefined
}

export type ShopMetrics = {
  readonly day: Temporal.PlainDate
  readonly policy: string
  readonly ties: MerchantMetricsPolicy['ties']
  /** When the figures of the day were made of all shops; `undefined`: not yet. */
  readonly run: FiguresRun | undefined
  readonly metrics: readonly ExplainedMetric[]
  readonly indices: Readonly<
    Partial<
      Record<
        'afterSales' | 'ranking',
        { readonly figure: Figure; readonly parts: readonly PartScore[] }
      >
    >
  >
  readonly sales: ReadonlyMap<number, SalesFigures>
}

export type MetricsRead =
  | { readonly ok: true; readonly shop: ShopMetrics }
  | { readonly ok: false; readonly refusal: 'shops/unknown' | 'metrics/no-policy' }

const pointsOfTrend = 12
const stepDays = { day: 1, week: 7 } as const

/** The figures of one shop, explained, each with its last twelve days or weeks. */
export async function readMetrics(
  db: Reader,
  { policies, market }: Omit<MetricContext, 'db'>,
  asked: {
    readonly shopId: string
    readonly at: Temporal.Instant
    readonly trend: 'day' | 'week'
  },
): Promise<MetricsRead> {
  const { shopId, at, trend } = asked
  const inForce = metricPolicyAt(policies, at)
  if (inForce === undefined) return { ok: false, refusal: 'metrics/no-policy' }
  const [shop] = await shopsToMeasure(db, [shopId])
  if (shop === undefined) return { ok: false, refusal: 'shops/unknown' }
  const { policy, name } = inForce
  const today = dayNumberAt(at, market.zone)
  const days = Array.from(
    { length: pointsOfTrend },
    (_, n) => today - (pointsOfTrend - 1 - n) * stepDays[trend],
  )
  const longest = Math.max(...windowsOf(policy).map((each) => each.windowDays), 1)
  const span = { from: (days[0] ?? today) - longest, to: today }
  const ofDays = await shopDays(db, shopId, span)
  const toldBy = new Map<number, readonly ToldFigure[]>()
  for (const day of days) toldBy.set(day, (await toldFigures(db, day, [shopId])).get(shopId) ?? [])
  const counts = new Map(
    days.map((day) => [day, countsOf(shop, windowSums(policy, ofDays, day), toldBy.get(day), day)]),
  )
  const kept = new Map(
    (await figuresOfShops(db, [shopId], days)).map((row) => [
      row.day,
      JSON.parse(row.figures) as KeptFigures,
    ]),
  )
  const judged = await ratingCounts(db, shopId, {
    from: startOfDay(dayOfNumber(today - policy.dsr.windowDays), market.zone),
    to: startOfDay(dayOfNumber(today), market.zone),
  })
  const leftOut = judged
    .filter((each) => each.status !== 'counted')
    .map(({ status: reason, count }) => ({ reason, count }))
  const seen = { today, days, counts, kept, ofDays, leftOut, told: toldBy.get(today) ?? [] }
  const buyers = await buyersOfShops(db, policy.salesWindows, today, [shopId])
  const now = counts.get(today) ?? countsOf(shop, undefined, undefined, today)
  const run = await figuresRun(db, today)
  const madeBy = run === undefined ? undefined : metricPolicyNamed(policies, run.policy)
  return {
    ok: true,
    shop: {
      day: dayOfNumber(today),
      policy: name,
      ties: policy.ties,
      run,
      metrics: measuredBy(policy).map((metric) => explained(metric, seen)),
      indices: indicesOf(kept.get(today), madeBy),
      sales: salesOf(policy, now, buyers.get(shopId)),
    },
  }
}

type Seen = {
  readonly today: number
  readonly days: readonly number[]
  readonly counts: ReadonlyMap<number, ShopCounts>
  readonly kept: ReadonlyMap<number, KeptFigures>
  readonly ofDays: readonly ShopDay[]
  readonly leftOut: ExplainedMetric['leftOut']
  readonly told: readonly ToldFigure[]
}

function explained(metric: Measured, seen: Seen): ExplainedMetric {
  const valueOn = (day: number): Fraction | undefined => {
    const counts = seen.counts.get(day)
    return counts === undefined ? undefined : valueOf(metric, counts)
  }
  const standingOn = (day: number): Figure | undefined => {
    const figure = seen.kept.get(day)?.metrics[metric.name]
    return figure === undefined ? undefined : figureOf(figure)
  }
  const value = valueOn(seen.today)
  return {
    metric,
    value,
    standing: standingOn(seen.today),
    window: windowOf(metric, seen.today),
    counted: countedOf(metric, seen),
    leftOut: metric.isDimension ? seen.leftOut : [],
    told: seen.told.find((each) => each.figure === metric.name && metric.kind === 'told'),
    trend: seen.days.map((day) => ({
      day: dayOfNumber(day),
      value: valueOn(day),
      standing: standingOn(day),
    })),
    next: value === undefined ? undefined : nextLevel(metric, value),
  }
}

function windowOf(metric: Measured, today: number): ExplainedMetric['window'] {
  if (metric.kind !== 'ratio' && metric.kind !== 'sum') return undefined
  return [dayOfNumber(today - metric.windowDays), dayOfNumber(today - 1)]
}

function countedOf(metric: Measured, { ofDays, today }: Seen): ExplainedMetric['counted'] {
  if (metric.kind !== 'ratio' && metric.kind !== 'sum') return undefined
  const counter = metric.kind === 'ratio' ? metric.per : metric.of
  const some = ofDays.filter(
    ({ day, counters }) =>
      day >= today - metric.windowDays && day < today && (counters[counter] ?? 0) !== 0,
  )
  const [first, last] = [some[0], some.at(-1)]
  if (first === undefined || last === undefined) return undefined
  return [dayOfNumber(first.day), dayOfNumber(last.day)]
}

function windowSums(
  policy: MerchantMetricsPolicy,
  ofDays: readonly ShopDay[],
  day: number,
): ReadonlyMap<string, number> {
  return new Map(
    windowsOf(policy).map((window) => [
      windowKey(window),
      ofDays
        .filter((each) => each.day >= day - window.windowDays && each.day < day)
        .reduce((sum, each) => sum + (each.counters[window.counter] ?? 0), 0),
    ]),
  )
}

/** The indices of the day with their parts, by the version of the policy that made the figures. */
function indicesOf(
  kept: KeptFigures | undefined,
  policy: MerchantMetricsPolicy | undefined,
): ShopMetrics['indices'] {
  if (kept === undefined || policy === undefined) return {}
  const { afterSales, ranking } = kept
  const partOf = (metric: string): PartFigure | undefined => {
    const known = metric === 'afterSales' ? afterSales : kept.metrics[metric]
    if (known === undefined) return undefined
    const { value, standing } = figureOf(known)
    return { value, percentile: percentileOf(standing, policy.ties) }
  }
  const partsOf = (terms: IndexTerms | undefined): readonly PartScore[] =>
    terms === undefined ? [] : indexOf(terms, partOf).parts
  return {
    ...(afterSales === undefined
      ? {}
      : { afterSales: { figure: figureOf(afterSales), parts: partsOf(policy.afterSales) } }),
    ...(ranking === undefined
      ? {}
      : { ranking: { figure: figureOf(ranking), parts: partsOf(policy.ranking) } }),
  }
}
