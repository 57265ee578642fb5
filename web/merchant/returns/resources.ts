import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { getJson } from '#web/kit/api.ts'
import { pagesQuery } from '#web/kit/pages.ts'
import {
  RequestSchema,
  RequestWithStepsSchema,
  type ReturnRequest,
} from '#web/member/returns/resources.ts'
import { maybe } from '#web/member/maybe.ts'
import { shopPath } from '#web/merchant/frame/resources.ts'

const PageSchema = z.object({ requests: z.array(RequestSchema), nextCursor: maybe(z.string()) })

/** Which requests: those that are open, or all of them. */
export type Which = 'open' | 'all'

/** What the shop is asked for, the newest first. */
export function requestsOfShopQuery(shopId: string, which: Which) {
  const path = shopPath(shopId, 'return-requests') + (which === 'open' ? '?status=open' : '')
  return pagesQuery(['shop', shopId, 'returns', which], path, PageSchema)
}

/** The address of a request at the shop that it was asked of. */
export function requestPath(
  shopId: string,
  { memberId, returnId }: Pick<ReturnRequest, 'memberId' | 'returnId'>,
  ...rest: readonly string[]
): string {
  return shopPath(shopId, 'return-requests', memberId, returnId, ...rest)
}

export function requestOfShopQuery(
  shopId: string,
  request: Pick<ReturnRequest, 'memberId' | 'returnId'>,
) {
  return queryOptions({
    queryKey: ['shop', shopId, 'return', request.memberId, request.returnId],
    queryFn: async ({ signal }) =>
      await getJson(requestPath(shopId, request), RequestWithStepsSchema, signal),
  })
}
