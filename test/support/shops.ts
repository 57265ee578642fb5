import type { Database } from '#db/connection.ts'
import type { Shop } from '#db/shops/shops.ts'
import { registerShop } from '#operations/shops/register-shop.ts'

/** Registers shops; whatever is not said is that of a flagship of clothes that is three years old. */
export async function makeShops(
  db: Database,
  shops: readonly (Partial<Shop> & { readonly shopId: string })[],
): Promise<void> {
  const at = Temporal.Instant.from('2017-01-01T00:00:00+08:00')
  for (const told of shops) {
    const shop: Shop = {
      merchantId: `merchant-of-${told.shopId}`,
      title: `The shop ${told.shopId}`,
      type: 'flagship',
      mainCategory: 'clothes',
      categories: [told.mainCategory ?? 'clothes'],
      brand: null,
      openedOn: Temporal.PlainDate.from('2014-11-11'),
      status: 'open',
      ...told,
    }
    const { merchantId } = shop
    const merchant = { merchantId, name: merchantId, legalEntity: `${merchantId} Ltd.` }
    await registerShop(db, { merchant, shop, at })
  }
}
