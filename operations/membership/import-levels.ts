import type { Database, Writer } from '#db/connection.ts'
import { grantsOf, raiseGrants, type RecordedGrant } from '#db/membership/tier-grants.ts'
import { lockMembers } from '#db/members.ts'
import { transact } from '#operations/_transact.ts'
import { grantTiers, type TierGranted } from '#operations/membership/grant-tier.ts'
import { settleStandingsOf, type StandingContext } from '#operations/membership/settle-members.ts'
import type { ScorePolicy } from '#rules/members/policy.ts'
import { endOf } from '#rules/members/tiers/in-force.ts'
import {
  graceFrom,
  higherLevels,
  promisedTier,
  type LegacyLevels,
} from '#rules/members/tiers/legacy.ts'
import { isBefore } from '#rules/time/instants.ts'

export type MemberLevels = LegacyLevels & { readonly memberId: string }

/**
 * What became of a member's levels: `granted` the tier they promise, `raised` to a higher one than was
 * granted before, the same as `before`, `over` when that period of grace is, or nothing promised.
 */
export type LevelsOutcome =
  | 'granted'
  | 'raised'
  | 'before'
  | 'over'
  | 'nothing-promised'
  | 'members/unknown'
  | 'members/sealed'

export type LevelsImported =
  | { readonly ok: true; readonly outcomes: ReadonlyMap<string, LevelsOutcome> }
  | { readonly ok: false; readonly refusal: 'tiers/no-old-levels' }

/** A member has one promise from old levels. */
const legacyGrantId = 'legacy'

/**
 * Keeps what old levels promise, for the period of grace from now on (MT-8, MT-9): a batch of different
 * members in one transaction. The same again changes nothing.
 */
export async function importLevels(
  context: StandingContext & { readonly db: Database },
  all: readonly MemberLevels[],
): Promise<LevelsImported> {
  const known = context.policies.at('score', context.now)
  const policy = known?.policy as ScorePolicy | undefined
  if (known === undefined || policy?.legacy === undefined) {
    return { ok: false, refusal: 'tiers/no-old-levels' }
  }
  const { legacy } = policy
  return await transact(context.db, async (tx): Promise<LevelsImported> => {
    const ids = all.map((each) => each.memberId).toSorted()
    const members = await lockMembers(tx, ids)
    const grants = await grantsOf(tx, ids)

    const outcomes = new Map<string, LevelsOutcome>()
    const fresh: TierGranted[] = []
    const raised: RecordedGrant[] = []
    for (const { memberId, t, v } of all) {
      const status = members.get(memberId)?.status
      const before = grants.get(memberId)?.find((grant) => grant.grantId === legacyGrantId)
      const levels = higherLevels({ t, v }, levelsOf(before))
      const tier = promisedTier(levels, policy)
      const outcome = outcomeOf(status, before, levels, tier, context.now)
      outcomes.set(memberId, outcome)
      if (tier === null) continue
      const cause = { ...levels, policy: `score@${known.version}` }
      if (outcome === 'raised' && before !== undefined) raised.push({ ...before, tier, cause })
      if (outcome !== 'granted') continue
      const grace = graceFrom(context.now, legacy, context.market.zone)
      const granted = { grantId: legacyGrantId, source: 'legacy', tier, cause } as const
      fresh.push({ memberId, ...granted, ...grace })
    }

    await grantTiers(tx, context, fresh)
    await raise(tx, context, raised)
    return { ok: true, outcomes }
  })
}

async function raise(
  tx: Writer,
  context: StandingContext,
  raised: readonly RecordedGrant[],
): Promise<void> {
  if (raised.length === 0) return
  await raiseGrants(tx, raised)
  const byMember = new Map(raised.map((each) => [each.memberId, each]))
  await settleStandingsOf(tx, context, [...byMember.keys()].toSorted(), (memberId) => {
    const cause = byMember.get(memberId)?.cause
    return { ...cause, type: 'grantRaised', grantId: legacyGrantId, source: 'legacy' }
  })
}

function outcomeOf(
  status: 'active' | 'sealed' | undefined,
  before: RecordedGrant | undefined,
  levels: LegacyLevels,
  tier: string | null,
  now: Temporal.Instant,
): LevelsOutcome {
  if (status === undefined) return 'members/unknown'
  if (status === 'sealed') return 'members/sealed'
  if (before === undefined) return tier === null ? 'nothing-promised' : 'granted'
  const had = levelsOf(before)
  if (levels.t === had.t && levels.v === had.v) return 'before'
  return isBefore(now, endOf(before)) ? 'raised' : 'over'
}

function levelsOf(grant: RecordedGrant | undefined): LegacyLevels {
  const { t, v } = (grant?.cause ?? {}) as LegacyLevels
  return { t, v }
}
