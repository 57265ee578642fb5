import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { getJson } from '#web/kit/api.ts'
import { shopPath } from '#web/merchant/frame/resources.ts'
import { maybe } from '#web/member/maybe.ts'

const ShipmentsSchema = z.object({
  counts: z.object({ overdue: z.int(), today: z.int(), later: z.int() }),
  shipments: z.array(
    z.object({
      orderId: z.string(),
      toDo: maybe(z.string()),
      shipBy: maybe(z.string()),
      traceBy: maybe(z.string()),
    }),
  ),
})

/** How much there is to ship, and the most urgent of it. */
export function urgentShipmentsQuery(shopId: string) {
  return queryOptions({
    queryKey: ['shop', shopId, 'shipments', 'urgent'],
    queryFn: async ({ signal }) =>
      await getJson(`${shopPath(shopId, 'shipments')}?limit=1`, ShipmentsSchema, signal),
    refetchInterval: 60_000,
  })
}

const ReturnsSchema = z.object({
  requests: z.array(
    z.object({
      returnId: z.string(),
      orderId: z.string(),
      kind: z.string(),
      amountFen: z.int(),
      waitsFor: maybe(
        z.object({ what: z.string(), late: z.string(), dueAt: z.string(), lapse: z.string() }),
      ),
    }),
  ),
  nextCursor: maybe(z.string()),
})

export type ReturnToAnswer = z.output<typeof ReturnsSchema>['requests'][number]

/** The return requests that wait for the shop, the most urgent first. */
export function returnsToAnswerQuery(shopId: string) {
  return queryOptions({
    queryKey: ['shop', shopId, 'return-requests', 'mine'],
    queryFn: async ({ signal }) => {
      const path = `${shopPath(shopId, 'return-requests')}?status=open&limit=100`
      const { requests, nextCursor } = await getJson(path, ReturnsSchema, signal)
      const mine = requests.filter(({ waitsFor }) => waitsFor?.late === 'shop')
      return { mine, hasMore: nextCursor !== undefined }
    },
    refetchInterval: 60_000,
  })
}
