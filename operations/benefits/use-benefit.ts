import type { Database } from '#db/connection.ts'
import { claimById, endClaim, type BenefitClaim } from '#db/benefits/claims.ts'
import { lockMembers } from '#db/members.ts'
import { transact } from '#operations/_transact.ts'
import { announce } from '#operations/announcements/announce.ts'
import { isKeptElsewhere } from '#operations/benefits/given.ts'
import { isBefore } from '#rules/time/instants.ts'

export type ClaimNamed = {
  readonly memberId: string
  readonly claimId: string
  readonly at: Temporal.Instant
}

export type BenefitUsed =
  | { readonly ok: true; readonly claim: BenefitClaim }
  | {
      readonly ok: false
      readonly refusal:
        | 'members/unknown'
        | 'members/sealed'
        | 'benefits/unknown-claim'
        | 'benefits/not-open'
        | 'benefits/handed-over'
    }

/**
 * Marks a right as used, as whoever honours it tells: once, and told again it is as before (BF-10).
 * Refused: what is over, and what was put into the member's hands, which is used where it is kept.
 */
export async function useBenefit(
  { db }: { readonly db: Database },
  { memberId, claimId, at }: ClaimNamed,
): Promise<BenefitUsed> {
  return await transact(db, async (tx): Promise<BenefitUsed> => {
    const member = (await lockMembers(tx, [memberId])).get(memberId)
    if (member === undefined) return { ok: false, refusal: 'members/unknown' }
    const claim = await claimById(tx, memberId, claimId)
    if (claim === undefined) return { ok: false, refusal: 'benefits/unknown-claim' }
    if (claim.status === 'used') return { ok: true, claim }
    if (member.status === 'sealed') return { ok: false, refusal: 'members/sealed' }
    if (isKeptElsewhere(claim)) return { ok: false, refusal: 'benefits/handed-over' }
    if (!isOpen(claim, at)) return { ok: false, refusal: 'benefits/not-open' }

    const ended = await endClaim(tx, { memberId, claimId, status: 'used', at })
    if (!ended) return { ok: false, refusal: 'benefits/not-open' }
    await announce(tx, [
      {
        memberId,
        id: `benefit-used/${claimId}`,
        type: 'jifen.benefit.used.v1',
        at,
        data: { benefit: claim.benefit, claimId },
      },
    ])
    return { ok: true, claim: { ...claim, status: 'used', endedAt: at, nextDue: null } }
  })
}

/** Whether a claim can be used at an instant: it is neither ended nor lapsed, and has begun. */
export function isOpen(claim: BenefitClaim, at: Temporal.Instant): boolean {
  const { status, validFrom, validTo } = claim
  const hasLapsed = validTo !== null && !isBefore(at, validTo)
  return status === 'claimed' && !hasLapsed && !isBefore(at, validFrom)
}
