import type { Database } from '#db/connection.ts'
import { shopById } from '#db/shops/shops.ts'
import { undoRefused } from '#operations/_refused.ts'
import { transact } from '#operations/_transact.ts'
import { recordDeals, type ManyTold, type ToldDeal } from '#operations/prices/record-deals.ts'
import { recordPrices, type ToldPrice } from '#operations/prices/record-prices.ts'
import type { PriceContext } from '#operations/prices/price-setting.ts'
import {
  beginKeyedForShop,
  type ShopBegun,
  type ShopRequest,
} from '#operations/requests/keyed-for-shop.ts'
import { digestOf } from '#operations/requests/keyed.ts'

type Context = PriceContext & { readonly db: Database }

/** Without a beginning it begins now: the same again, later, is still the same. */
type PriceAsTold = Omit<ToldPrice, 'shopId' | 'fromMs'> & { readonly fromMs: number | null }

export type Told = ({ readonly ok: true } & ManyTold) | Extract<ShopBegun, { readonly ok: false }>

/**
 * Records the marked prices that a shop, or the platform for it, tells under a key. What is told again is
 * kept as it is: the answer is the same.
 */
export async function tellPrices(
  context: Context,
  request: ShopRequest & { readonly by: 'shop' | 'platform' },
  prices: readonly PriceAsTold[],
): Promise<Told> {
  const { shopId, by, caller: actor, at: now } = request
  return await undoRefused<Told>(
    (operation) => transact(context.db, operation),
    async (tx) => {
      const begun = await beginKeyedForShop(tx, request, digestOf(['prices', prices]))
      if (!begun.ok) return begun
      const told = prices.map((each) => {
        return { ...each, shopId, fromMs: each.fromMs ?? now.epochMilliseconds }
      })
      return { ok: true, ...(await recordPrices(tx, context, told, { now, actor, by })) }
    },
  )
}

/** Records the deals of a shop that the commerce platform tells: each once, by its id. */
export async function tellDeals(
  context: Context,
  { shopId, at }: { readonly shopId: string; readonly at: Temporal.Instant },
  deals: readonly Omit<ToldDeal, 'shopId' | 'source'>[],
): Promise<Told> {
  return await transact(context.db, async (tx): Promise<Told> => {
    const shop = await shopById(tx, shopId)
    if (shop === undefined) return { ok: false, refusal: 'shops/unknown' }
    const told = deals.map((each) => ({ ...each, shopId, source: 'told' as const }))
    return { ok: true, ...(await recordDeals(tx, context, told, at)) }
  })
}
