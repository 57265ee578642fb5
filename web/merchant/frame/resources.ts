import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { getJson } from '#web/kit/api.ts'
import { maybe } from '#web/member/maybe.ts'

const ShopSchema = z.object({
  shopId: z.string(),
  title: z.string(),
  type: z.string(),
  mainCategory: z.string(),
  categories: z.array(z.string()),
  brand: maybe(z.string()),
  status: z.string(),
})

/** One of the shops of the merchant who is signed in. */
export type Shop = z.output<typeof ShopSchema>

const MerchantSchema = z.object({
  merchantId: z.string(),
  name: z.string(),
  shops: z.array(ShopSchema),
})

export type Merchant = z.output<typeof MerchantSchema>

export function merchantQuery(merchantId: string) {
  return queryOptions({
    queryKey: ['merchant', merchantId],
    queryFn: async ({ signal }) =>
      await getJson(`/v1/merchants/${encodeURIComponent(merchantId)}`, MerchantSchema, signal),
    staleTime: 60_000,
  })
}

/** The address of something of a shop: `shopPath('muji', 'shipments')`. */
export function shopPath(shopId: string, ...rest: readonly string[]): string {
  return `/v1/shops/${[shopId, ...rest].map(encodeURIComponent).join('/')}`
}

const UnreadSchema = z.object({ unread: z.int() })

/** How many notices the shop has not read. */
export function unreadOfShopQuery(shopId: string) {
  return queryOptions({
    queryKey: ['shop', shopId, 'unread'],
    queryFn: async ({ signal }) => {
      const path = `${shopPath(shopId, 'announcements')}?limit=1`
      const { unread } = await getJson(path, UnreadSchema, signal)
      return unread
    },
  })
}
