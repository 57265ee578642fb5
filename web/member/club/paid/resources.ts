import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { getJson } from '#web/kit/api.ts'
import { memberPath } from '#web/member/club/member-path.ts'
import { orNothing } from '#web/member/club/or-nothing.ts'
import { maybe } from '#web/member/maybe.ts'

const title = z.record(z.string(), z.string())

const YearSchema = z.object({
  number: z.int(),
  priceFen: z.int(),
  score: z.int(),
  from: z.string(),
  to: z.string(),
  status: z.string(),
})

const PaidSchema = z.object({
  title: maybe(title),
  paidMember: z.boolean(),
  until: maybe(z.string()),
  next: z.object({
    mayBuy: z.boolean(),
    priceFen: z.int(),
    score: z.int(),
    /** The score that this price needs; absent: it is everybody's. */
    scoreFrom: maybe(z.int()),
    renewableFrom: maybe(z.string()),
  }),
  saved: z.object({ monthFen: z.int(), yearFen: z.int(), membershipFen: z.int() }),
  caps: z.array(
    z.object({
      cap: z.string(),
      period: z.string(),
      capFen: z.int(),
      savedFen: z.int(),
      leftFen: z.int(),
    }),
  ),
  gives: z.object({
    offers: z.array(z.string()),
    coupons: z.array(z.object({ batch: z.string(), count: z.int() })),
    benefits: z.array(z.string()),
  }),
  /** What the names in `gives` are called. */
  titles: z.record(z.string(), title).catch({}),
  years: z.array(YearSchema),
})

/** What the member has of paid membership. */
export type Paid = z.output<typeof PaidSchema>

/** `null`: the market has no paid membership. */
export function paidQuery(memberId: string) {
  return queryOptions({
    queryKey: ['paid', memberId],
    queryFn: async ({ signal }) =>
      await orNothing(getJson(memberPath(memberId, 'paid-membership'), PaidSchema, signal)),
  })
}
