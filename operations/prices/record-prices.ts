import type { Writer } from '#db/connection.ts'
import type { SkuKey } from '#db/prices/deals.ts'
import { insertPrices, pricesOf, type PriceRow } from '#db/prices/price-records.ts'
import { campaignAt } from '#operations/campaigns/campaign-book.ts'
import { watchAgain } from '#operations/prices/_queue-watch.ts'
import type { PriceContext } from '#operations/prices/price-setting.ts'
import type { ManyTold } from '#operations/prices/record-deals.ts'
import type { Window } from '#rules/pricing/basket.ts'
import { refusalOfPrice, type ToldRefusal } from '#rules/prices/told.ts'
import { saleOf } from '#rules/prices/windows.ts'

/** A marked price that is told, with its SKU. */
export type ToldPrice = Omit<PriceRow, 'recordedMs' | 'recordedBy'>

/**
 * Appends marked prices of shops that are locked (PV-9, PV-10), each once by shop, SKU and id, and has the
 * declarations of their SKUs looked at again, now and when a price begins. One that does not fit is refused
 * by itself.
 */
export async function recordPrices(
  tx: Writer,
  context: PriceContext,
  prices: readonly ToldPrice[],
  told: {
    readonly now: Temporal.Instant
    readonly actor: string
    readonly by: 'shop' | 'platform'
  },
): Promise<ManyTold> {
  if (prices.length === 0) return { kept: 0, refused: [] }
  const skus = [...new Map(prices.map((each) => [keyOf(each), each])).values()]
  const known = await pricesOf(tx, skus)
  const bySku = new Map(skus.map((each, n) => [keyOf(each), known[n] ?? []]))
  const refused: { n: number; refusal: ToldRefusal }[] = []
  const fresh: PriceRow[] = []
  prices.forEach((price, n) => {
    const recordedMs = told.now.epochMilliseconds
    const row = { ...price, recordedMs, recordedBy: told.actor }
    const others = bySku.get(keyOf(price)) ?? []
    const refusal = refusalOfPrice(row, others, told.by, saleFor(context, price, told.now))
    if (refusal !== undefined) refused.push({ n, refusal })
    else if (!others.some((each) => each.priceId === price.priceId)) {
      others.push(row)
      fresh.push(row)
    }
  })
  if (fresh.length > 0) await insertPrices(tx, fresh)
  const touched = fresh.map(({ shopId, sku, fromMs, toMs }) => {
    return { shopId, sku, window: { fromMs, toMs: toMs ?? Number.POSITIVE_INFINITY } }
  })
  await watchAgain(tx, context, touched, told.now)
  return { kept: prices.length - refused.length, refused }
}

function saleFor(
  { policies }: PriceContext,
  { campaign }: ToldPrice,
  now: Temporal.Instant,
): Window | undefined {
  const known = campaign === null ? undefined : campaignAt(policies, campaign, now)
  return known === undefined ? undefined : saleOf(known.terms)
}

function keyOf({ shopId, sku }: SkuKey): string {
  return `${shopId}\n${sku}`
}
