import type { Writer } from '#db/connection.ts'
import { insertGrants, type BenefitGrant } from '#db/benefits/grants.ts'
import { announce } from '#operations/announcements/announce.ts'

/**
 * Gives members a right to benefits for a time, each once from its source (BF-2), and tells those that
 * are new. In the caller's transaction, in two statements however many there are. Whether the benefit
 * is there is seen when it is claimed.
 */
export async function grantBenefits(
  tx: Writer,
  grants: readonly BenefitGrant[],
  at?: Temporal.Instant,
): Promise<readonly BenefitGrant[]> {
  if (grants.length === 0) return []
  const fresh = await insertGrants(tx, grants)
  await announce(
    tx,
    fresh.map(({ memberId, benefit, source, from, to }) => ({
      memberId,
      id: `benefit-granted/${benefit}/${source}`,
      type: 'jifen.benefit.granted.v1' as const,
      at: at ?? from,
      data: { benefit, source, from: from.toString(), to: to.toString() },
    })),
  )
  return fresh
}
