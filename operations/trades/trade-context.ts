import type { Database } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import type { KnownPolicy, PolicyBook } from '#operations/policies/policy-book.ts'
import type { PricingPolicy } from '#rules/pricing/policy.ts'
import { TradePolicySchema, type TradePolicy } from '#rules/trades/policy.ts'

/** What trades are priced and placed with. */
export type TradeContext = {
  readonly db: Database
  readonly policies: PolicyBook
  readonly market: Market
}

/** The pricing policy in force at an instant, with its name and version. */
export function pricingPolicyAt(
  policies: PolicyBook,
  at: Temporal.Instant,
): { readonly policy: PricingPolicy; readonly name: string } | undefined {
  const known = policies.at('pricing', at)
  if (known === undefined) return undefined
  return { policy: known.policy as PricingPolicy, name: nameOf(known) }
}

/** The first instant at which a trade that is placed at an instant can no longer be paid (TR-6). */
export function payByOf(
  { policies, market }: TradeContext,
  at: Temporal.Instant,
): Temporal.Instant {
  const known = policies.at('trade', at)
  const { payWithin } = (known?.policy ?? usual) as TradePolicy
  return at.toZonedDateTimeISO(market.zone).add(payWithin).toInstant()
}

/** In a market that was founded before there were trades. */
const usual = TradePolicySchema.parse({})

function nameOf({ name, version }: KnownPolicy): string {
  return `${name}@${version}`
}
