import { assert } from '#rules/assert.ts'

/** An exact quotient of whole numbers; the denominator is positive. */
export type Fraction = { readonly numerator: number; readonly denominator: number }

/** A quotient of two whole numbers, exact. */
export function fraction(numerator: number, denominator: number): Fraction {
  assert(Number.isSafeInteger(numerator), 'a numerator is a safe whole number')
  assert(Number.isSafeInteger(denominator) && denominator > 0, 'a denominator is positive')
  return { numerator, denominator }
}

/** Reads "4.60" exactly; `undefined` when it is no decimal of at most nine digits either side. */
export function fractionFromText(text: string): Fraction | undefined {
  const match = /^(-?)(0|[1-9][0-9]{0,8})(?:\.([0-9]{1,6}))?$/.exec(text)
  if (match === null) return undefined
  const [, sign = '', whole = '', decimals = ''] = match
  const denominator = 10 ** decimals.length
  const numerator = Number(whole) * denominator + Number(decimals || '0')
  return fraction(sign === '-' ? 0 - numerator : numerator, denominator)
}

/** Below zero when `a` is less than `b`, zero when they are equal: exact. */
export function compareFractions(a: Fraction, b: Fraction): number {
  const left = a.numerator * b.denominator
  const right = b.numerator * a.denominator
  if (Number.isSafeInteger(left) && Number.isSafeInteger(right)) return left - right
  const difference =
    BigInt(a.numerator) * BigInt(b.denominator) - BigInt(b.numerator) * BigInt(a.denominator)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** MM-3: as it is shown: so many decimals, the others dropped. 4.888 is "4.88". */
export function toShown({ numerator, denominator }: Fraction, decimals: number): string {
  assert(decimals >= 0 && decimals <= 6, 'a figure is shown with at most six decimals')
  const scale = 10n ** BigInt(decimals)
  const size = BigInt(numerator < 0 ? -numerator : numerator)
  const cut = (size * scale) / BigInt(denominator)
  const digits = String(cut).padStart(decimals + 1, '0')
  const sign = numerator < 0 && cut > 0n ? '-' : ''
  if (decimals === 0) return sign + digits
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}

/** The difference as a fraction in lowest terms, or the nearest that is safe below it. */
export function minus(a: Fraction, b: Fraction): Fraction {
  const numerator =
    BigInt(a.numerator) * BigInt(b.denominator) - BigInt(b.numerator) * BigInt(a.denominator)
  const denominator = BigInt(a.denominator) * BigInt(b.denominator)
  const divisor = greatestDivisor(numerator < 0n ? -numerator : numerator, denominator)
  return fraction(Number(numerator / divisor), Number(denominator / divisor))
}

function greatestDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestDivisor(b, a % b)
}
