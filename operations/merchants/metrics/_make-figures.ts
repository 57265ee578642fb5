import type { Reader } from '#db/connection.ts'
import { shopsToMeasure, type ShopToMeasure } from '#db/merchants/figures.ts'
import { buyersOfShops, sumsOfShops } from '#db/merchants/shop-days.ts'
import { toldFigures, type ToldFigure } from '#db/merchants/told-figures.ts'
import type { Fraction } from '#rules/merchants/metrics/fraction.ts'
import { figuresOf, type Figure, type FiguresOfShop } from '#rules/merchants/metrics/figures.ts'
import { windowKey, windowsOf, type ShopCounts } from '#rules/merchants/metrics/measure.ts'
import type { MerchantMetricsPolicy } from '#rules/merchants/metrics/policy.ts'
import type { SalesFigures } from '#rules/merchants/metrics/shop-figures.ts'
import { dayNumberOf } from '#rules/time/day-numbers.ts'

/** The figures of a shop on a day with what it sold. */
export type MadeFigures = {
  readonly shop: ShopToMeasure
  readonly figures: FiguresOfShop
  readonly sales: ReadonlyMap<number, SalesFigures>
}

/**
 * Makes the figures of a day of every shop, from what was counted before the day. A closed shop is
 * compared with nobody (MM-9).
 */
export async function makeFigures(
  db: Reader,
  policy: MerchantMetricsPolicy,
  day: number,
): Promise<MadeFigures[]> {
  const shops = await shopsToMeasure(db)
  const sums = await sumsOfShops(db, windowsOf(policy), day)
  const buyers = await buyersOfShops(db, policy.salesWindows, day)
  const told = await toldFigures(db, day)
  const measured = shops.map((shop) => {
    const { shopId, mainCategory, isOpen } = shop
    const counts = countsOf(shop, sums.get(shopId), told.get(shopId), day)
    return { shopId, category: isOpen ? `open/${mainCategory}` : `closed/${shopId}`, counts }
  })
  const figures = figuresOf(measured, policy)
  const countsBy = new Map(measured.map((each) => [each.shopId, each.counts]))
  return shops.flatMap((shop) => {
    const made = figures.get(shop.shopId)
    const counts = countsBy.get(shop.shopId)
    if (made === undefined || counts === undefined) return []
    const sales = salesOf(policy, counts, buyers.get(shop.shopId))
    return [{ shop, figures: made, sales }]
  })
}

/** What a shop's figures of a day are made from. */
export function countsOf(
  { openedOn }: Pick<ShopToMeasure, 'openedOn'>,
  sums: ReadonlyMap<string, number> | undefined,
  told: readonly ToldFigure[] | undefined,
  day: number,
): ShopCounts {
  return {
    sum: (window) => sums?.get(windowKey(window)) ?? 0,
    told: new Map((told ?? []).map((each) => [each.figure, each.value])),
    openDays: Math.max(0, day - dayNumberOf(openedOn)),
  }
}

/** MM-7: what a shop sold, by window. */
export function salesOf(
  { salesWindows }: MerchantMetricsPolicy,
  counts: ShopCounts,
  buyers: ReadonlyMap<number, number> | undefined,
): ReadonlyMap<number, SalesFigures> {
  return new Map(
    salesWindows.map((windowDays) => [
      windowDays,
      {
        fen: counts.sum({ counter: 'soldFen', windowDays }),
        orders: counts.sum({ counter: 'soldOrders', windowDays }),
        buyers: buyers?.get(windowDays) ?? 0,
      },
    ]),
  )
}

type KeptFigure = readonly [number, number, number, number, number]

/** The figures of a shop as they are kept: numerator, denominator, worse, level, of. */
export type KeptFigures = {
  readonly metrics: Readonly<Record<string, KeptFigure>>
  readonly afterSales?: KeptFigure
  readonly ranking?: KeptFigure
  readonly sales: Readonly<Record<string, readonly [fen: number, orders: number, buyers: number]>>
}

export function keptOf({ figures, sales }: MadeFigures): KeptFigures {
  const { afterSales, ranking, metrics } = figures
  return {
    metrics: Object.fromEntries([...metrics].map(([name, figure]) => [name, kept(figure)])),
    ...(afterSales === undefined ? {} : { afterSales: kept(afterSales) }),
    ...(ranking === undefined ? {} : { ranking: kept(ranking) }),
    sales: Object.fromEntries(
      [...sales].map(([days, { fen, orders, buyers }]) => [days, [fen, orders, buyers]]),
    ),
  }
}

/** Reads a figure back from what was kept. */
export function figureOf([numerator, denominator, worse, level, of]: KeptFigure): Figure {
  const value: Fraction = { numerator, denominator }
  return { value, standing: { worse, level, of } }
}

function kept({ value, standing }: Figure): KeptFigure {
  const { worse, level, of } = standing
  return [value.numerator, value.denominator, worse, level, of]
}
