import { createContext, use } from 'react'
import { assert } from '#rules/assert.ts'
import type { Merchant, Shop } from '#web/merchant/frame/resources.ts'

/** The merchant who is signed in, and the shop that the page is about. */
export type ShopContextValue = { readonly merchant: Merchant; readonly shop: Shop }

export const ShopContext = createContext<ShopContextValue | undefined>(undefined)

export function useShop(): ShopContextValue {
  const value = use(ShopContext)
  assert(value !== undefined, 'a page of a shop is shown within its frame')
  return value
}

export function useShopId(): string {
  return useShop().shop.shopId
}

export function useMerchantId(): string {
  return useShop().merchant.merchantId
}
