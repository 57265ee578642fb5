import { assert } from '#rules/assert.ts'
import { mulDiv } from '#rules/money/mul-div.ts'

/** Money to be cut into so many parts, each within bounds. All amounts in fen. */
export type Cut = {
  readonly total: number
  readonly count: number
  readonly least: number
  readonly most: number
}

/** Envelopes cut at once. */
const partsAtOnce = 5_000

/**
 * Cuts a total into parts of random amounts that add up to it exactly, each within its bounds (IS-14).
 * Each part is drawn up to twice the mean of what is left, then all are shuffled, so that no place is
 * better than another (IS-15). `random` gives numbers from 0, below 1.
 */
export function cutRandomly(cut: Cut, random: () => number): readonly number[] {
  const { total, count, least, most } = cut
  assert(isPossible(cut), 'the total can be cut within the bounds')

  const parts: number[] = []
  let left = total
  for (let others = count - 1; others >= 0; others -= 1) {
    const low = Math.max(least, left - most * others)
    const high = Math.min(most, left - least * others)
    const usual = Math.floor((2 * left) / (others + 1)) - least
    const part = between(low, Math.max(low, Math.min(high, usual)), random)
    parts.push(others === 0 ? left : part)
    left -= parts.at(-1) ?? 0
  }
  return shuffled(parts, random)
}

/**
 * The next part of a budget of envelopes to be cut, of which some was granted before: so many, with
 * their share of what is left, so that the rest can be cut within the bounds as well (IS-16).
 */
export function nextCut(
  whole: Cut,
  granted: { readonly amount: number; readonly parts: number },
): Cut | undefined {
  const rest = { ...whole, total: whole.total - granted.amount, count: whole.count - granted.parts }
  if (rest.count <= 0 || !isPossible(rest)) return undefined
  if (rest.count <= partsAtOnce) return rest

  const total = mulDiv(rest.total, partsAtOnce, rest.count, 'floor')
  return { ...rest, total, count: partsAtOnce }
}

function isPossible({ total, count, least, most }: Cut): boolean {
  return least * count <= total && total <= most * count
}

function between(low: number, high: number, random: () => number): number {
  return low + Math.floor(random() * (high - low + 1))
}

function shuffled(parts: readonly number[], random: () => number): number[] {
  const mixed = [...parts]
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1))
    const part = mixed[last] ?? 0
    mixed[last] = mixed[other] ?? 0
    mixed[other] = part
  }
  return mixed
}
