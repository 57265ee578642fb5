/** A source of chance that gives the same again for the same seed. */
export type Random = {
  /** From 0, below 1. */
  readonly next: () => number
  /** A whole number from `least` to `most`, both included. */
  readonly int: (least: number, most: number) => number
  readonly chance: (probability: number) => boolean
  readonly pick: <Item>(items: readonly Item[]) => Item
  readonly shuffle: <Item>(items: readonly Item[]) => Item[]
  /** Another source, which depends only on this one's seed and the name. */
  readonly fork: (name: string | number) => Random
}

/** Opens the source of a seed (mulberry32: enough to choose by, not to keep secrets by). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const int = (least: number, most: number): number =>
    least + Math.floor(next() * (most - least + 1))
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: <Item>(items: readonly Item[]): Item => {
      if (items.length === 0) throw new RangeError('there is nothing to pick from')
      return items[int(0, items.length - 1)] as Item
    },
    shuffle: (items) => {
      const order = items.map((item) => ({ item, place: next() }))
      return order.sort((a, b) => a.place - b.place).map((each) => each.item)
    },
    fork: (name) => randomFrom(mix(seed, String(name))),
  }
}

function mix(seed: number, name: string): number {
  let mixed = seed ^ 0x811c9dc5
  for (const character of name) {
    mixed = Math.imul(mixed ^ (character.codePointAt(0) ?? 0), 0x01000193)
  }
  return mixed >>> 0
}
