import { mulDiv } from '#rules/money/mul-div.ts'
import { compareFractions, fraction, type Fraction } from '#rules/merchants/metrics/fraction.ts'
import type { IndexPart, IndexTerms } from '#rules/merchants/metrics/policy.ts'

/** What a part of an index is made from. */
export type PartFigure = {
  readonly value: Fraction
  /** The share of the category that it is better than. */
  readonly percentile: Fraction
}

/** One part of an index as it was counted. */
export type PartScore = {
  readonly metric: string
  readonly weight: number
  /** In hundredths of a point of 100; `null`: nothing is known, and the weight is left out. */
  readonly scoreHundredths: number | null
  readonly by: 'band' | 'percentile' | 'nothing'
}

export type Index = {
  /** From 0 to 100, exact; `undefined`: unknown. */
  readonly value: Fraction | undefined
  readonly parts: readonly PartScore[]
}

/**
 * MM-8: a weighted mean of scores from 0 to 100. A part's score is that of the first band that fits, or
 * its percentile with what is below a hundredth dropped.
 */
export function indexOf(
  terms: IndexTerms,
  figureOf: (metric: string) => PartFigure | undefined,
): Index {
  const parts = terms.parts.map((part) => partScore(part, figureOf(part.metric)))
  const known = parts.flatMap(({ weight, scoreHundredths }) =>
    scoreHundredths === null ? [] : [{ weight, scoreHundredths }],
  )
  const isUnknown =
    known.length === 0 || (terms.missing === 'unknown' && known.length < parts.length)
  if (isUnknown) return { value: undefined, parts }

  const sum = known.reduce((total, each) => total + each.weight * each.scoreHundredths, 0)
  const weight = known.reduce((total, each) => total + each.weight, 0)
  return { value: fraction(sum, weight * 100), parts }
}

function partScore(
  { metric, weight, bands }: IndexPart,
  figure: PartFigure | undefined,
): PartScore {
  if (figure === undefined) return { metric, weight, scoreHundredths: null, by: 'nothing' }
  if (bands === undefined) {
    const { numerator, denominator } = figure.percentile
    const scoreHundredths = mulDiv(numerator, 10_000, denominator, 'floor')
    return { metric, weight, scoreHundredths, by: 'percentile' }
  }
  const band = bands.find(({ atLeast, atMost }) => {
    const isHighEnough = atLeast === undefined || compareFractions(figure.value, atLeast) >= 0
    const isLowEnough = atMost === undefined || compareFractions(figure.value, atMost) <= 0
    return isHighEnough && isLowEnough
  })
  return { metric, weight, scoreHundredths: (band?.score ?? 0) * 100, by: 'band' }
}
