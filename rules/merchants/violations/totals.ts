import { assert } from '#rules/assert.ts'
import {
  violationKinds,
  type ViolationKind,
  type ViolationsPolicy,
} from '#rules/merchants/violations/policy.ts'
import { dayOf, isBefore, startOfDay } from '#rules/time/instants.ts'

/** Something a shop did wrong, with its points. */
export type Violation = {
  readonly violationId: string
  readonly kind: ViolationKind
  readonly points: number
  /** When it was done. */
  readonly at: Temporal.Instant
}

/** A total of one kind with all that makes it. */
export type PointsTotal = {
  readonly points: number
  /** What is left of earlier years. */
  readonly carriedPoints: number
  /** What this year added. */
  readonly addedPoints: number
  /** The violations whose points are in it, the earliest first. */
  readonly violations: readonly string[]
  /** What the ends of years took, the earliest first. */
  readonly resets: readonly { readonly at: Temporal.Instant; readonly points: number }[]
  /** When it is reset next, or what is in it stays. */
  readonly resetsAt: Temporal.Instant
}

export type PointsTotals = Readonly<Record<ViolationKind, PointsTotal>>

/** What points are counted by: the zone of the market, and the policy in force at an instant. */
export type ViolationSetting = {
  readonly zone: string
  readonly policyAt: (at: Temporal.Instant) => ViolationsPolicy | undefined
}

/**
 * The points of a shop at an instant, by kind (VI-1), of violations that were not struck, in any order.
 * What is done after the instant does not count.
 */
export function totalsAt(
  violations: readonly Violation[],
  at: Temporal.Instant,
  setting: ViolationSetting,
): PointsTotals {
  const done = violations.filter((each) => !isBefore(at, each.at)).toSorted(byTimeThenId)
  const total = (kind: ViolationKind): PointsTotal =>
    totalOf(
      kind,
      done.filter((each) => each.kind === kind),
      at,
      setting,
    )
  const [general, severe, fake] = violationKinds
  return { general: total(general), severe: total(severe), fake: total(fake) }
}

function totalOf(
  kind: ViolationKind,
  done: readonly Violation[],
  at: Temporal.Instant,
  setting: ViolationSetting,
): PointsTotal {
  const yearNow = yearOf(at, setting.zone)
  let carried: readonly Violation[] = []
  const resets: { at: Temporal.Instant; points: number }[] = []
  const byYear = Map.groupBy(done, (each) => yearOf(each.at, setting.zone))
  const first = yearOf(done[0]?.at ?? at, setting.zone)
  for (let year = first; year < yearNow; year += 1) {
    const end = endOfYear(year, setting.zone)
    const added = byYear.get(year) ?? []
    const stays = stayingOf(kind, carried, added, setting.policyAt(end))
    const lost = sumOf(carried) + sumOf(added) - sumOf(stays)
    if (lost > 0) resets.push({ at: end, points: lost })
    carried = stays
  }
  const added = byYear.get(yearNow) ?? []
  return {
    points: sumOf(carried) + sumOf(added),
    carriedPoints: sumOf(carried),
    addedPoints: sumOf(added),
    violations: [...carried, ...added].map((each) => each.violationId),
    resets,
    resetsAt: endOfYear(yearNow, setting.zone),
  }
}

/** VI-3, VI-4: what of a kind is still there when the year is over. */
function stayingOf(
  kind: ViolationKind,
  carried: readonly Violation[],
  added: readonly Violation[],
  policy: ViolationsPolicy | undefined,
): readonly Violation[] {
  const { neverFrom, carriesOver } = policy?.reset[kind] ?? {}
  const points = sumOf(carried) + sumOf(added)
  if (neverFrom !== undefined && points >= neverFrom) return [...carried, ...added]
  if (carriesOver === undefined) return []
  const ofYear = sumOf(added)
  return ofYear >= carriesOver.from && ofYear <= carriesOver.to ? added : []
}

function sumOf(violations: readonly Violation[]): number {
  return violations.reduce((sum, each) => sum + each.points, 0)
}

function yearOf(at: Temporal.Instant, zone: string): number {
  return dayOf(at, zone).year
}

/** VI-3: December 31 at 24:00. */
function endOfYear(year: number, zone: string): Temporal.Instant {
  assert(year < 9999, 'years are those of instants')
  return startOfDay(Temporal.PlainDate.from({ year: year + 1, month: 1, day: 1 }), zone)
}

function byTimeThenId(a: Violation, b: Violation): number {
  const apart = a.at.epochMilliseconds - b.at.epochMilliseconds
  if (apart !== 0) return apart
  return a.violationId < b.violationId ? -1 : 1
}
