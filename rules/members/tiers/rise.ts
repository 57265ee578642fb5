import type { RisePolicy } from '#rules/members/tiers/policy.ts'

/** A benefit granted for a time because the score rose. */
export type RiseGrant = { readonly benefit: string; readonly for: Temporal.Duration }

/** One refresh of one member's score. */
export type Refreshed = {
  readonly score: number
  /** Of the refresh before; `undefined`: this is the first. */
  readonly previousScore: number | undefined
  /** In force after the refresh. */
  readonly tier: string | null
  /** Of the refresh, 1 to 12; `undefined`: any. */
  readonly month: number | undefined
}

/** What a rise of the score grants: all of the set, or nothing (MT-6, MT-7). */
export function riseGrants(
  { score, previousScore, tier, month }: Refreshed,
  rise: RisePolicy | undefined,
): readonly RiseGrant[] {
  if (rise === undefined || previousScore === undefined) return []
  if (score - previousScore < rise.points) return []
  if (rise.tiers !== undefined && (tier === null || !rise.tiers.includes(tier))) return []
  if (rise.months !== undefined && month !== undefined && !rise.months.includes(month)) return []
  return rise.grants
}

/** Until when a grant lasts that begins at an instant, by the calendar of the zone (IS-10). */
export function riseEnds(grant: RiseGrant, at: Temporal.Instant, zone: string): Temporal.Instant {
  return at.toZonedDateTimeISO(zone).add(grant.for).toInstant()
}
