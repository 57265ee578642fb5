import { assert } from '#rules/assert.ts'
import type { Consequence, ViolationKind } from '#rules/merchants/violations/policy.ts'

/** A consequence that a total reached. */
export type Reached = {
  readonly consequence: Consequence
  /** The total that it is for: `from`, or a multiple of it. */
  readonly threshold: number
}

/** VI-5: what follows when the total of a kind rises, the lowest threshold first. */
export function reachedBy(
  consequences: readonly Consequence[],
  kind: ViolationKind,
  before: number,
  after: number,
): Reached[] {
  assert(before >= 0 && after >= before, 'what is recorded does not take points away')
  return consequences
    .filter((each) => each.kind === kind)
    .flatMap((consequence) =>
      thresholdsOf(consequence, before, after).map((threshold) => ({ consequence, threshold })),
    )
    .toSorted((a, b) => a.threshold - b.threshold || a.consequence.from - b.consequence.from)
}

function thresholdsOf({ from, repeats }: Consequence, before: number, after: number): number[] {
  if (!repeats) return before < from && after >= from ? [from] : []
  const passed = (before - (before % from)) / from
  const reached = (after - (after % from)) / from
  return Array.from({ length: reached - passed }, (_, n) => (passed + n + 1) * from)
}

/** The next consequence of a kind above a total, and the points to it. */
export function nextAbove(
  consequences: readonly Consequence[],
  kind: ViolationKind,
  points: number,
): (Reached & { readonly missingPoints: number }) | undefined {
  const above = consequences
    .filter((each) => each.kind === kind)
    .flatMap((consequence) => {
      const { from, repeats } = consequence
      const threshold = repeats ? points - (points % from) + from : from
      return threshold > points ? [{ consequence, threshold }] : []
    })
    .toSorted((a, b) => a.threshold - b.threshold || a.consequence.from - b.consequence.from)
  const [next] = above
  return next === undefined ? undefined : { ...next, missingPoints: next.threshold - points }
}
