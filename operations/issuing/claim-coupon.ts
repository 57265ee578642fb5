import type { Writer } from '#db/connection.ts'
import { couponsOfBatch, insertCoupons, type IssuedCoupon } from '#db/issuing/coupons.ts'
import type { Market } from '#db/market.ts'
import { undoRefused } from '#operations/_refused.ts'
import { claimerFor } from '#operations/issuing/_claimers.ts'
import { freshCoupon } from '#operations/issuing/_fresh-coupon.ts'
import { isSoldOut, rememberSoldOut } from '#operations/issuing/_sold-out.ts'
import { takeQuota, transactWithQuotas, type QuotaContext } from '#operations/issuing/quotas.ts'
import { beginKeyed, digestOf } from '#operations/requests/keyed.ts'
import type { CouponBatch } from '#rules/issuing/coupon-batch.ts'
import { mayClaim, type ClaimRefusal, type NotForMember } from '#rules/issuing/who-and-when.ts'

export type IssueContext = QuotaContext & { readonly market: Market }

export type ClaimRequest = {
  readonly memberId: string
  /** The name of the batch, the envelopes or the allowance, without its family. */
  readonly slug: string
  /** Who asks, and under which Idempotency-Key. */
  readonly caller: string
  readonly key: string
  readonly at: Temporal.Instant
}

export type CouponClaimed =
  | { readonly ok: true; readonly coupon: IssuedCoupon }
  | NotForMember
  | {
      readonly ok: false
      readonly refusal:
        | Exclude<ClaimRefusal, 'issuing/not-for-member'>
        | 'issuing/unknown-batch'
        | 'issuing/sold-out'
        | 'members/unknown'
        | 'members/sealed'
        | 'requests/key-reused'
    }

/**
 * Gives a member a coupon of a batch that it claims (IS-5, IS-8 to IS-10): once under its key. What is
 * refused leaves nothing, so the same key may be tried again.
 */
export async function claimCoupon(
  context: IssueContext,
  request: ClaimRequest,
): Promise<CouponClaimed> {
  const { memberId, slug, at } = request
  const resource = `coupon-batch:${slug}`
  const known = context.policies.at(resource, at)
  if (known === undefined) return { ok: false, refusal: 'issuing/unknown-batch' }
  if (isSoldOut(context.db, resource, 1, at)) return await claimedBefore(context, request)

  const batch = known.policy as CouponBatch
  const claimed = await undoRefused<CouponClaimed>(
    (operation) => transactWithQuotas(context, at, operation),
    async (tx) => {
      const begun = await beginClaim(tx, request, ['coupon'])
      if (!begun.ok) return begun
      const had = await couponsOfBatch(tx, [memberId], slug)

      const before = had.find((each) => each.source === sourceOf(request))
      if (before !== undefined) return { ok: true, coupon: before }
      const claimer = await claimerFor(tx, context.policies, batch.audience, memberId, at)
      const may = mayClaim(batch, { ...claimer, had: had.length, at })
      if (!may.ok) return may

      const { zone } = context.market
      const source = sourceOf(request)
      const coupon = freshCoupon(known, { memberId, had: had.length, source, at, zone })
      await insertCoupons(tx, [coupon])
      const taken = await takeQuota(tx, resource, memberId, 1)
      if (!taken.ok) return { ok: false, refusal: taken.refusal }
      return { ok: true, coupon }
    },
  )
  if (!claimed.ok && claimed.refusal === 'issuing/sold-out') {
    rememberSoldOut(context.db, resource, 1, at)
  }
  return claimed
}

/** Locks the member and keeps the key: what a claim of any kind begins with. */
export async function beginClaim(
  tx: Writer,
  request: ClaimRequest,
  asked: readonly unknown[],
): Promise<
  | { readonly ok: true }
  | {
      readonly ok: false
      readonly refusal: 'members/unknown' | 'members/sealed' | 'requests/key-reused'
    }
> {
  const begun = await beginKeyed(tx, request, digestOf(['claim', request.slug, ...asked]))
  if (!begun.ok) return begun
  if (begun.member.status === 'sealed') return { ok: false, refusal: 'members/sealed' }
  return { ok: true }
}

/** What a claim is known by among the member's. */
export function sourceOf({ caller, key }: ClaimRequest): string {
  return `claim:${caller}/${key.replace(/[%/]/g, encodeURIComponent)}`
}

/** While a batch is known to be sold out, only who had a coupon by the same request gets an answer. */
async function claimedBefore(context: IssueContext, request: ClaimRequest): Promise<CouponClaimed> {
  const had = await couponsOfBatch(context.db, [request.memberId], request.slug)
  const before = had.find((each) => each.source === sourceOf(request))
  if (before !== undefined) return { ok: true, coupon: before }
  return { ok: false, refusal: 'issuing/sold-out' }
}
