import type { Database } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import { verifyAdvances } from '#operations/advances/verify-advances.ts'
import { verifyBadges } from '#operations/badges/verify-badges.ts'
import { verifyBenefits } from '#operations/benefits/verify-benefits.ts'
import { verifyPlacements } from '#operations/campaigns/verify-placements.ts'
import { verifyEntries } from '#operations/entry/verify-entries.ts'
import { verifyDelivery } from '#operations/delivery/verify-delivery.ts'
import { verifyDeclarations } from '#operations/declarations/verify-declarations.ts'
import { verifyQuotas } from '#operations/issuing/verify-quotas.ts'
import type { Verified } from '#operations/ledger/verify-books.ts'
import { verifyMetrics } from '#operations/merchants/metrics/verify-metrics.ts'
import { verifyViolations } from '#operations/merchants/violations/verify-violations.ts'
import { verifyStandings } from '#operations/membership/verify-standings.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { verifyTransformations } from '#operations/transformation/verify-transformations.ts'
import { verifyProtection } from '#operations/protection/verify-protection.ts'
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
  const entries = await verifyEntries(db, memberId)
  const placements = memberId === undefined ? await verifyPlacements(db) : []
  const transformations = memberId === undefined ? await verifyTransformations(db, policies) : []
  const metrics = memberId === undefined ? await verifyMetrics(db, context) : []
  const violations = memberId === undefined ? await verifyViolations(db, context) : []
  const shipments = await verifyDelivery(context, memberId)
  const badges = await verifyBadges(context, { memberId, all: allFacts })
  const stocks = memberId === undefined ? await verifyDeclarations(db) : []
  const protections = await verifyProtection(db, memberId)
  return [
    ...stocks.map(({ of, what }) => faultOf('campaigns', 'declaration', of, what)),
    ...protections.map(({ of, what }) => faultOf('campaigns', 'protection', of, what)),
    ...quotas.map(({ of, what }) => faultOf('issuing', 'quota', of, what)),
    ...advances.map(({ of, what }) => faultOf('platform', 'advance', of, what)),
    ...scores.map(({ memberId: of, what }) => faultOf('platform', 'score', of, what)),
    ...standings.map(({ of, what }) => faultOf('platform', 'tier', of, what)),
    ...benefits.map(({ of, what }) => faultOf('platform', 'benefit', of, what)),
    ...entries.map(({ of, what }) => faultOf('platform', 'entry', of, what)),
    ...placements.map(({ of, what }) => faultOf('platform', 'placement', of, what)),
    ...transformations.map(({ of, what }) => faultOf('shops', 'transformation', of, what)),
    ...metrics.map(({ shopId, what }) => faultOf('shop', 'metrics', shopId, what)),
    ...violations.map(({ shopId, what }) => faultOf('shop', 'violations', shopId, what)),
    ...shipments.map(({ of, what }) => faultOf('platform', 'shipment', of, what)),
    ...badges.map(({ memberId: of, what }) => faultOf('platform', 'badge', of, what)),
  ]
}

function faultOf(program: string, unit: string, member_id: string, what: string): Fault {
  return { member_id, program, unit, seq: 0, what }
}
