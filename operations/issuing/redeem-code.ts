import type { Writer } from '#db/connection.ts'
import { addCodeFailure, claimCode, codeByHash, codeFailures } from '#db/issuing/codes.ts'
import { couponsOfBatch, insertCoupons, type IssuedCoupon } from '#db/issuing/coupons.ts'
import { shardOf } from '#db/issuing/shards.ts'
import { lockMembers } from '#db/members.ts'
import { transact } from '#operations/_transact.ts'
import { claimerFor } from '#operations/issuing/_claimers.ts'
import { freshCoupon } from '#operations/issuing/_fresh-coupon.ts'
import type { IssueContext } from '#operations/issuing/claim-coupon.ts'
import { hashOfCode } from '#operations/issuing/make-codes.ts'
import { codeFailuresAnHour } from '#rules/issuing/coupon-code.ts'
import type { CouponBatch } from '#rules/issuing/coupon-batch.ts'
import { mayClaim } from '#rules/issuing/who-and-when.ts'

export type RedeemCode = {
  readonly memberId: string
  readonly code: string
  readonly at: Temporal.Instant
}

export type CodeRedeemed =
  | { readonly ok: true; readonly coupon: IssuedCoupon }
  | {
      readonly ok: false
      readonly refusal:
        'issuing/code-not-valid' | 'issuing/too-many-codes' | 'members/unknown' | 'members/sealed'
    }

/**
 * Gives a member the coupon of a code, once; given again, the same coupon is answered. Whatever is
 * wrong with a code, the answer is the same, and too many wrong ones in an hour stop the member (IS-11).
 */
export async function redeemCode(
  context: IssueContext,
  { memberId, code, at }: RedeemCode,
): Promise<CodeRedeemed> {
  const hour = at.round({ smallestUnit: 'hour', roundingMode: 'floor' })
  return await transact(context.db, async (tx): Promise<CodeRedeemed> => {
    const member = (await lockMembers(tx, [memberId])).get(memberId)
    if (member === undefined) return { ok: false, refusal: 'members/unknown' }
    if (member.status === 'sealed') return { ok: false, refusal: 'members/sealed' }
    if ((await codeFailures(tx, memberId, hour)) >= codeFailuresAnHour) {
      return { ok: false, refusal: 'issuing/too-many-codes' }
    }

    const coupon = await couponOfCode(tx, context, { memberId, code, at })
    if (coupon !== undefined) return { ok: true, coupon }
    await addCodeFailure(tx, memberId, hour)
    return { ok: false, refusal: 'issuing/code-not-valid' }
  })
}

async function couponOfCode(
  tx: Writer,
  context: IssueContext,
  { memberId, code, at }: RedeemCode,
): Promise<IssuedCoupon | undefined> {
  const codeHash = hashOfCode(code)
  if (codeHash === undefined) return undefined
  const shard = shardOf(memberId)
  const kept = await codeByHash(tx, shard, codeHash)
  const known = context.policies.at(`coupon-batch:${kept?.batch ?? ''}`, at)
  if (kept === undefined || known === undefined) return undefined

  const had = await couponsOfBatch(tx, [memberId], kept.batch)
  if (kept.claimedBy !== null) return had.find((each) => each.codeHash?.equals(codeHash) ?? false)
  const batch = known.policy as CouponBatch
  const claimer = await claimerFor(tx, context.policies, batch.audience, memberId, at)
  if (!mayClaim(batch, { ...claimer, had: had.length, at }).ok) return undefined

  const { zone } = context.market
  const source = `code:${codeHash.toString('hex')}`
  const coupon = freshCoupon(known, { memberId, had: had.length, source, at, zone, codeHash })
  if (!(await claimCode(tx, shard, codeHash, memberId))) return undefined
  await insertCoupons(tx, [coupon])
  return coupon
}
