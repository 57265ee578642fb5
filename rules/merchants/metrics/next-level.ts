import { compareFractions, minus, type Fraction } from '#rules/merchants/metrics/fraction.ts'
import type { Measured } from '#rules/merchants/metrics/measure.ts'

/** The next level of a metric and what is missing to it. */
export type NextLevel = {
  readonly level: Fraction
  /** How far the figure is from it, above zero. */
  readonly gap: Fraction
  /** So many more of the best kind in a row reach it: ratings of five stars, orders in time; where that can be said. */
  readonly neededInRow: number | undefined
}

const mostStars = 5

/** MM-12: the easiest level that a figure does not reach; `undefined`: it reaches all, or there is none. */
export function nextLevel(metric: Measured, value: Fraction): NextLevel | undefined {
  const isHigher = metric.better === 'higher'
  const level = metric.levels.find((each) => {
    const apart = compareFractions(value, each)
    return isHigher ? apart < 0 : apart > 0
  })
  if (level === undefined) return undefined
  const gap = isHigher ? minus(level, value) : minus(value, level)
  return { level, gap, neededInRow: neededInRow(metric, value, level) }
}

/** The least number of the best kind after which the quotient is at the level: exact, rounded up. */
function neededInRow(metric: Measured, value: Fraction, level: Fraction): number | undefined {
  if (metric.kind !== 'ratio' || metric.unit === 'hours') return undefined
  const [of, per] = [BigInt(value.numerator), BigInt(value.denominator)]
  const [over, under] = [BigInt(level.numerator), BigInt(level.denominator)]
  if (metric.better === 'lower') {
    return over <= 0n ? undefined : safe(ceiling(of * under - over * per, over))
  }
  const best = metric.isDimension ? BigInt(mostStars) : 1n
  const each = best * under - over
  return each <= 0n ? undefined : safe(ceiling(over * per - of * under, each))
}

function ceiling(a: bigint, b: bigint): bigint {
  return a <= 0n ? 0n : (a + b - 1n) / b
}

function safe(count: bigint): number | undefined {
  return count <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(count) : undefined
}
