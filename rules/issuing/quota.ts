import { assert } from '#rules/assert.ts'
import { allocate } from '#rules/money/allocate.ts'

/** A limited quantity: units of something, or fen. */
export type Budget = { readonly total: number; readonly granted: number }

/** Quantities up to this use one bucket of one slice (IS-3). */
const fewest = 200

const bucketsOfMany = 32

/** A budget is granted in about so many slices for each shard. */
const slicesOfMany = 8

/** Into how many buckets a shard splits what it is granted (IS-3). */
export function bucketsFor(total: number): number {
  return total <= fewest ? 1 : bucketsOfMany
}

/**
 * How much a budget grants a shard that has `left` in its buckets (IS-2): nothing while that is half a
 * slice or more and covers what is `needed`, else one slice or as much as is needed, never more than
 * the budget still has (IS-1).
 */
export function nextGrant(budget: Budget, left: number, needed = 0, shards = 1): number {
  const { total, granted } = budget
  const rest = total - granted
  if (rest <= 0) return 0
  if (total <= fewest) return rest

  const slice = Math.ceil(total / (slicesOfMany * shards))
  if (left >= needed && 2 * left >= slice) return 0
  return Math.min(rest, Math.max(slice, needed - left))
}

/** How much of what a budget granted it has to take back, because it was made smaller (IS-4). */
export function excessOf(total: number, granted: number): number {
  return Math.max(0, granted - total)
}

/** Splits a slice over buckets: the parts add up and differ by one at most (IS-3). */
export function splitOver(amount: number, buckets: number): readonly number[] {
  const equal = Array.from({ length: buckets }, () => 1)
  const split = allocate(amount, equal)
  assert(split.ok, 'there is a bucket to split over')
  return split.shares
}

/** What is taken from each bucket to make up an amount, from the first on; `undefined`: too little. */
export function gather(
  amount: number,
  available: readonly number[],
): readonly number[] | undefined {
  let due = amount
  const taken = available.map((each) => {
    const part = Math.min(each, due)
    due -= part
    return part
  })
  return due === 0 ? taken : undefined
}

/** The bucket that a member's claims try first: members spread evenly, each always the same. */
export function firstBucket(memberId: string, buckets: number): number {
  let mixed = 0x811c9dc5
  for (const character of memberId) {
    mixed = Math.imul(mixed ^ (character.codePointAt(0) ?? 0), 0x01000193)
  }
  return (mixed >>> 0) % buckets
}
