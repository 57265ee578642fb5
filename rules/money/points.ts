import { assert } from '#rules/assert.ts'

declare const points: unique symbol

/** A whole number of points (or of whatever unit a wallet holds), within the safe range. */
export type Points = number & { readonly [points]: 'Points' }

/** Marks a number as points. A number that is not a safe integer is a bug (MO-1). */
export function asPoints(amount: number): Points {
  assert(Number.isSafeInteger(amount), `points are a safe whole number, not ${amount}`)
  return amount as Points
}

/** The sum, asserted to stay in the safe range. */
export function add(a: Points, b: Points): Points {
  return asPoints(a + b)
}

/** The difference, asserted to stay in the safe range. */
export function subtract(a: Points, b: Points): Points {
  return asPoints(a - b)
}

/** The smaller of two amounts. */
export function least(a: Points, b: Points): Points {
  return a < b ? a : b
}

export const noPoints = asPoints(0)
