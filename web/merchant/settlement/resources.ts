import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { getJson } from '#web/kit/api.ts'
import { maybe } from '#web/member/maybe.ts'
import { shopPath } from '#web/merchant/frame/resources.ts'

const fen = z.int()

const StatementSchema = z.object({
  funding: z.array(
    z.object({
      campaign: maybe(z.string()),
      funder: z.string(),
      layer: z.string(),
      allocatedFen: fen,
      reversedFen: fen,
      netFen: fen,
    }),
  ),
  shops: z.array(
    z.object({
      campaign: maybe(z.string()),
      orders: z.int(),
      goodsFen: fen,
      freightFen: fen,
      extrasFen: fen,
      paidFen: fen,
      refundedFen: fen,
      ownFundedFen: fen,
      othersFundedFen: fen,
      dueFen: fen,
    }),
  ),
  totals: z.object({ dueFen: fen, pointsFen: fen, lateFen: fen, protectionFen: fen }),
})

/** What a shop sold, bears and is due in a period; all in fen. */
export type Statement = z.output<typeof StatementSchema>

/** A period, its end excluded. */
export type Period = { readonly from: string; readonly to: string }

export function settlementPath(shopId: string, { from, to }: Period, format?: 'csv'): string {
  const asked = new URLSearchParams({ from, to, ...(format === undefined ? {} : { format }) })
  return `${shopPath(shopId, 'settlement')}?${asked.toString()}`
}

export function settlementQuery(shopId: string, period: Period) {
  return queryOptions({
    queryKey: ['shop', shopId, 'settlement', period.from, period.to],
    queryFn: async ({ signal }) =>
      await getJson(settlementPath(shopId, period), StatementSchema, signal),
  })
}
