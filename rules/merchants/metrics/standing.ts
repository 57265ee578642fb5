import { compareFractions, fraction, type Fraction } from '#rules/merchants/metrics/fraction.ts'
import type { MerchantMetricsPolicy } from '#rules/merchants/metrics/policy.ts'

/** A shop's figure among those of its main category. */
export type Ranked = {
  readonly shopId: string
  readonly category: string
  readonly value: Fraction
}

/** Where a figure stands in its category (MM-9). */
export type Standing = {
  /** Shops that are worse. */
  readonly worse: number
  /** Shops that are level, this one included. */
  readonly level: number
  /** Shops of the category that have the figure. */
  readonly of: number
}

/** MM-9: where each figure stands among those of its category, by exact comparison. */
export function standingsOf(
  figures: readonly Ranked[],
  better: 'higher' | 'lower',
): Map<string, Standing> {
  const standings = new Map<string, Standing>()
  for (const [, shops] of Map.groupBy(figures, (each) => each.category)) {
    const worstFirst = shops.toSorted((a, b) =>
      better === 'higher' ? compareFractions(a.value, b.value) : compareFractions(b.value, a.value),
    )
    for (let from = 0, to = 0; from < worstFirst.length; from = to) {
      const first = worstFirst[from]
      if (first === undefined) break
      to = endOfLevel(worstFirst, from, first.value)
      const standing = { worse: from, level: to - from, of: worstFirst.length }
      for (const { shopId } of worstFirst.slice(from, to)) standings.set(shopId, standing)
    }
  }
  return standings
}

function endOfLevel(sorted: readonly Ranked[], from: number, value: Fraction): number {
  let to = from + 1
  for (let next = sorted[to]; next !== undefined; next = sorted[to]) {
    if (compareFractions(next.value, value) !== 0) break
    to += 1
  }
  return to
}

/** MM-9: the share of the category that a figure is better than; how level ones count, policy says. */
export function percentileOf(
  { worse, level, of }: Standing,
  ties: MerchantMetricsPolicy['ties'],
): Fraction {
  if (ties === 'below') return fraction(worse, of)
  if (ties === 'atOrBelow') return fraction(worse + level, of)
  return fraction(2 * worse + level, 2 * of)
}

/** The place in the category, from 1 for the best; level shops share it. */
export function rankOf({ worse, level, of }: Standing): number {
  return of - worse - level + 1
}
