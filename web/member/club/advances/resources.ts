import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { getJson } from '#web/kit/api.ts'
import { memberPath } from '#web/member/club/member-path.ts'
import { maybe } from '#web/member/maybe.ts'

const LimitSchema = z.object({
  /** By score, tier and paid membership alone. */
  fullLimitFen: z.int(),
  /** What applies: less for what is owed. */
  limitFen: z.int(),
  outstandingFen: z.int(),
  leftFen: z.int(),
  unpaid: z.int(),
  isBlocked: z.boolean(),
})

/** How much may be advanced to the member. */
export type AdvanceLimit = z.output<typeof LimitSchema>

const AdvanceSchema = z.object({
  returnId: z.string(),
  tradeId: z.string(),
  status: z.string(),
  amountFen: z.int(),
  openFen: z.int(),
  settledFen: z.int(),
  owedFen: z.int(),
  repaidFen: z.int(),
  madeAt: z.string(),
  dueAt: maybe(z.string()),
  endedAt: maybe(z.string()),
})

/** A refund that was paid before the goods were back. */
export type Advance = z.output<typeof AdvanceSchema>

const AdvancesSchema = z.object({ limit: LimitSchema, advances: z.array(AdvanceSchema) })

/** The limit, and the latest advances, the newest first. */
export function advancesQuery(memberId: string) {
  const path = `${memberPath(memberId, 'advances')}?limit=100`
  return queryOptions({
    queryKey: ['advances', memberId],
    queryFn: async ({ signal }) => await getJson(path, AdvancesSchema, signal),
  })
}
