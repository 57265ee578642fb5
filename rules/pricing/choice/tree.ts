import type { Outlook } from '#rules/pricing/choice/outlook.ts'
import type { Sums } from '#rules/pricing/choice/sums.ts'

/**
 * The rows of sums in a balanced tree of boxes: node `n` has the halves `2n + 1` and `2n + 2`, and
 * the rows of a node lie side by side, those that take about the same near each other.
 */
export type Tree = {
  /** By place in the tree: which row of the sums it is. */
  readonly rows: Int32Array
  /** By place: what the row takes off each limited step. */
  readonly taken: Float64Array
  /** By place: what is taken, at the rates, less what is lost. */
  readonly worth: Float64Array
  /** Of each node: where its rows begin and end. */
  readonly from: Int32Array
  readonly to: Int32Array
  /** Of each node: the most worth and the least lost of its rows. */
  readonly mostWorth: Float64Array
  readonly leastLost: Float64Array
  /** By node, then step: the least and the most that its rows take. */
  readonly least: Float64Array
  readonly most: Float64Array
}

/** No more rows than this are compared one by one. */
const rowsOfLeaf = 8

export function treeOf({ rates }: Outlook, sums: Sums): Tree {
  const { count } = sums
  const dims = rates.length
  let nodes = 1
  for (let most = count; most > rowsOfLeaf; most = (most + 1) >>> 1) nodes = nodes * 2 + 1
  const tree: Tree = {
    rows: inOrder(sums, dims),
    taken: new Float64Array(count * dims),
    worth: new Float64Array(count),
    from: new Int32Array(nodes),
    to: new Int32Array(nodes),
    mostWorth: new Float64Array(nodes).fill(-Infinity),
    leastLost: new Float64Array(nodes).fill(Infinity),
    least: new Float64Array(nodes * dims).fill(Infinity),
    most: new Float64Array(nodes * dims).fill(-Infinity),
  }
  for (let place = 0; place < count; place += 1) {
    const row = tree.rows[place]!
    let worth = -sums.lost[row]!
    for (let dim = 0; dim < dims; dim += 1) {
      const fen = sums.taken[row * dims + dim]!
      tree.taken[place * dims + dim] = fen
      worth += rates[dim]! * fen
    }
    tree.worth[place] = worth
  }
  box(tree, sums, 0, 0, count)
  return tree
}

export function isLeaf({ from, to }: Tree, node: number): boolean {
  return to[node]! - from[node]! <= rowsOfLeaf
}

/** A key and the place of a row fit together into the whole numbers of a double. */
const bitsOfKey = 30
const mostRows = 2 ** 22

/**
 * The rows in the order of their steps' leading bits, taken in turn: neighbours take about the same
 * of each.
 */
function inOrder({ count, taken }: Sums, dims: number): Int32Array {
  const used = Math.min(dims, bitsOfKey)
  const bits = Math.floor(bitsOfKey / used)
  const cells = 2 ** bits
  const keys = new Float64Array(count)
  for (let dim = 0; dim < used; dim += 1) {
    let low = Infinity
    let high = -Infinity
    for (let row = 0; row < count; row += 1) {
      const fen = taken[row * dims + dim]!
      if (fen < low) low = fen
      if (fen > high) high = fen
    }
    const scale = cells / (high - low + 1)
    for (let row = 0; row < count; row += 1) {
      const cell = Math.floor((taken[row * dims + dim]! - low) * scale)
      keys[row]! += apart(cell, bits, used) * 2 ** dim
    }
  }
  for (let row = 0; row < count; row += 1) keys[row] = keys[row]! * mostRows + row
  keys.sort()
  const rows = new Int32Array(count)
  for (let at = 0; at < count; at += 1) rows[at] = keys[at]! % mostRows
  return rows
}

/** The bits of a number, set so many places apart. */
function apart(cell: number, bits: number, step: number): number {
  let sum = 0
  for (let bit = 0; bit < bits; bit += 1) sum |= ((cell >>> bit) & 1) << (bit * step)
  return sum
}

function box(tree: Tree, sums: Sums, node: number, from: number, to: number): void {
  tree.from[node] = from
  tree.to[node] = to
  const dims = tree.least.length / tree.from.length
  const at = node * dims
  if (to - from <= rowsOfLeaf) {
    for (let place = from; place < to; place += 1) {
      const lost = sums.lost[tree.rows[place]!]!
      widen(tree, node, tree.worth[place]!, lost)
      widenBox(tree, at, dims, tree.taken, tree.taken, place * dims)
    }
    return
  }
  const middle = (from + to) >>> 1
  for (const half of [2 * node + 1, 2 * node + 2]) {
    if (half % 2 === 1) box(tree, sums, half, from, middle)
    else box(tree, sums, half, middle, to)
    widen(tree, node, tree.mostWorth[half]!, tree.leastLost[half]!)
    widenBox(tree, at, dims, tree.least, tree.most, half * dims)
  }
}

function widen({ mostWorth, leastLost }: Tree, node: number, worth: number, lost: number): void {
  if (worth > mostWorth[node]!) mostWorth[node] = worth
  if (lost < leastLost[node]!) leastLost[node] = lost
}

function widenBox(
  { least, most }: Tree,
  at: number,
  dims: number,
  low: Float64Array,
  high: Float64Array,
  from: number,
): void {
  for (let dim = 0; dim < dims; dim += 1) {
    if (low[from + dim]! < least[at + dim]!) least[at + dim] = low[from + dim]!
    if (high[from + dim]! > most[at + dim]!) most[at + dim] = high[from + dim]!
  }
}
