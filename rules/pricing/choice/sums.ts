import type { Outlook, Outlooked, Rest } from '#rules/pricing/choice/outlook.ts'

/** How much was looked at, and how much may be. */
export type Work = { nodes: number; readonly budget: number }

/** Sums of choices for some of the groups, one row each, and the sums that they extend. */
export type Sums = {
  readonly group: number
  readonly before: Sums | undefined
  count: number
  /** How far each stays under the bound already. */
  lost: Float64Array
  /** What is taken off each limited step, row after row. */
  taken: Float64Array
  /** The ids used, row after row. */
  marks: Float64Array
  from: Int32Array
  option: Int32Array
  /** Of what each takes: adds up as that does. */
  hash: Int32Array
}

/** A sum of no group yet. */
export function openSums(dims: number, words: number): Sums {
  const sums = emptySums(-1, undefined, 1, dims, words)
  sums.count = 1
  return sums
}

function emptySums(
  group: number,
  before: Sums | undefined,
  room: number,
  dims: number,
  words: number,
): Sums {
  return {
    group,
    before,
    count: 0,
    lost: new Float64Array(room),
    taken: new Float64Array(room * dims),
    marks: new Float64Array(room * words),
    from: new Int32Array(room),
    option: new Int32Array(room),
    hash: new Int32Array(room),
  }
}

/**
 * Adds a group to sums: those that could be part of a fit of interest, whatever is chosen in the
 * others. Sums that take the same are one: the better stays.
 */
export function extend(
  outlook: Outlook,
  before: Sums,
  rest: Rest,
  group: number,
  work: Work,
): Sums {
  const { limits, rates, slack, words } = outlook
  const own = outlook.groups[group]!
  const dims = limits.length
  for (let dim = 0; dim < dims; dim += 1) {
    rest.least[dim]! -= own.least[dim]!
    rest.most[dim]! -= own.most[dim]!
  }
  const sums = emptySums(group, before, Math.max(16, before.count * 2), dims, words)
  const table = openTable(sums.lost.length)
  const next = new Float64Array(dims)
  for (let row = 0; row < before.count; row += 1) {
    work.nodes += own.options.length
    if (work.nodes > work.budget) break
    for (let option = 0; option < own.options.length; option += 1) {
      const lost = before.lost[row]! + own.lost[option]!
      if (lost > slack) break
      let waste = lost
      let dim = 0
      for (; dim < dims; dim += 1) {
        const taken = before.taken[row * dims + dim]! + own.taken[option * dims + dim]!
        if (taken + rest.least[dim]! > limits[dim]!) break
        const short = limits[dim]! - taken - rest.most[dim]!
        if (short > 0) waste += short * rates[dim]!
        next[dim] = taken
      }
      if (dim === dims && waste <= slack) put(sums, table, next, lost, row, own, option)
    }
  }
  return sums
}

/** An open-addressed table of the rows of sums, by what they take. */
type Table = { slots: Int32Array }

function openTable(room: number): Table {
  let size = 64
  while (size < room * 2) size *= 2
  return { slots: new Int32Array(size).fill(-1) }
}

function put(
  sums: Sums,
  table: Table,
  taken: Float64Array,
  lost: number,
  from: number,
  own: Outlooked,
  option: number,
): void {
  if (sums.count * 2 > table.slots.length) growTable(sums, table)
  const hash = (sums.before!.hash[from]! + own.hash[option]!) | 0
  const slot = slotOf(sums, table.slots, taken, hash)
  const row = table.slots[slot]!
  if (row === -1) {
    if (sums.count === sums.lost.length) growSums(sums)
    table.slots[slot] = sums.count
    sums.hash[sums.count] = hash
    const at = sums.count * taken.length
    for (let dim = 0; dim < taken.length; dim += 1) sums.taken[at + dim] = taken[dim]!
    write(sums, sums.count, lost, from, own, option)
    sums.count += 1
  } else if (lost < sums.lost[row]!) {
    write(sums, row, lost, from, own, option)
  } else if (lost === sums.lost[row]! && isFirst(sums, row, from, own.marks[option]!)) {
    write(sums, row, lost, from, own, option)
  }
}

function write(
  sums: Sums,
  row: number,
  lost: number,
  from: number,
  own: Outlooked,
  option: number,
): void {
  sums.lost[row] = lost
  sums.from[row] = from
  sums.option[row] = option
  const marks = own.marks[option]!
  const before = sums.before!.marks
  for (let word = 0; word < marks.length; word += 1) {
    sums.marks[row * marks.length + word] = before[from * marks.length + word]! + marks[word]!
  }
}

/** Whether a new sum uses the first id that only one of it and a row uses: of as many ids. */
function isFirst(sums: Sums, row: number, from: number, marks: readonly number[]): boolean {
  const before = sums.before!.marks
  for (let word = 0; word < marks.length; word += 1) {
    const mark = before[from * marks.length + word]! + marks[word]!
    const other = sums.marks[row * marks.length + word]!
    if (mark !== other) return mark > other
  }
  return false
}

/** The slot of the row that takes the same, or a free one. */
function slotOf(sums: Sums, slots: Int32Array, taken: Float64Array, hash: number): number {
  const mask = slots.length - 1
  const dims = taken.length
  for (let slot = mixed(hash) & mask; ; slot = (slot + 1) & mask) {
    const row = slots[slot]!
    if (row === -1) return slot
    if (sums.hash[row] !== hash) continue
    let dim = 0
    while (dim < dims && sums.taken[row * dims + dim] === taken[dim]) dim += 1
    if (dim === dims) return slot
  }
}

function mixed(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b)
  return once ^ (once >>> 16)
}

function growTable(sums: Sums, table: Table): void {
  const slots = new Int32Array(table.slots.length * 4).fill(-1)
  const mask = slots.length - 1
  for (let row = 0; row < sums.count; row += 1) {
    let slot = mixed(sums.hash[row]!) & mask
    while (slots[slot] !== -1) slot = (slot + 1) & mask
    slots[slot] = row
  }
  table.slots = slots
}

function growSums(sums: Sums): void {
  sums.lost = wider(sums.lost)
  sums.taken = wider(sums.taken)
  sums.marks = wider(sums.marks)
  sums.from = widerIndexes(sums.from)
  sums.option = widerIndexes(sums.option)
  sums.hash = widerIndexes(sums.hash)
}

function widerIndexes(indexes: Int32Array): Int32Array {
  const twice = new Int32Array(indexes.length * 2)
  twice.set(indexes)
  return twice
}

function wider(figures: Float64Array): Float64Array {
  const twice = new Float64Array(figures.length * 2)
  twice.set(figures)
  return twice
}
