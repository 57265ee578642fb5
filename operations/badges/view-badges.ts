import {
  badgeAwardsOf,
  badgePointsOf,
  type BadgeAwardRow,
  type BadgePointsRow,
} from '#db/badges/counts.ts'
import type { Database } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import { memberById } from '#db/members.ts'
import { inSnapshot } from '#operations/_snapshot.ts'
import { loadBadgeSituations } from '#operations/badges/_load.ts'
import { badgeRulesAt } from '#operations/badges/badge-policy.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import {
  badgesOf,
  nextLevel,
  progressOf,
  type Award,
  type Badges,
  type Progress,
} from '#rules/badges/badges.ts'
import type { BadgesVersion } from '#rules/badges/count.ts'
import type { BadgesPolicy, Step } from '#rules/badges/policy.ts'
import { dayNumberOf } from '#rules/time/day-numbers.ts'
import { dayOf } from '#rules/time/instants.ts'

/** What a member sees of its badges. */
export type BadgesView =
  | { readonly ok: false; readonly refusal: 'members/unknown' | 'badges/no-policy' }
  | {
      readonly ok: true
      readonly policy: BadgesPolicy
      /** `badges@1`. */
      readonly name: string
      readonly points: number
      readonly level: string | null
      readonly next: { readonly name: string; readonly missing: number } | undefined
      readonly awards: readonly Award[]
      readonly progress: readonly Progress[]
      /** Titles of the badges of the policy, and of those held that it no longer has. */
      readonly titles: ReadonlyMap<string, Title>
      /** By behaviour: what of it waits for a review. */
      readonly waiting: Readonly<Record<string, number>>
    }

type Title = BadgesPolicy['badges'][string]['title']

/** The badges of a member, counted from its facts as they stand; a sealed member's as they stood. */
export async function viewBadges(
  context: { readonly db: Database; readonly policies: PolicyBook; readonly market: Market },
  memberId: string,
  at: Temporal.Instant,
): Promise<BadgesView> {
  const { db, policies, market } = context
  const rules = badgeRulesAt(policies, market.zone, at)
  if (rules === undefined) return { ok: false, refusal: 'badges/no-policy' }
  const { policy, versions } = rules
  return await inSnapshot(db, async (tx): Promise<BadgesView> => {
    const [member, [situation], [kept], stood] = await Promise.all([
      memberById(tx, memberId),
      loadBadgeSituations(tx, market.zone, policy.watch, [memberId]),
      badgePointsOf(tx, [memberId]),
      badgeAwardsOf(tx, [memberId]),
    ])
    if (member === undefined || situation === undefined) {
      return { ok: false, refusal: 'members/unknown' }
    }
    const counted = badgesOf(situation.doings, situation.queue.verdicts, versions)
    const badges = member.status === 'sealed' ? asItStood(counted, kept, stood) : counted
    const held = badges.awards.filter((award) => !award.waits).length
    const waiting = [...badges.counted].flatMap(([behaviour, days]) => {
      const sum = days.reduce((total, day) => total + day.waiting, 0)
      return sum === 0 ? [] : [[behaviour, sum] as const]
    })
    return {
      ok: true,
      policy,
      name: versions.at(-1)?.name ?? '',
      points: badges.points,
      level: badges.level,
      next: nextLevel(policy, badges.points, held),
      awards: badges.awards,
      progress: [
        ...progressOf(policy, badges, dayNumberOf(dayOf(at, market.zone))),
        ...retiredOf(policy, badges.awards),
      ],
      titles: titlesOf(versions),
      waiting: Object.fromEntries(waiting),
    }
  })
}

/** BG-15: of a sealed member, what was written before it was sealed. */
function asItStood(
  badges: Badges,
  kept: BadgePointsRow | undefined,
  stood: readonly BadgeAwardRow[],
): Badges {
  const awards = stood
    .filter((row) => row.status !== 'withdrawn')
    .map(({ badge, step, status, day, policy }): Award => {
      return { badge, step: step as Step, day, policy, waits: status === 'waiting' }
    })
  return { ...badges, awards, points: kept?.points ?? 0, level: kept?.level ?? null }
}

/** What is held of badges that the policy no longer has: there is no next step. */
function retiredOf({ badges }: BadgesPolicy, awards: readonly Award[]): readonly Progress[] {
  const names = new Set(awards.map((award) => award.badge))
  return [...names].flatMap((badge) => (badges[badge] === undefined ? [{ badge, have: 0 }] : []))
}

/** Later versions name what they have; earlier ones what they had besides. */
function titlesOf(versions: readonly BadgesVersion[]): ReadonlyMap<string, Title> {
  return new Map(
    versions.flatMap(({ policy }) =>
      Object.entries(policy.badges).map(([badge, { title }]) => [badge, title] as const),
    ),
  )
}
