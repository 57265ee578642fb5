import type { Writer } from '#db/connection.ts'
import { couponsOfBatch, insertCoupons, type IssuedCoupon } from '#db/issuing/coupons.ts'
import { lockMembers } from '#db/members.ts'
import { undoRefused } from '#operations/_refused.ts'
import type { IssueContext } from '#operations/issuing/claim-coupon.ts'
import { claimersFor } from '#operations/issuing/_claimers.ts'
import { freshCoupon } from '#operations/issuing/_fresh-coupon.ts'
import { takeQuotas, transactWithQuotas } from '#operations/issuing/quotas.ts'
import type { KnownPolicy } from '#operations/policies/policy-book.ts'
import type { CouponBatch } from '#rules/issuing/coupon-batch.ts'
import { mayHave, type Claimer, type ClaimRefusal } from '#rules/issuing/who-and-when.ts'

export type GrantRequest = {
  readonly slug: string
  /** Names the grant: a member gets one coupon by it, however often it is repeated. */
  readonly name: string
  readonly memberIds: readonly string[]
  readonly at: Temporal.Instant
}

/** What became of each member. */
export type GrantOutcome =
  'granted' | 'before' | ClaimRefusal | 'issuing/sold-out' | 'members/unknown' | 'members/sealed'

export type CouponsGranted =
  | { readonly ok: true; readonly outcomes: ReadonlyMap<string, GrantOutcome> }
  | { readonly ok: false; readonly refusal: 'issuing/unknown-batch' }

/**
 * Gives a coupon of a batch to each of many members, once under the grant's name (IS-9); the claim
 * window does not matter. Where there is too little for all, the first get theirs, by their ids.
 */
export async function grantCoupons(
  context: IssueContext,
  request: GrantRequest,
): Promise<CouponsGranted> {
  const { slug, at } = request
  const known = context.policies.at(`coupon-batch:${slug}`, at)
  if (known === undefined) return { ok: false, refusal: 'issuing/unknown-batch' }

  for (let most = request.memberIds.length; ;) {
    const enough = most
    const granted = await undoRefused<Granted>(
      (operation) => transactWithQuotas(context, at, operation),
      (tx) => grant(tx, context, request, known, enough),
    )
    if (granted.ok) return granted
    most = granted.left
  }
}

type Granted =
  | { readonly ok: true; readonly outcomes: ReadonlyMap<string, GrantOutcome> }
  /** There is too little for all of them: only for so many. */
  | { readonly ok: false; readonly left: number }

async function grant(
  tx: Writer,
  context: IssueContext,
  { slug, name, memberIds, at }: GrantRequest,
  known: KnownPolicy,
  most: number,
): Promise<Granted> {
  const ids = [...new Set(memberIds)].toSorted()
  const members = await lockMembers(tx, ids)
  const coupons = await couponsOfBatch(tx, [...members.keys()], slug)

  const had = Map.groupBy(coupons, (coupon) => coupon.memberId)
  const batch = known.policy as CouponBatch
  const claimerOf = await claimersFor(tx, context.policies, batch.audience, ids, at)
  const { zone } = context.market
  const source = `grant:${name}`
  const outcomes = new Map<string, GrantOutcome>()
  const fresh: IssuedCoupon[] = []
  for (const memberId of ids) {
    const own = had.get(memberId) ?? []
    const status = members.get(memberId)?.status
    const outcome = outcomeFor(claimerOf(memberId), status, own, source, batch)
    const isShort = outcome === 'granted' && fresh.length >= most
    outcomes.set(memberId, isShort ? 'issuing/sold-out' : outcome)
    if (outcome !== 'granted' || isShort) continue
    fresh.push(freshCoupon(known, { memberId, had: own.length, source, at, zone }))
  }
  if (fresh.length === 0) return { ok: true, outcomes }

  await insertCoupons(tx, fresh)
  const uses = fresh.map(({ memberId }) => ({ memberId, amount: 1 }))
  const taken = await takeQuotas(tx, `coupon-batch:${slug}`, uses)
  if (!taken.ok) return { ok: false, left: taken.left }
  return { ok: true, outcomes }
}

function outcomeFor(
  claimer: Claimer,
  status: 'active' | 'sealed' | undefined,
  own: readonly IssuedCoupon[],
  source: string,
  batch: CouponBatch,
): GrantOutcome {
  if (status === undefined) return 'members/unknown'
  if (own.some((each) => each.source === source)) return 'before'
  if (status === 'sealed') return 'members/sealed'
  const may = mayHave(batch, { ...claimer, had: own.length })
  return may.ok ? 'granted' : may.refusal
}
