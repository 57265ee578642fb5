import type { Days, DayOf } from '#rules/badges/deeds.ts'
import type { BadgesPolicy, Behaviour } from '#rules/badges/policy.ts'

/** A version of the policy with the first business day that is its own, since 1970-01-01. */
export type BadgesVersion = {
  /** `badges@2`. */
  readonly name: string
  readonly fromDay: number
  readonly policy: BadgesPolicy
}

/** What counts of a behaviour on a day, and the badge points it gives. */
export type Counted = DayOf & {
  readonly counted: number
  readonly points: number
  /** Whether more would not have counted. */
  readonly atCap: boolean
}

export type CountedDays = ReadonlyMap<Behaviour, readonly Counted[]>

/**
 * BG-4: what counts under the maxima, by the version of each day. `versions` are in order and one at
 * least; days before the first are its own. `days` are in order.
 */
export function countDays(days: Days, versions: readonly BadgesVersion[]): CountedDays {
  return new Map(
    [...days].map(([behaviour, of]) => [behaviour, countBehaviour(behaviour, of, versions)]),
  )
}

function countBehaviour(
  behaviour: Behaviour,
  days: readonly DayOf[],
  versions: readonly BadgesVersion[],
): readonly Counted[] {
  let month = NaN
  let ofMonth = 0
  return days.map((on) => {
    const rule = versionOn(versions, on.day)?.policy.behaviours[behaviour]
    if (rule === undefined) return { ...on, counted: 0, points: 0, atCap: false }
    const now = monthOf(on.day)
    if (now !== month) ofMonth = 0
    month = now
    const leftOfMonth =
      rule.perMonth === undefined ? Infinity : Math.max(0, rule.perMonth - ofMonth)
    const most = Math.min(rule.perDay, leftOfMonth)
    const counted = Math.min(on.good, most)
    ofMonth += counted
    return { ...on, counted, points: counted * rule.points, atCap: on.good >= most }
  })
}

/** The version in force on a day. */
export function versionOn(
  versions: readonly BadgesVersion[],
  day: number,
): BadgesVersion | undefined {
  return versions.findLast((each) => each.fromDay <= day) ?? versions[0]
}

/** The months since the first of year 0, by the civil calendar. */
export function monthOf(day: number): number {
  const known = months.get(day)
  if (known !== undefined) return known
  const { year, month } = firstDay.add({ days: day })
  const found = year * 12 + month - 1
  if (months.size < mostDaysKept) months.set(day, found)
  return found
}

const firstDay = Temporal.PlainDate.from('1970-01-01')

/** Days are few and asked for often. */
const months = new Map<number, number>()
const mostDaysKept = 40_000
