import type { Writer } from '#db/connection.ts'
import { forfeitClaims, reopenClaims } from '#db/benefits/forfeits.ts'
import { endGrants, resumeGrants } from '#db/benefits/grants.ts'
import { announce } from '#operations/announcements/announce.ts'

/** What a member lost of benefits. */
export type Forfeited = { readonly claims: readonly string[]; readonly grants: number }

/**
 * Takes all benefits from a member for good (BF-11): open claims are forfeited, with what they cost,
 * and grants end. In the caller's transaction, with the member locked. What claims have put into the
 * member's hands (coupons, wallets) is ended where it is kept.
 */
export async function forfeitBenefits(
  tx: Writer,
  memberId: string,
  at: Temporal.Instant,
  cause: Readonly<Record<string, unknown>>,
): Promise<Forfeited> {
  const claims = await forfeitClaims(tx, memberId, at)
  const grants = await endGrants(tx, { memberId, at })
  if (claims.length > 0 || grants > 0) {
    await announce(tx, [
      {
        memberId,
        id: `benefits-forfeited/${at.epochMilliseconds}`,
        type: 'jifen.benefit.forfeited.v1',
        at,
        data: { claims, grants, cause },
      },
    ])
  }
  return { claims, grants }
}

/**
 * Undoes what `forfeitBenefits` did at an instant, as far as it has not lapsed by now: claims are open
 * and grants run again. In the caller's transaction, with the member locked.
 */
export async function restoreBenefits(
  tx: Writer,
  memberId: string,
  endedAt: Temporal.Instant,
  at: Temporal.Instant,
): Promise<Forfeited> {
  const claims = await reopenClaims(tx, memberId, endedAt, at)
  const grants = await resumeGrants(tx, memberId, endedAt, at)
  if (claims.length > 0 || grants > 0) {
    await announce(tx, [
      {
        memberId,
        id: `benefits-restored/${at.epochMilliseconds}`,
        type: 'jifen.benefit.restored.v1',
        at,
        data: { claims, grants },
      },
    ])
  }
  return { claims, grants }
}
