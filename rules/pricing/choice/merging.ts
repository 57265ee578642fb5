/** An open-addressed table of the rows from `first` on, by the whole numbers that each holds. */
export type Merging = { readonly first: number; slots: Int32Array; used: number }

export function openMerging(first: number): Merging {
  return { first, slots: new Int32Array(256).fill(-1), used: 0 }
}

/**
 * The row that holds the same numbers as `key`, or `next`, which is remembered as the row to be
 * added with them. `keys`: the numbers of all rows, as many a row as `key` has.
 */
export function slotFor(
  keys: readonly number[],
  merging: Merging,
  key: readonly number[],
  next: number,
): number {
  if (merging.used * 2 > merging.slots.length) grow(keys, merging, key.length)
  const slot = find(keys, merging.slots, key)
  const row = merging.slots[slot]!
  if (row !== -1) return row
  merging.slots[slot] = next
  merging.used += 1
  return next
}

function find(keys: readonly number[], slots: Int32Array, key: readonly number[]): number {
  const mask = slots.length - 1
  let hash = 0
  for (let at = 0; at < key.length; at += 1) {
    hash = Math.imul(hash ^ key[at]!, 0x9e3779b1)
    hash ^= hash >>> 15
  }
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const row = slots[slot]!
    if (row === -1 || isSame(keys, row, key)) return slot
  }
}

function isSame(keys: readonly number[], row: number, key: readonly number[]): boolean {
  const from = row * key.length
  for (let at = 0; at < key.length; at += 1) if (keys[from + at] !== key[at]) return false
  return true
}

function grow(keys: readonly number[], merging: Merging, width: number): void {
  const rows = merging.slots.filter((row) => row !== -1)
  merging.slots = new Int32Array(merging.slots.length * 4).fill(-1)
  for (const row of rows) {
    const key = keys.slice(row * width, (row + 1) * width)
    merging.slots[find(keys, merging.slots, key)] = row
  }
}
