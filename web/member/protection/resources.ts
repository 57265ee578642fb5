import { z } from 'zod'
import { pagesQuery } from '#web/kit/pages.ts'
import { memberPath } from '#web/member/club/member-path.ts'
import { maybe } from '#web/member/maybe.ts'

const ClaimSchema = z.object({
  tradeId: z.string(),
  lineId: z.string(),
  campaign: z.string(),
  shopId: z.string(),
  sku: z.string(),
  unitsFen: z.array(z.int()),
  lowerPriceFen: z.int(),
  fullFen: z.int(),
  paidFen: z.int(),
  paidAs: z.string(),
  limitedBy: maybe(z.string()),
  openedBy: z.string(),
  openedAt: z.string(),
})

/** What a member has back because a price fell; in fen. */
export type ProtectionClaim = z.output<typeof ClaimSchema>

const PageSchema = z.object({ claims: z.array(ClaimSchema), nextCursor: maybe(z.string()) })

/** What a member has back, the last opened first. */
export function protectionsQuery(memberId: string) {
  const path = `${memberPath(memberId, 'price-protections')}?limit=100`
  return pagesQuery(['protections', memberId], path, PageSchema)
}

/** What is answered when a member asks. */
export const AskedSchema = z.object({ claim: ClaimSchema, payFen: z.int() })
