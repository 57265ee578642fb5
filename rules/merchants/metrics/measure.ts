import type { CounterName } from '#rules/merchants/metrics/counter-names.ts'
import { fraction, type Fraction } from '#rules/merchants/metrics/fraction.ts'
import type { MerchantMetricsPolicy, MetricTerms } from '#rules/merchants/metrics/policy.ts'

/** A counter over the days before the day asked about. */
export type WindowSum = { readonly counter: CounterName; readonly windowDays: number }

/** What a figure of a shop is made from. */
export type ShopCounts = {
  readonly sum: (window: WindowSum) => number
  readonly told: ReadonlyMap<string, number>
  /** Since the shop opened; `undefined`: it is not known when. */
  readonly openDays: number | undefined
}

/** A metric of a policy, the three dimensions among them, alike. */
export type Measured = MetricTerms & { readonly isDimension: boolean }

const dimensionTitles = {
  description: { zh: '描述相符', en: 'As described' },
  service: { zh: '服务态度', en: 'Service' },
  delivery: { zh: '物流服务', en: 'Delivery' },
} as const

const starsOf = {
  description: 'descriptionStars',
  service: 'serviceStars',
  delivery: 'deliveryStars',
} as const satisfies Record<keyof typeof dimensionTitles, CounterName>

export const dimensionNames = Object.keys(starsOf) as readonly (keyof typeof starsOf)[]

const hourMs = 3_600_000

/** The metrics of a policy: the three dimensions first (MM-3). */
export function measuredBy({ dsr, metrics }: MerchantMetricsPolicy): readonly Measured[] {
  const ofRatings = dimensionNames.map((name): Measured => ({
    name,
    title: dimensionTitles[name],
    better: 'higher',
    levels: dsr.levels,
    kind: 'ratio',
    of: starsOf[name],
    per: 'ratings',
    windowDays: dsr.windowDays,
    unit: 'mean',
    leastPer: 1,
    isDimension: true,
  }))
  return [...ofRatings, ...metrics.map((each) => ({ ...each, isDimension: false }))]
}

/** Every counter and window that the figures of a policy ask for, each once. */
export function windowsOf(policy: MerchantMetricsPolicy): readonly WindowSum[] {
  const asked = measuredBy(policy).flatMap((metric): WindowSum[] => {
    if (metric.kind === 'told' || metric.kind === 'openDays') return []
    const { of, windowDays } = metric
    const counters = metric.kind === 'ratio' ? [of, metric.per] : [of]
    return counters.map((counter) => ({ counter, windowDays }))
  })
  const ofSales = policy.salesWindows.flatMap((days): WindowSum[] => [
    { counter: 'soldFen', windowDays: days },
    { counter: 'soldOrders', windowDays: days },
  ])
  return [...new Map([...asked, ...ofSales].map((each) => [windowKey(each), each])).values()]
}

/** Names a counter with its window. */
export function windowKey({ counter, windowDays }: WindowSum): string {
  return `${counter}/${windowDays}`
}

/** MM-1: the exact figure of a shop; `undefined` when there is too little to count or nothing told. */
export function valueOf(metric: Measured, counts: ShopCounts): Fraction | undefined {
  switch (metric.kind) {
    case 'told': {
      const told = counts.told.get(metric.name)
      return told === undefined ? undefined : fraction(told, 1)
    }
    case 'openDays':
      return counts.openDays === undefined ? undefined : fraction(counts.openDays, 1)
    case 'sum':
      return fraction(counts.sum({ counter: metric.of, windowDays: metric.windowDays }), 1)
    case 'ratio': {
      const { of, per, windowDays, unit, leastPer } = metric
      const count = counts.sum({ counter: per, windowDays })
      if (count < leastPer) return undefined
      const scale = unit === 'hours' ? hourMs : 1
      return fraction(counts.sum({ counter: of, windowDays }), count * scale)
    }
  }
}
