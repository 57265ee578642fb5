import { assert } from '#rules/assert.ts'
import type { CountWeight } from '#rules/members/score/policy.ts'

/** How many of something counted on the day, in the month and in the window that a pass is in. */
export type Counter = { day: number; month: number; window: number }

export function newCounter(): Counter {
  return { day: 0, month: 0, window: 0 }
}

/**
 * Counts so many of something as far as no maximum is full (MS-7). What does not count is held back by
 * the fullest, the first of equals: the figures after the one at `first` say by which.
 */
export function count(
  figures: number[],
  first: number,
  counter: Counter,
  weight: Omit<CountWeight, 'points' | 'perDay'> & { readonly perDay?: number | undefined },
  number: number,
): void {
  const { perDay = Infinity, perMonth = Infinity, perWindow = Infinity } = weight
  const inDay = perDay - counter.day
  const inMonth = perMonth - counter.month
  const inWindow = perWindow - counter.window
  const counted = Math.min(number, inDay, inMonth, inWindow)
  add(figures, first, number)
  if (counted < number) {
    const limit = inDay === counted ? 1 : inMonth === counted ? 2 : 3
    add(figures, first + limit, number - counted)
  }
  counter.day += counted
  counter.month += counted
  counter.window += counted
}

export function add(figures: number[], index: number, number: number): void {
  figures[index] = (figures[index] ?? 0) + number
}

/** Where a pass over days is: `monthEnds` as of the window, and which of its months; -1: not begun. */
export type Pass = { readonly monthEnds: readonly number[]; day: number; month: number }

/** Which month of the window a day is in, looked for from where the pass is. */
export function monthFrom(pass: Pass, day: number): number {
  assert(day > pass.day, 'facts come in the order of their days')
  let month = pass.month < 0 ? 0 : pass.month
  while (day > (pass.monthEnds[month] ?? Infinity)) month += 1
  return month
}
