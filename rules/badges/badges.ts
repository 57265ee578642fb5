import { assert } from '#rules/assert.ts'
import { countDays, versionOn, type BadgesVersion, type CountedDays } from '#rules/badges/count.ts'
import { daysOf, type Doings, type Verdicts } from '#rules/badges/deeds.ts'
import { steps, type BadgesPolicy, type Step } from '#rules/badges/policy.ts'
import { pointsOf, reachedOn, standsAt } from '#rules/badges/reach.ts'

/** A step of a badge that facts reach. */
export type Award = {
  readonly badge: string
  readonly step: Step
  /** Since 1970-01-01. */
  readonly day: number
  /** The version under which it was reached: `badges@1`. */
  readonly policy: string
  /** It is reached only if what waits for a review is cleared. */
  readonly waits: boolean
}

/** What a member's facts come to. */
export type Badges = {
  readonly points: number
  /** By badge and step. */
  readonly awards: readonly Award[]
  /** The name of the level; `null`: below every one. */
  readonly level: string | null
  readonly counted: CountedDays
}

export type Progress = {
  readonly badge: string
  /** What the condition comes to at present. */
  readonly have: number
  /** The first step that is not held; absent: all are. */
  readonly next?: { readonly step: Step; readonly needed: number; readonly missing: number }
}

/**
 * BG-6: the badges, points and level that a member's facts give, the same in whatever order they are
 * given. `versions` are those of the policy by the day from which they hold, one at least.
 */
export function badgesOf(
  doings: Doings,
  verdicts: Verdicts,
  versions: readonly BadgesVersion[],
): Badges {
  const latest = versions.at(-1)
  assert(latest !== undefined, 'badges are counted by a policy')
  const leastPaid = (day: number) =>
    versionOn(versions, day)?.policy.behaviours.purchase?.leastPaid ?? 0
  const counted = countDays(daysOf(doings, verdicts, leastPaid), versions)
  const held = awardsOf(counted, versions)
  const isWaiting = [...verdicts.values()].some((verdict) => verdict.waits)
  const trusted = isWaiting
    ? awardsOf(countDays(daysOf(doings, verdicts, leastPaid, true), versions), versions)
    : held
  const waiting = trusted.filter(
    (award) => !held.some((each) => each.badge === award.badge && each.step === award.step),
  )
  const points = pointsOf(counted)
  return {
    points,
    awards: [
      ...held.map((award) => ({ ...award, waits: false })),
      ...waiting.map((award) => ({ ...award, waits: true })),
    ].sort(byBadgeThenStep),
    level: levelOf(latest.policy, points, held.length),
    counted,
  }
}

/** BG-7: the highest level whose number is reached; `null`: none. */
export function levelOf({ levels }: BadgesPolicy, points: number, badges: number): string | null {
  const reached = levels.by === 'points' ? points : badges
  return levels.ladder.findLast((each) => each.from <= reached)?.name ?? null
}

/** The level after the one reached, with what is missing for it. */
export function nextLevel(
  { levels }: BadgesPolicy,
  points: number,
  badges: number,
): { readonly name: string; readonly missing: number } | undefined {
  const reached = levels.by === 'points' ? points : badges
  const next = levels.ladder.find((each) => each.from > reached)
  return next === undefined ? undefined : { name: next.name, missing: next.from - reached }
}

/** How far a member has come with each badge of the policy by a day. */
export function progressOf(
  { badges }: BadgesPolicy,
  { awards, counted }: Badges,
  today: number,
): readonly Progress[] {
  return Object.entries(badges).map(([badge, { condition, steps: asked }]) => {
    const have = standsAt(condition, counted, today)
    const step = steps.find((each) => asked[each] !== undefined && !isHeld(awards, badge, each))
    if (step === undefined) return { badge, have }
    const needed = asked[step] ?? 0
    return { badge, have, next: { step, needed, missing: Math.max(0, needed - have) } }
  })
}

function isHeld(awards: readonly Award[], badge: string, step: Step): boolean {
  return awards.some((each) => each.badge === badge && each.step === step && !each.waits)
}

type Reached = Omit<Award, 'waits'>

/** Each step by the first version under which it is reached while that is in force. */
function awardsOf(counted: CountedDays, versions: readonly BadgesVersion[]): readonly Reached[] {
  const awards = new Map<string, Reached>()
  versions.forEach(({ name, fromDay, policy }, at) => {
    const beforeDay = versions[at + 1]?.fromDay ?? Infinity
    for (const [badge, { condition, steps: asked }] of Object.entries(policy.badges)) {
      for (const step of steps) {
        const needed = asked[step]
        const key = `${badge}/${step}`
        if (needed === undefined || awards.has(key)) continue
        const day = reachedOn(condition, needed, counted, beforeDay)
        if (day === undefined) continue
        const from = at === 0 ? day : Math.max(day, fromDay)
        awards.set(key, { badge, step, day: from, policy: name })
      }
    }
  })
  return [...awards.values()]
}

function byBadgeThenStep(a: Award, b: Award): number {
  if (a.badge !== b.badge) return a.badge < b.badge ? -1 : 1
  return steps.indexOf(a.step) - steps.indexOf(b.step)
}
