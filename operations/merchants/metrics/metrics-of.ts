import type { Reader } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import { figuresOfShops, figuresRun } from '#db/merchants/figures.ts'
import { sanctionsOf } from '#db/merchants/sanctions.ts'
import { shopsByIds, type Shop } from '#db/shops/shops.ts'
import {
  figureOf,
  keptOf,
  makeFigures,
  type KeptFigures,
} from '#operations/merchants/metrics/_make-figures.ts'
import { metricPolicyAt } from '#operations/merchants/metrics/metric-policy.ts'
import { barOf } from '#operations/merchants/violations/bars.ts'
import {
  violationsOf,
  type ShopViolation,
} from '#operations/merchants/violations/record-violations.ts'
import { violationSetting } from '#operations/merchants/violations/violation-policy.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import type { MerchantMetricsPolicy } from '#rules/merchants/metrics/policy.ts'
import type { KnownFigures, ShopFigures } from '#rules/merchants/metrics/shop-figures.ts'
import { totalsAt } from '#rules/merchants/violations/totals.ts'
import { percentileOf, rankOf } from '#rules/merchants/metrics/standing.ts'
import { MerchantMetricsPolicySchema } from '#rules/merchants/metrics/policy.ts'
import { dayNumberAt, dayNumberOf, dayOfNumber } from '#rules/time/day-numbers.ts'

/**
 * What criteria see of shops at an instant: the object `shop` of `jifen decide enrolment`. Figures are
 * those of the day that were made (`figuresForDay`), else they are made for this call alone. A shop that
 * is not registered is left out.
 */
export async function shopFiguresOf(
  db: Reader,
  { policies, market }: { readonly policies: PolicyBook; readonly market: Pick<Market, 'zone'> },
  shopIds: readonly string[],
  at: Temporal.Instant,
): Promise<Map<string, ShopFigures>> {
  const shops = await shopsByIds(db, shopIds)
  const ids = [...shops.keys()]
  const policy = metricPolicyAt(policies, at)?.policy ?? nothingMeasured
  const day = dayNumberAt(at, market.zone)
  const figures = await figuresOn(db, policy, ids, day)
  const violations = await violationsOf(db, ids, at)
  const sanctions = Map.groupBy(await sanctionsOf(db, ids), (each) => each.shopId)
  const setting = violationSetting(policies, market)
  return new Map(
    [...shops].map(([shopId, shop]) => {
      const seen = { figures: figures.get(shopId), violations: violations.get(shopId) ?? [] }
      const bar = barOf(sanctions.get(shopId) ?? [], at)
      const { general, severe, fake } = totalsAt(seen.violations, at, setting)
      const points = { general: general.points, severe: severe.points, fake: fake.points }
      return [shopId, { ...shopFigures(shop, seen, policy, day), ...bar, points }]
    }),
  )
}

/** In a market without the policy. */
const nothingMeasured = MerchantMetricsPolicySchema.parse({})

async function figuresOn(
  db: Reader,
  policy: MerchantMetricsPolicy,
  shopIds: readonly string[],
  day: number,
): Promise<Map<string, KeptFigures>> {
  const run = await figuresRun(db, day)
  const rows = run === undefined ? [] : await figuresOfShops(db, shopIds, [day])
  const kept = new Map(
    rows.map(({ shopId, figures }) => [shopId, JSON.parse(figures) as KeptFigures]),
  )
  if (shopIds.every((shopId) => kept.has(shopId))) return kept

  const asked = new Set(shopIds)
  for (const each of await makeFigures(db, policy, day)) {
    const { shopId } = each.shop
    if (asked.has(shopId) && !kept.has(shopId)) kept.set(shopId, keptOf(each))
  }
  return kept
}

function shopFigures(
  shop: Shop,
  {
    figures,
    violations,
  }: {
    readonly figures: KeptFigures | undefined
    readonly violations: readonly ShopViolation[]
  },
  { ties }: MerchantMetricsPolicy,
  day: number,
): Omit<KnownFigures, 'barredUntil' | 'removed' | 'points'> {
  const read = Object.entries(figures?.metrics ?? {}).map(
    ([name, kept]) => [name, figureOf(kept)] as const,
  )
  const byName = Object.fromEntries(read.map(([name, figure]) => [name, figure.value]))
  const { description, service, delivery, ...metrics } = byName
  const ranking = figures?.ranking === undefined ? undefined : figureOf(figures.ranking)
  const sales = Object.entries(figures?.sales ?? {}).map(([days, [fen, orders, buyers]]) => [
    `days${days}`,
    { fen, orders, buyers },
  ])
  return {
    ...metrics,
    category: shop.mainCategory,
    openedOn: shop.openedOn,
    openDays: Math.max(0, day - dayNumberOf(shop.openedOn)),
    day: dayOfNumber(day),
    dsr: {
      ...(description === undefined ? {} : { description }),
      ...(service === undefined ? {} : { service }),
      ...(delivery === undefined ? {} : { delivery }),
    },
    ...(figures?.afterSales === undefined
      ? {}
      : { afterSales: figureOf(figures.afterSales).value }),
    ...(ranking === undefined
      ? {}
      : {
          ranking: {
            rank: rankOf(ranking.standing),
            of: ranking.standing.of,
            percentile: percentileOf(ranking.standing, ties),
            index: ranking.value,
          },
        }),
    sales: Object.fromEntries(sales) as KnownFigures['sales'],
    standings: Object.fromEntries(read.map(([name, figure]) => [name, figure.standing])),
    violations: violations.map(({ kind, points, at }) => ({ kind, points, at })),
  }
}
