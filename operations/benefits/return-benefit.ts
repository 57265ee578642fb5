import { hash } from 'node:crypto'
import type { Writer } from '#db/connection.ts'
import { claimById, endClaim, type BenefitClaim } from '#db/benefits/claims.ts'
import { isOfferUsed } from '#db/benefits/offer-use.ts'
import { couponById, markReturned } from '#db/issuing/coupons.ts'
import { walletId } from '#db/ledger/wallets.ts'
import { lockMembers } from '#db/members.ts'
import { transact } from '#operations/_transact.ts'
import { announce } from '#operations/announcements/announce.ts'
import { claimRef, pointsWallet, voucherWallet } from '#operations/benefits/_claimant.ts'
import { undoRefused } from '#operations/_refused.ts'
import { benefitName, type BenefitContext } from '#operations/benefits/benefit-book.ts'
import { givenBy } from '#operations/benefits/given.ts'
import type { ClaimNamed } from '#operations/benefits/use-benefit.ts'
import { returnQuota } from '#operations/issuing/quotas.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import {
  lockWalletStates,
  postCommands,
  type WalletCommand,
} from '#operations/ledger/post-commands.ts'
import { assert } from '#rules/assert.ts'
import { postAll } from '#rules/ledger/post.ts'
import type { LedgerRefusal } from '#rules/ledger/wallet.ts'
import { asPoints } from '#rules/money/points.ts'
import type { OfferTerms } from '#rules/pricing/offer-terms.ts'
import { isBefore } from '#rules/time/instants.ts'

export type BenefitReturned =
  | { readonly ok: true; readonly claim: BenefitClaim }
  | {
      readonly ok: false
      readonly refusal:
        | LedgerRefusal
        | 'members/unknown'
        | 'members/sealed'
        | 'benefits/unknown-claim'
        | 'benefits/not-open'
        | 'benefits/drawn'
        | 'benefits/partly-used'
    }

/**
 * Takes an unused claim back, exactly as it was made (BF-10): its points to the lots they came from, the
 * quota, the stock, and what was put into the member's hands. Money is paid back by whoever took it:
 * the event names the payment. Doing it again changes nothing. What was drawn stays.
 */
export async function returnBenefit(
  context: BenefitContext,
  named: ClaimNamed & { readonly actor: string },
): Promise<BenefitReturned> {
  return await undoRefused<BenefitReturned>(
    (operation) => transact(context.db, operation),
    (tx) => giveBack(tx, context, named),
  )
}

async function giveBack(
  tx: Writer,
  context: BenefitContext,
  { memberId, claimId, actor, at }: ClaimNamed & { readonly actor: string },
): Promise<BenefitReturned> {
  const member = (await lockMembers(tx, [memberId])).get(memberId)
  if (member === undefined) return { ok: false, refusal: 'members/unknown' }
  const claim = await claimById(tx, memberId, claimId)
  if (claim === undefined) return { ok: false, refusal: 'benefits/unknown-claim' }
  if (claim.status === 'returned') return { ok: true, claim }
  if (member.status === 'sealed') return { ok: false, refusal: 'members/sealed' }
  if (givenBy(claim).kind === 'draw') return { ok: false, refusal: 'benefits/drawn' }
  const { validTo } = claim
  const hasLapsed = validTo !== null && !isBefore(at, validTo)
  if (claim.status !== 'claimed' || hasLapsed) return { ok: false, refusal: 'benefits/not-open' }

  const offers = offersOf(context.policies, claim.benefit)
  if (await isOfferUsed(tx, memberId, offers, claim.claimedAt)) {
    return { ok: false, refusal: 'benefits/partly-used' }
  }

  const commands = [...commandsBack(claim, { context, actor, at })]
  const taken = await takeFromHands(tx, claim, at)
  if (!taken.ok) return { ok: false, refusal: 'benefits/partly-used' }
  if (taken.voucherFen > 0) commands.push(voucherBack(claim, taken.voucherFen, { actor, at }))
  const posted = await postCommands(tx, commands)
  const failed = posted.find((answer) => !answer.ok)
  if (failed !== undefined) return { ok: false, refusal: failed.refusal }

  const ended = await endClaim(tx, { memberId, claimId, status: 'returned', at })
  assert(ended, 'an open claim of a locked member stays open')
  const [points] = posted
  const lapsed = claim.points > 0 && points?.ok === true ? (points.expired ?? 0) : 0
  await tellReturned(tx, claim, claim.points - lapsed, at)
  await quotasBack(tx, claim, taken.batch)
  const back: BenefitClaim = { ...claim, status: 'returned', endedAt: at, nextDue: null }
  return { ok: true, claim: back }
}

