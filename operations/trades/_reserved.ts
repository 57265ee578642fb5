import type { TradeContext } from '#operations/trades/trade-context.ts'
import type { PaidMembershipPolicy } from '#rules/members/paid/policy.ts'
import { refuseReserved, type LinesReserved } from '#rules/members/paid/reserved.ts'
import type { MemberStanding } from '#rules/members/standing.ts'
import type { BasketLine } from '#rules/pricing/basket.ts'
import type { QuoteBody } from '#rules/trades/body.ts'

/** Why a member may not buy a basket: it has lines that only paid members buy (PM-12). */
export function reservedFrom(
  { policies }: Pick<TradeContext, 'policies'>,
  { lines }: Pick<QuoteBody, 'lines'>,
  standing: MemberStanding,
  at: Temporal.Instant,
): LinesReserved | undefined {
  const known = policies.at('paidMembership', at)
  if (known === undefined) return undefined
  const { exclusive } = known.policy as PaidMembershipPolicy
  return refuseReserved(exclusive, lines as readonly BasketLine[], standing)
}
