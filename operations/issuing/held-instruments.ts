import type { HeldCoupon } from '#db/issuing/held.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { assert } from '#rules/assert.ts'
import type { CouponBatch } from '#rules/issuing/coupon-batch.ts'
import type { Coupon } from '#rules/pricing/basket.ts'

/** A held coupon with the terms of the version of its batch that it was issued by. */
export function couponFrom(held: HeldCoupon, policies: PolicyBook): Coupon {
  const { couponId: id, name, version, policy, window } = held
  const known = policies.version(name, version)
  assert(known !== undefined, `the approved policy ${policy} is known`)
  return { ...(known.policy as CouponBatch).terms, id, policy, window }
}
