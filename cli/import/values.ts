import { mulDiv } from '#rules/money/mul-div.ts'
import { asFen, fenFromText, type Fen } from '#rules/money/fen.ts'

/** Zeros that add nothing: "2.500" has one digit after the point. */
const idleZeros = /(\.[0-9]*?)0+$/

/** Reads an amount of zero or more; `undefined` when it is none, or finer than a minor unit. */
export function readAmount(text: string, minorDigits: number): Fen | undefined {
  const amount = fenFromText(plain(text), minorDigits)
  return amount === undefined || amount < 0 ? undefined : amount
}

/**
 * The amount of `units` at a price each, exact. The price may be finer than a minor unit, by four
 * digits; an amount that is finer, or below zero, is `undefined`.
 */
export function readPrice(text: string, units: number, minorDigits: number): Fen | undefined {
  const fine = 10_000
  const price = fenFromText(plain(text), 4)
  if (price === undefined || price < 0 || minorDigits > 4) return undefined
  const scale = fine / 10 ** minorDigits
  const product = BigInt(price) * BigInt(units)
  if (product % BigInt(scale) !== 0n || product > BigInt(Number.MAX_SAFE_INTEGER)) return undefined
  return asFen(mulDiv(price, units, scale, 'floor'))
}

/** Reads a whole number, "-6" or "6.0"; `undefined` when it is none. */
export function readUnits(text: string): number | undefined {
  const units = fenFromText(plain(text), 0)
  return units === undefined ? undefined : Number(units)
}

function plain(text: string): string {
  return text.replace(idleZeros, '$1').replace(/\.$/, '')
}
