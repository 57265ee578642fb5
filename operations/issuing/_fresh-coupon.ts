import type { IssuedCoupon } from '#db/issuing/coupons.ts'
import type { KnownPolicy } from '#operations/policies/policy-book.ts'
import { couponId, type CouponBatch } from '#rules/issuing/coupon-batch.ts'
import { validFor } from '#rules/issuing/who-and-when.ts'

/** The next coupon that a member gets of a batch, by the version of it that is in force (IS-10). */
export function freshCoupon(
  known: KnownPolicy,
  fresh: {
    readonly memberId: string
    /** How many of the batch the member got before. */
    readonly had: number
    readonly source: string
    readonly at: Temporal.Instant
    readonly zone: string
    readonly codeHash?: Buffer
  },
): IssuedCoupon {
  const { memberId, had, source, at, zone, codeHash = null } = fresh
  const batch = known.name.slice(known.name.indexOf(':') + 1)
  const window = validFor((known.policy as CouponBatch).validity, at, zone)
  const nth = had + 1
  return {
    memberId,
    couponId: couponId(batch, nth),
    batch,
    nth,
    version: known.version,
    source,
    status: 'open',
    issuedAt: at,
    activeAt: window.from,
    expiresAt: window.to,
    tradeId: null,
    codeHash,
  }
}
