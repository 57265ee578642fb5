import type { Ladder, Rung } from '#rules/members/tiers/policy.ts'

/** The tier that a score gives by itself: the highest rung reached that needs no invitation (MT-1, MT-2). */
export function tierOfScore(score: number, ladder: Ladder): string | null {
  const reached = ladder.findLast((rung) => rung.byInvitation !== true && score >= rung.from)
  return reached?.name ?? null
}

/** Whether a score reaches a rung that is given by invitation (MT-2). */
export function isInvitable(score: number, ladder: Ladder): boolean {
  return ladder.some((rung) => rung.byInvitation === true && score >= rung.from)
}

/** How high a tier stands: 0 is the lowest rung; -1 for none, and for one that is not on the ladder. */
export function rankOf(tier: string | null, ladder: Ladder): number {
  return ladder.findIndex((rung) => rung.name === tier)
}

/** The next rung above a tier that the score can still reach, and how many points it lacks. */
export type NextRung = { readonly rung: Rung; readonly missing: number }

/** What comes after the tier in force; `undefined` at the top (MT-10). */
export function nextAfter(
  tier: string | null,
  score: number,
  ladder: Ladder,
): NextRung | undefined {
  const rung = ladder[rankOf(tier, ladder) + 1]
  return rung === undefined ? undefined : { rung, missing: Math.max(0, rung.from - score) }
}
