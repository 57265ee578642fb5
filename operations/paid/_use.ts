import type { Reader, Writer } from '#db/connection.ts'
import { markReturned } from '#db/issuing/coupons.ts'
import { benefitClaimsSince, couponsGivenBy, type GivenCoupon } from '#db/membership/paid-use.ts'
import { paidSavings } from '#db/trades/offer-savings.ts'
import { returnQuota } from '#operations/issuing/quotas.ts'
import { grantNames, slugOf } from '#operations/paid/_policy.ts'
import type { PaidMembershipPolicy } from '#rules/members/paid/policy.ts'
import type { YearUse } from '#rules/members/paid/refund.ts'
import type { PaidYear } from '#rules/members/paid/year.ts'

/** What of a year was used, by the records (PM-7), and the coupons that it gave. */
export async function useOfYear(
  db: Reader,
  memberId: string,
  year: PaidYear,
  policy: PaidMembershipPolicy,
): Promise<YearUse & { readonly coupons: readonly GivenCoupon[] }> {
  const sources = grantNames(year, policy).map((name) => `grant:${name}`)
  const benefits = policy.benefits.map(slugOf)
  const offers = await paidSavings(db, memberId, year.from)
  const coupons = await couponsGivenBy(db, memberId, sources)
  const { claims, worthFen } = await benefitClaimsSince(db, memberId, benefits, year.from)
  const batches = new Set(policy.coupons.map(({ batch }) => slugOf(batch)))
  const given = coupons.filter(({ batch }) => batches.has(batch))
  const used = given.filter(({ status }) => status === 'held' || status === 'used')
  return {
    uses: offers.uses + used.length + claims,
    savedFen: offers.savedFen + worthFen + used.reduce((sum, { offFen }) => sum + offFen, 0),
    coupons: given,
  }
}

/**
 * Takes back the coupons that a refunded year gave and that are still open (PM-8). Called last: quotas
 * are asked for in the order of their names, with nothing after them.
 */
export async function takeBackCoupons(
  tx: Writer,
  memberId: string,
  coupons: readonly GivenCoupon[],
): Promise<void> {
  const back = new Map<string, number>()
  for (const { couponId, batch, status } of coupons) {
    if (status !== 'open' || !(await markReturned(tx, memberId, couponId))) continue
    back.set(batch, (back.get(batch) ?? 0) + 1)
  }
  for (const batch of [...back.keys()].toSorted()) {
    await returnQuota(tx, `coupon-batch:${batch}`, memberId, back.get(batch) ?? 0)
  }
}
