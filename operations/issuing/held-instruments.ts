import type { Reader } from '#db/connection.ts'
import { heldBy, type HeldCoupon } from '#db/issuing/held.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { assert } from '#rules/assert.ts'
import type { CouponBatch } from '#rules/issuing/coupon-batch.ts'
import type { Coupon } from '#rules/pricing/basket.ts'

/** The coupons that a member can use now or later, as pricing takes them. */
export async function couponsOf(
  db: Reader,
  policies: PolicyBook,
  memberId: string,
  now: Temporal.Instant,
): Promise<Coupon[]> {
  const held = await heldBy(db, memberId, now)
  return held.map((each) => couponFrom(each, policies))
}

/** A held coupon with the terms of the version of its batch that it was issued by. */
export function couponFrom(held: HeldCoupon, policies: PolicyBook): Coupon {
  const { couponId: id, name, version, policy, window } = held
  const known = policies.version(name, version)
  assert(known !== undefined, `the approved policy ${policy} is known`)
  return { ...(known.policy as CouponBatch).terms, id, policy, window }
}
