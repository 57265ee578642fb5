import { couponById, markReturned } from '#db/issuing/coupons.ts'
import { shardOf } from '#db/issuing/shards.ts'
import { lockMembers } from '#db/members.ts'
import { transact } from '#operations/_transact.ts'
import { returnQuota, type QuotaContext } from '#operations/issuing/quotas.ts'
import { assert } from '#rules/assert.ts'

export type CouponReturned =
  | { readonly ok: true }
  | {
      readonly ok: false
      readonly refusal: 'members/unknown' | 'issuing/unknown-coupon' | 'issuing/coupon-not-open'
    }

/**
 * Takes an open coupon back, so that another member can have one of the batch (IS-7). It counts towards
 * the member's limit all the same. Doing it again changes nothing.
 */
export async function returnCoupon(
  { db }: Pick<QuotaContext, 'db'>,
  { memberId, couponId }: { readonly memberId: string; readonly couponId: string },
): Promise<CouponReturned> {
  return await transact(db, async (tx): Promise<CouponReturned> => {
    const member = (await lockMembers(tx, [memberId])).get(memberId)
    if (member === undefined) return { ok: false, refusal: 'members/unknown' }
    const coupon = await couponById(tx, memberId, couponId)
    if (coupon === undefined) return { ok: false, refusal: 'issuing/unknown-coupon' }
    if (coupon.status === 'returned') return { ok: true }

    const isOpen = await markReturned(tx, memberId, couponId)
    if (!isOpen) return { ok: false, refusal: 'issuing/coupon-not-open' }
    // What a code gave was taken from the batch when the code was made.
    const taker = coupon.codeHash === null ? memberId : shardOf(memberId)
    const isBack = await returnQuota(tx, `coupon-batch:${coupon.batch}`, taker, 1)
    assert(isBack, 'a coupon was taken from its batch')
    return { ok: true }
  })
}