/** The offers that any version says are for whoever holds a claim of a benefit. */
function offersOf(policies: PolicyBook, benefit: string): readonly string[] {
  return [...policies.family('offer')]
    .filter(([, versions]) =>
      versions.some((each) => (each.policy as OfferTerms).benefit === benefit),
    )
    .map(([name]) => name)
}

function commandsBack(
  claim: BenefitClaim,
  by: {
    readonly context: BenefitContext
    readonly actor: string
    readonly at: Temporal.Instant
  },
): WalletCommand[] {
  if (claim.points === 0) return []
  const { memberId, claimId, points } = claim
  const base = { key: pointsWallet(memberId), amount: asPoints(points), at: by.at }
  const ref = claimRef(claimId)
  return [{ ...base, kind: 'giveBack', ref, of: ref, meta: metaOf(claim, by) }]
}

function voucherBack(
  claim: BenefitClaim,
  amount: number,
  by: { readonly actor: string; readonly at: Temporal.Instant },
): WalletCommand {
  const { memberId, claimId } = claim
  const base = { key: voucherWallet(memberId), amount: asPoints(amount), at: by.at }
  const ref = claimRef(claimId)
  const meta = metaOf(claim, by)
  return { ...base, kind: 'clawBack', ref, of: ref, shortfall: 'stopAtZero', meta }
}

function metaOf(
  { claimId, benefit, version }: BenefitClaim,
  { actor, at }: { readonly actor: string; readonly at: Temporal.Instant },
): WalletCommand['meta'] {
  return {
    fingerprint: hash('sha256', JSON.stringify(['returned', claimId])),
    actor,
    occurredAt: at,
    cause: JSON.stringify({ type: 'benefit.returned', benefit, claimId }),
    policies: [`${benefitName(benefit)}@${version}`],
  }
}

/** What was taken back: so much of a voucher, or a coupon of a batch. */
type Taken = { readonly ok: true; readonly voucherFen: number; readonly batch?: string }

/** Takes back what the member holds of the claim; refused when any of it was used or is held. */
async function takeFromHands(
  tx: Writer,
  claim: BenefitClaim,
  at: Temporal.Instant,
): Promise<Taken | { readonly ok: false }> {
  const { memberId } = claim
  const given = givenBy(claim)
  if (given.kind === 'coupon') {
    const { batch, couponId } = given
    if (await markReturned(tx, memberId, couponId)) return { ok: true, voucherFen: 0, batch }
    // The member may have given back the coupon alone: then its batch has it already.
    const coupon = await couponById(tx, memberId, couponId)
    return coupon?.status === 'returned' ? { ok: true, voucherFen: 0 } : { ok: false }
  }
  if (given.kind !== 'voucher') return { ok: true, voucherFen: 0 }

  // The points wallet comes first in the order of keys.
  const keys = [pointsWallet(memberId), voucherWallet(memberId)]
  const loaded = (await lockWalletStates(tx, keys, [], [])).get(walletId(voucherWallet(memberId)))
  if (loaded === undefined) return { ok: false }
  const { lots } = postAll(loaded.state, [], at).after
  const lot = lots.find((each) => each.ref === claimRef(claim.claimId))
  const isWhole = lot !== undefined && lot.available + lot.pending === given.amountFen
  return isWhole ? { ok: true, voucherFen: given.amountFen } : { ok: false }
}

/** Last: whoever waits for a bucket holds nothing else that is asked for. */
async function quotasBack(
  tx: Writer,
  { memberId, benefit, ofStock }: BenefitClaim,
  batch: string | undefined,
): Promise<void> {
  const resources = [
    ...(ofStock ? [benefitName(benefit)] : []),
    ...(batch === undefined ? [] : [`coupon-batch:${batch}`]),
  ]
  for (const resource of resources.toSorted()) {
    const isBack = await returnQuota(tx, resource, memberId, 1)
    assert(isBack, 'what a claim took of a quota can be given back')
  }
}

/** `pointsBack`: those that did not lapse meanwhile. */
async function tellReturned(
  tx: Writer,
  claim: BenefitClaim,
  pointsBack: number,
  at: Temporal.Instant,
): Promise<void> {
  const { memberId, claimId, benefit, moneyFen, paymentRef } = claim
  await announce(tx, [
    {
      memberId,
      id: `benefit-returned/${claimId}`,
      type: 'jifen.benefit.returned.v1',
      at,
      data: { benefit, claimId, pointsBack, refundFen: moneyFen, paymentRef },
    },
  ])
}
