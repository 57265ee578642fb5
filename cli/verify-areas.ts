import type { Database } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import { verifyAdvances } from '#operations/advances/verify-advances.ts'
import { verifyBadges } from '#operations/badges/verify-badges.ts'
import { verifyBenefits } from '#operations/benefits/verify-benefits.ts'
import { verifyQuotas } from '#operations/issuing/verify-quotas.ts'
import type { Verified } from '#operations/ledger/verify-books.ts'
import { verifyStandings } from '#operations/membership/verify-standings.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { verifyScores } from '#operations/score/verify-scores.ts'

type Fault = Verified['faults'][number]

/**
 * Verifies what is kept besides wallets, of one member or of all. What is wrong is told among the
 * faults of wallets, under the name of its area.
 */
export async function verifyAreas(
  context: { readonly db: Database; readonly policies: PolicyBook; readonly market: Market },
  { memberId, allFacts }: { readonly memberId: string | undefined; readonly allFacts: boolean },
): Promise<readonly Fault[]> {
  const { db, policies } = context
  const quotas = memberId === undefined ? (await verifyQuotas(db)).faults : []
  const advances = await verifyAdvances(db, memberId)
  const scores = await verifyScores(db, policies, { memberId, allFacts })
  const standings = await verifyStandings(db, memberId)
  const benefits = memberId === undefined ? (await verifyBenefits(db, policies)).faults : []
  const badges = await verifyBadges(context, { memberId, all: allFacts })
  return [
    ...quotas.map(({ of, what }) => faultOf('issuing', 'quota', of, what)),
    ...advances.map(({ of, what }) => faultOf('platform', 'advance', of, what)),
    ...scores.map(({ memberId: of, what }) => faultOf('platform', 'score', of, what)),
    ...standings.map(({ of, what }) => faultOf('platform', 'tier', of, what)),
    ...benefits.map(({ of, what }) => faultOf('platform', 'benefit', of, what)),
    ...badges.map(({ memberId: of, what }) => faultOf('platform', 'badge', of, what)),
  ]
}

function faultOf(program: string, unit: string, member_id: string, what: string): Fault {
  return { member_id, program, unit, seq: 0, what }
}
