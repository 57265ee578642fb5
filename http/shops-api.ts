import type { Http, HttpContext } from '#http/context.ts'
import { shopRoutes } from '#http/shops/shops.ts'

/** All that merchants, their shops and campaigns are asked by. */
export function shopsApi(http: Http, context: HttpContext): void {
  shopRoutes(http, context)
}

/** The headings that these routes stand under. */
export const tagsOfShops = [{ name: 'Shops', description: 'Merchants and their shops.' }]
