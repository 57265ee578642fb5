import { indexOf, type Index, type PartFigure } from '#rules/merchants/metrics/composite.ts'
import type { Fraction } from '#rules/merchants/metrics/fraction.ts'
import {
  measuredBy,
  valueOf,
  type Measured,
  type ShopCounts,
} from '#rules/merchants/metrics/measure.ts'
import type { IndexTerms, MerchantMetricsPolicy } from '#rules/merchants/metrics/policy.ts'
import {
  percentileOf,
  standingsOf,
  type Ranked,
  type Standing,
} from '#rules/merchants/metrics/standing.ts'

/** A shop whose figures are made, in its category. */
export type MeasuredShop = {
  readonly shopId: string
  readonly category: string
  readonly counts: ShopCounts
}

/** A figure with where it stands in the category. */
export type Figure = { readonly value: Fraction; readonly standing: Standing }

/** The figures of a shop on a day. */
export type FiguresOfShop = {
  /** By the name of the metric; what has no figure is left out. */
  readonly metrics: ReadonlyMap<string, Figure>
  /** `undefined`: there is no such index, or it is unknown. */
  readonly afterSales: (Figure & { readonly index: Index }) | undefined
  readonly ranking: (Figure & { readonly index: Index }) | undefined
}

/** MM-1 to MM-10: the figures of shops, each compared with all of its category that are given. */
export function figuresOf(
  shops: readonly MeasuredShop[],
  policy: MerchantMetricsPolicy,
): Map<string, FiguresOfShop> {
  const metrics = new Map(shops.map((each) => [each.shopId, new Map<string, Figure>()]))
  for (const metric of measuredBy(policy)) {
    const ranked = rankedBy(metric, shops)
    const standings = standingsOf(ranked, metric.better)
    for (const { shopId, value } of ranked) {
      const standing = standings.get(shopId)
      if (standing !== undefined) metrics.get(shopId)?.set(metric.name, { value, standing })
    }
  }
  const partOf = (shopId: string, metric: string): PartFigure | undefined => {
    const figure = metrics.get(shopId)?.get(metric)
    return figure === undefined ? undefined : asPart(figure, policy)
  }
  const afterSales = indices(shops, policy.afterSales, partOf)
  const ranking = indices(shops, policy.ranking, (shopId, metric) => {
    const ofIndex = metric === 'afterSales' ? afterSales.get(shopId) : undefined
    return ofIndex === undefined ? partOf(shopId, metric) : asPart(ofIndex, policy)
  })
  return new Map(
    shops.map(({ shopId }) => [
      shopId,
      {
        metrics: metrics.get(shopId) ?? new Map<string, Figure>(),
        afterSales: afterSales.get(shopId),
        ranking: ranking.get(shopId),
      },
    ]),
  )
}

function rankedBy(metric: Measured, shops: readonly MeasuredShop[]): Ranked[] {
  return shops.flatMap(({ shopId, category, counts }) => {
    const value = valueOf(metric, counts)
    return value === undefined ? [] : [{ shopId, category, value }]
  })
}

function asPart({ value, standing }: Figure, { ties }: MerchantMetricsPolicy): PartFigure {
  return { value, percentile: percentileOf(standing, ties) }
}

function indices(
  shops: readonly MeasuredShop[],
  terms: IndexTerms | undefined,
  partOf: (shopId: string, metric: string) => PartFigure | undefined,
): Map<string, Figure & { readonly index: Index }> {
  if (terms === undefined) return new Map()
  const made = shops.flatMap(({ shopId, category }) => {
    const index = indexOf(terms, (metric) => partOf(shopId, metric))
    return index.value === undefined ? [] : [{ shopId, category, value: index.value, index }]
  })
  const standings = standingsOf(made, 'higher')
  return new Map(
    made.flatMap(({ shopId, value, index }) => {
      const standing = standings.get(shopId)
      return standing === undefined ? [] : [[shopId, { value, standing, index }] as const]
    }),
  )
}
