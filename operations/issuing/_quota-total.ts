import type { PolicyBook } from '#operations/policies/policy-book.ts'
import type { Benefit } from '#rules/benefits/definition.ts'
import type { Entry } from '#rules/entry/policy.ts'
import type { Allowance } from '#rules/issuing/allowance.ts'
import type { CouponBatch } from '#rules/issuing/coupon-batch.ts'
import type { RedEnvelopeBudget } from '#rules/issuing/red-envelope.ts'
import type { OfferTerms } from '#rules/pricing/offer-terms.ts'

/**
 * How much there is of a resource by the policy in force: `coupon-batch:x` (coupons), `red-envelope:x`
 * and `allowance:x` (fen), `benefit:x` (claims), `entry:x` (places), `offer:x/uses`, `offer:x/budget` (fen). `undefined`: not limited, or not
 * known.
 */
export function quotaTotal(
  policies: PolicyBook,
  resource: string,
  now: Temporal.Instant,
): number | undefined {
  const [name = '', part] = resource.split('/')
  const policy = policies.at(name, now)?.policy
  if (policy === undefined) return undefined

  const family = name.slice(0, name.indexOf(':'))
  switch (family) {
    case 'coupon-batch':
      return (policy as CouponBatch).quantity
    case 'red-envelope':
      return (policy as RedEnvelopeBudget).total
    case 'allowance':
      return (policy as Allowance).total
    case 'benefit':
      return (policy as Benefit).stock
    case 'entry':
      return (policy as Entry).capacity
    case 'offer': {
      const { limit } = policy as OfferTerms
      return part === 'uses' ? limit?.total : limit?.budget
    }
    default:
      return undefined
  }
}
