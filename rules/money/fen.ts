import { assert } from '#rules/assert.ts'

declare const fen: unique symbol

/** Money in minor units of the market's currency: a whole number within the safe range (MO-1). */
export type Fen = number & { readonly [fen]: 'Fen' }

/** Marks a number as money. A number that is not a safe integer is a bug (MO-1). */
export function asFen(amount: number): Fen {
  assert(Number.isSafeInteger(amount), `money is a safe whole number, not ${amount}`)
  return amount as Fen
}

const decimalText = /^(-?)(0|[1-9][0-9]{0,15})(?:\.([0-9]{1,4}))?$/

/**
 * Reads a decimal text ("109.00", "-0.5", "7") as minor units, exactly (MO-2). `undefined` when the
 * text is no plain decimal, has more digits than `minorDigits`, or leaves the safe range.
 */
export function fenFromText(text: string, minorDigits = 2): Fen | undefined {
  const match = decimalText.exec(text)
  if (match === null) return undefined
  const [, sign = '', whole = '', fraction = ''] = match
  if (fraction.length > minorDigits) return undefined

  const units = Number(BigInt(whole + fraction.padEnd(minorDigits, '0')))
  if (!Number.isSafeInteger(units)) return undefined
  return asFen(sign === '-' && units !== 0 ? -units : units)
}

/** Writes minor units as a decimal text: 34712 is "347.12". */
export function fenToText(amount: Fen, minorDigits = 2): string {
  const digits = String(Math.abs(amount)).padStart(minorDigits + 1, '0')
  const sign = amount < 0 ? '-' : ''
  if (minorDigits === 0) return sign + digits
  return `${sign}${digits.slice(0, -minorDigits)}.${digits.slice(-minorDigits)}`
}
