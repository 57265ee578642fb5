import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { getJson } from '#web/kit/api.ts'
import { memberPath } from '#web/member/club/member-path.ts'
import { orNothing } from '#web/member/club/or-nothing.ts'
import { maybe } from '#web/member/maybe.ts'

const instant = maybe(z.string())

const WaitsSchema = z.object({
  what: z.string(),
  /** Who has to do it. */
  late: z.string(),
  dueAt: z.string(),
  leftSeconds: z.int(),
  /** What happens when it is not done by then. */
  lapse: z.string(),
})

export const RequestSchema = z.object({
  memberId: z.string(),
  returnId: z.string(),
  orderId: z.string(),
  kind: z.string(),
  reason: z.string(),
  condition: maybe(z.string()),
  freightBy: maybe(z.string()),
  lines: z.array(
    z.object({ line: z.string(), quantity: z.int(), amountFen: z.int(), sku: maybe(z.string()) }),
  ),
  amountFen: z.int(),
  refundedFen: maybe(z.int()),
  note: maybe(z.string()),
  status: z.string(),
  outcome: maybe(z.string()),
  waitsFor: maybe(WaitsSchema),
  askedAt: z.string(),
  sentAt: instant,
  closedAt: instant,
  policy: z.string(),
})

/** A refund, return or exchange that a member asked a shop for. */
export type ReturnRequest = z.output<typeof RequestSchema>

const StepSchema = z.object({
  n: z.int(),
  turn: z.string(),
  status: z.string(),
  at: z.string(),
  told: z.looseObject({
    carrier: z.string().optional().catch(undefined),
    number: z.string().optional().catch(undefined),
  }),
  note: maybe(z.string()),
})

/** What was done about a request. */
export type ReturnStep = z.output<typeof StepSchema>

export const RequestWithStepsSchema = z.object({
  request: RequestSchema,
  steps: z.array(StepSchema),
})

const RequestsSchema = z.object({ requests: z.array(RequestSchema) })

/** The latest requests of a member; those of one trade are picked out by their orders. */
export function requestsQuery(memberId: string) {
  const path = `${memberPath(memberId, 'return-requests')}?limit=100`
  return queryOptions({
    queryKey: ['return-requests', memberId],
    queryFn: async ({ signal }) => (await getJson(path, RequestsSchema, signal)).requests,
  })
}

export function requestQuery(memberId: string, returnId: string) {
  const path = memberPath(memberId, 'return-requests', returnId)
  return queryOptions({
    queryKey: ['return-request', memberId, returnId],
    queryFn: async ({ signal }) => await getJson(path, RequestWithStepsSchema, signal),
  })
}

const TimeSchema = z.object({
  what: z.string(),
  late: z.string(),
  dueAt: z.string(),
  leftSeconds: z.int(),
  lapse: z.string(),
  returnId: maybe(z.string()),
  pausedAt: instant,
})

/** A time that runs for an order, and what happens at its end. */
export type RunningTime = z.output<typeof TimeSchema>

const TimesSchema = z.object({
  orders: z.array(
    z.object({
      orderId: z.string(),
      receipt: maybe(z.object({ extendedDays: maybe(z.int()), mostDays: z.int() })),
      timeouts: z.array(TimeSchema),
    }),
  ),
})

/** Every time that runs for the orders of a trade; `null`: the market has none. */
export function timesQuery(memberId: string, tradeId: string) {
  const path = `/v1/timeouts?tradeId=${encodeURIComponent(tradeId)}`
  return queryOptions({
    queryKey: ['timeouts', memberId, tradeId],
    queryFn: async ({ signal }) => await orNothing(getJson(path, TimesSchema, signal)),
  })
}
