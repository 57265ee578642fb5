import type { Database } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import { declaredOf, dueWatch, endWatch, type WatchRow } from '#db/prices/watch.ts'
import { lockShops } from '#db/shops/shops.ts'
import { settleTogether } from '#operations/_due.ts'
import { transact } from '#operations/_transact.ts'
import { lookAgain } from '#operations/prices/_look-again.ts'
import type { PriceContext } from '#operations/prices/price-setting.ts'

type Context = PriceContext & { readonly db: Database; readonly market: Market }

const atOnce = 1_000

/**
 * Looks at the declarations of SKUs again of which a deal or price was recorded, or begins to be in
 * force, by an instant. Their shops are locked first: a declaration and a deal that are written at the
 * same time see each other, whichever is first.
 */
export async function settlePriceWatch(context: Context, by: Temporal.Instant): Promise<number> {
  const due = {
    find: (limit: number) => dueWatch(context.db, by, limit),
    nameOf: ({ dueAt, shopId, sku, writtenIn }: WatchRow) =>
      [dueAt, shopId, sku, writtenIn].join('\n'),
    atOnce,
  }
  return await settleTogether(due, async (some) => {
    await transact(context.db, async (tx) => {
      const shopIds = new Set(some.map((each) => each.shopId))
      await lockShops(tx, [...shopIds])
      const declared = await declaredOf(tx, some)
      await lookAgain(tx, { ...context, now: by, actor: 'jifen' }, declared, some)
      await endWatch(tx, some)
    })
  })
}
