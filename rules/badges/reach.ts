import { monthOf, type Counted, type CountedDays } from '#rules/badges/count.ts'
import { behavioursOf, type Condition } from '#rules/badges/policy.ts'

/** A day with what it adds to a condition. */
type Adding = {
  readonly day: number
  readonly times: number
  readonly categories: readonly string[]
}

/**
 * BG-5: the first day on which a condition comes to `needed`, of the days before `beforeDay`; else
 * `undefined`.
 */
export function reachedOn(
  condition: Condition,
  needed: number,
  counted: CountedDays,
  beforeDay: number,
): number | undefined {
  const tally = tallyFor(condition)
  for (const adding of addingsOf(condition, counted)) {
    if (adding.day >= beforeDay) return undefined
    if (tally.add(adding) >= needed) return adding.day
  }
  return undefined
}

/** What a condition comes to at the end of a day: a window that is over has nothing left in it. */
export function standsAt(condition: Condition, counted: CountedDays, today: number): number {
  const tally = tallyFor(condition)
  for (const adding of addingsOf(condition, counted)) {
    if (adding.day <= today) tally.add(adding)
  }
  return tally.add({ day: today, times: 0, categories: [] })
}

/** The days that count for a condition, in order. */
function addingsOf(condition: Condition, counted: CountedDays): readonly Adding[] {
  const isPoints = condition.count === 'points'
  const of = isPoints
    ? [...counted.values()]
    : behavioursOf(condition).map((each) => counted.get(each) ?? [])
  const byDay = new Map<number, { day: number; times: number; categories: string[] }>()
  for (const each of of.flat()) {
    if (each.counted === 0) continue
    const on = byDay.get(each.day) ?? { day: each.day, times: 0, categories: [] }
    byDay.set(each.day, on)
    on.times += isPoints ? each.points : each.counted
    on.categories.push(...each.categories)
  }
  return [...byDay.values()].sort((a, b) => a.day - b.day)
}

/** What is added day by day; a day without anything only lets time pass. */
type Tally = { readonly add: (adding: Adding) => number }

function tallyFor(condition: Condition): Tally {
  switch (condition.count) {
    case 'times':
      return windowed(condition.withinDays, (on) => on.times)
    case 'days':
      return windowed(condition.withinDays, (on) => (on.times > 0 ? 1 : 0))
    case 'points':
      return windowed(undefined, (on) => on.times)
    case 'categories':
      return distinctCategories(condition.withinDays)
    case 'monthsInRow':
      return monthsInRow()
  }
}

function windowed(withinDays: number | undefined, worth: (on: Adding) => number): Tally {
  const inside: { day: number; worth: number }[] = []
  let first = 0
  let sum = 0
  return {
    add: (adding) => {
      sum += worth(adding)
      if (withinDays === undefined) return sum
      inside.push({ day: adding.day, worth: worth(adding) })
      for (let oldest = inside[first]; oldest !== undefined; oldest = inside[first]) {
        if (oldest.day > adding.day - withinDays) break
        sum -= oldest.worth
        first += 1
      }
      return sum
    },
  }
}

function distinctCategories(withinDays = Infinity): Tally {
  const lastSeen = new Map<string, number>()
  return {
    add: ({ day, categories }) => {
      for (const category of categories) lastSeen.set(category, day)
      for (const [category, seen] of lastSeen) {
        if (seen <= day - withinDays) lastSeen.delete(category)
      }
      return lastSeen.size
    },
  }
}

/** A run goes on while no month is left out; the present month may still be without. */
function monthsInRow(): Tally {
  let month = NaN
  let run = 0
  return {
    add: ({ day, times }) => {
      const now = monthOf(day)
      if (now === month) return run
      if (times === 0) return now === month + 1 ? run : 0
      run = now === month + 1 ? run + 1 : 1
      month = now
      return run
    },
  }
}

/** The badge points of all that counts. */
export function pointsOf(counted: CountedDays): number {
  return [...counted.values()].flat().reduce((sum: number, on: Counted) => sum + on.points, 0)
}
