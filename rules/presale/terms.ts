import { asFen, type Fen } from '#rules/money/fen.ts'
import { mulDiv } from '#rules/money/mul-div.ts'
import type { Ppm } from '#rules/money/rate.ts'
import type { DepositBand, DepositPolicy } from '#rules/presale/policy.ts'

/** A presale as a shop offers it: what is put down now, and what that is worth or takes off later. */
export type PresaleTerms = {
  readonly price: Fen
  readonly deposit: Fen
  /** What the deposit counts for; absent: itself. */
  readonly worth?: Fen
  readonly instantOff?: Fen
}

/** What of the terms a policy does not allow, and the figure it asks for. */
export type PresaleRefusal = {
  readonly refusal:
    | 'presale/price-below-least'
    | 'presale/deposit-below-least'
    | 'presale/deposit-above-most'
    | 'presale/deposit-not-a-multiple'
    | 'presale/deposit-wrong-ending'
    | 'presale/worth-below-deposit'
    | 'presale/worth-not-a-multiple'
    | 'presale/worth-and-instant-off'
    | 'presale/instant-off-not-a-multiple'
    | 'presale/instant-off-above-most'
    | 'presale/no-balance-left'
  readonly givenFen: number
  readonly leastFen?: number
  readonly mostFen?: number
  readonly multipleOfFen?: number
  readonly endsIn?: readonly number[]
}

/** PS-1 to PS-4: everything that the policy does not allow of a presale, in that order; none: allowed. */
export function refusalsOf(terms: PresaleTerms, policy: DepositPolicy): readonly PresaleRefusal[] {
  const { price, deposit, worth = deposit, instantOff = 0 } = terms
  const band = policy.bands.findLast(({ from }) => from <= price)
  return [
    below('presale/price-below-least', price, policy.leastPrice),
    ...(band === undefined ? [] : againstBand(terms, band)),
    below('presale/worth-below-deposit', worth, deposit),
    worth !== deposit && instantOff > 0
      ? { refusal: 'presale/worth-and-instant-off' as const, givenFen: instantOff }
      : undefined,
    above('presale/no-balance-left', worth + instantOff, price - 1),
  ].filter((each) => each !== undefined)
}

/** PS-5: what the deposit counts for beyond itself. */
export function expansionOf({ deposit, worth = deposit }: PresaleTerms): Fen {
  return asFen(worth - deposit)
}

/** PS-5: what is still to pay, before coupon and allowance; never below zero. */
export function balanceOf({ price, deposit, worth = deposit, instantOff }: PresaleTerms): Fen {
  return asFen(Math.max(price - worth - (instantOff ?? 0), 0))
}

type Found = PresaleRefusal | undefined

function againstBand(terms: PresaleTerms, band: DepositBand): readonly Found[] {
  const { price, deposit, worth, instantOff } = terms
  const most = percentOf(price, band.mostPercent, 'floor')
  const mostOff = percentOf(price, band.instantOffMostPercent, 'floor')
  return [
    below('presale/deposit-below-least', deposit, leastDeposit(price, band)),
    above('presale/deposit-above-most', deposit, most),
    notMultiple('presale/deposit-not-a-multiple', deposit, band.multipleOf),
    wrongEnding(deposit, band.endsIn),
    notMultiple('presale/worth-not-a-multiple', worth, band.worthMultipleOf),
    notMultiple('presale/instant-off-not-a-multiple', instantOff, band.instantOffMultipleOf),
    above('presale/instant-off-above-most', instantOff, mostOff),
  ]
}

/** The larger of the amount and the percentage, which is rounded up: a deposit of less is under it. */
function leastDeposit(price: Fen, { least = asFen(0), leastPercent }: DepositBand): Fen {
  const byPercent = percentOf(price, leastPercent, 'ceiling') ?? asFen(0)
  return byPercent > least ? byPercent : least
}

function percentOf(
  price: Fen,
  percent: Ppm | undefined,
  rounding: 'floor' | 'ceiling',
): Fen | undefined {
  if (percent === undefined) return undefined
  return asFen(mulDiv(price, percent, 100_000_000, rounding))
}

function below(
  refusal: PresaleRefusal['refusal'],
  givenFen: number,
  leastFen: number | undefined,
): Found {
  if (leastFen === undefined || givenFen >= leastFen) return undefined
  return { refusal, givenFen, leastFen }
}

function above(
  refusal: PresaleRefusal['refusal'],
  givenFen: number | undefined,
  mostFen: number | undefined,
): Found {
  if (givenFen === undefined || mostFen === undefined || givenFen <= mostFen) return undefined
  return { refusal, givenFen, mostFen }
}

function notMultiple(
  refusal: PresaleRefusal['refusal'],
  givenFen: number | undefined,
  multipleOfFen: number | undefined,
): Found {
  if (givenFen === undefined || multipleOfFen === undefined) return undefined
  return givenFen % multipleOfFen === 0 ? undefined : { refusal, givenFen, multipleOfFen }
}

function wrongEnding(givenFen: Fen, endsIn: readonly number[] | undefined): Found {
  if (endsIn === undefined) return undefined
  const isWhole = givenFen % 100 === 0
  if (isWhole && endsIn.includes((givenFen / 100) % 10)) return undefined
  return { refusal: 'presale/deposit-wrong-ending', givenFen, endsIn }
}
