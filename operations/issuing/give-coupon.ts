import type { Writer } from '#db/connection.ts'
import { couponsOfBatch, insertCoupons, type IssuedCoupon } from '#db/issuing/coupons.ts'
import type { IssueContext } from '#operations/issuing/claim-coupon.ts'
import { freshCoupon } from '#operations/issuing/_fresh-coupon.ts'
import type { CouponBatch } from '#rules/issuing/coupon-batch.ts'

/**
 * Gives a locked member a coupon of a batch as a part of something else, whatever the batch's claim
 * window and audience; the limit of the batch holds (IS-9). The caller takes it from the quota
 * `coupon-batch:<slug>`, last.
 */
export async function giveCoupon(
  tx: Writer,
  context: IssueContext,
  given: {
    readonly memberId: string
    readonly slug: string
    readonly source: string
    readonly at: Temporal.Instant
  },
): Promise<
  | { readonly ok: true; readonly coupon: IssuedCoupon }
  | {
      readonly ok: false
      readonly refusal: 'issuing/unknown-batch' | 'issuing/member-limit-reached'
    }
> {
  const { memberId, slug, source, at } = given
  const known = context.policies.at(`coupon-batch:${slug}`, at)
  if (known === undefined) return { ok: false, refusal: 'issuing/unknown-batch' }
  const had = (await couponsOfBatch(tx, [memberId], slug)).length
  if (had >= (known.policy as CouponBatch).perMember) {
    return { ok: false, refusal: 'issuing/member-limit-reached' }
  }

  const { zone } = context.market
  const coupon = freshCoupon(known, { memberId, had, source, at, zone })
  await insertCoupons(tx, [coupon])
  return { ok: true, coupon }
}
