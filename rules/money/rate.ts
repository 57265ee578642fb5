import { mulDiv } from '#rules/money/mul-div.ts'

declare const ppm: unique symbol

/** A rate in whole parts per million: 0.5 is 500,000 (MO-8). */
export type Ppm = number & { readonly [ppm]: 'Ppm' }

export const wholePpm = 1_000_000

const rateText = /^(0|[1-9][0-9]{0,8})(?:\.([0-9]{1,6}))?$/

/** Reads "0.5" as 500,000 parts per million; `undefined` when it is no such rate (MO-8). */
export function ppmFromText(text: string): Ppm | undefined {
  const match = rateText.exec(text)
  if (match === null) return undefined
  const [, whole = '', fraction = ''] = match
  return (Number(whole) * wholePpm + Number(fraction.padEnd(6, '0'))) as Ppm
}

/** Writes parts per million as the shortest decimal text: 500,000 is "0.5". */
export function ppmToText(rate: Ppm): string {
  const digits = String(rate).padStart(7, '0')
  const text = `${digits.slice(0, -6)}.${digits.slice(-6)}`
  return text.replace(/\.?0+$/, '') || '0'
}

/** rate x rate, rounded down to a part per million. */
export function timesRate(a: Ppm, b: Ppm): Ppm {
  return mulDiv(a, b, wholePpm, 'floor') as Ppm
}
