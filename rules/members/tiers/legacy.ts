import { rankOf } from '#rules/members/tiers/ladder.ts'
import type { LegacyPolicy, TierPolicy } from '#rules/members/tiers/policy.ts'
import type { Window } from '#rules/time/instants.ts'

/** A member's levels on the two ladders before the score; absent: on neither rung of that ladder. */
export type LegacyLevels = { readonly t?: number | undefined; readonly v?: number | undefined }

/**
 * The tier that old levels promise: the higher of what each of the two promises (MT-8). `null`: they
 * promise nothing.
 */
export function promisedTier(levels: LegacyLevels, policy: TierPolicy): string | null {
  const { legacy, tiers } = policy
  if (legacy === undefined) return null
  const promised = [promiseOf(levels.t, legacy.t), promiseOf(levels.v, legacy.v)]
  const known = promised.filter((tier) => rankOf(tier, tiers) >= 0)
  return known.toSorted((a, b) => rankOf(b, tiers) - rankOf(a, tiers))[0] ?? null
}

/** The higher of each: what a member whose levels are told twice has (MT-9). */
export function higherLevels(a: LegacyLevels, b: LegacyLevels): LegacyLevels {
  return { t: higher(a.t, b.t), v: higher(a.v, b.v) }
}

/** How long the promise is kept, by the calendar of the zone (MT-9). */
export function graceFrom(at: Temporal.Instant, legacy: LegacyPolicy, zone: string): Window {
  return { from: at, to: at.toZonedDateTimeISO(zone).add(legacy.grace).toInstant() }
}

function promiseOf(level: number | undefined, promises: LegacyPolicy['t']): string | null {
  if (level === undefined) return null
  return promises.findLast(({ from }) => level >= from)?.tier ?? null
}

function higher(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return Math.max(a, b)
}
