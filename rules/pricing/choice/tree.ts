import type { Outlook, Sums } from '#rules/pricing/choice/sums.ts'

/**
 * The rows of sums in a balanced tree of boxes: node `n` has the halves `2n + 1` and `2n + 2`. Rows
 * the halves are made when they are first asked for.
 */
export type Tree = {
  readonly sums: Sums
  readonly dims: number
  readonly rates: readonly number[]
  readonly dims: number
  readonly rates: readonly number[]
  /** The rows, so ordered that those of a node lie side by side. */
  readonly rows: Int32Array
  /** Whether a node was divided. */
  readonly isOpen: Uint8Array
  /** Of each node: where its rows begin; where they end is where those of the next node begin. */
  readonly from: Int32Array
  readonly to: Int32Array
  /** Of each row, and the highest of each node: what is taken, at the rates, less what is lost. */
  readonly worth: Float64Array
  readonly mostWorth: Float64Array
  readonly leastLost: Float64Array
  /** By node, then step: the least and the most that its rows take. */
  readonly least: Float64Array
  readonly most: Float64Array
}

/** No more rows than this are compared one by one. */
const rowsOfLeaf = 8

export function treeOf({ rates }: Outlook, sums: Sums): Tree {
  const dims = rates.length
  let nodes = 1
  for (let count = sums.count; count > rowsOfLeaf; count = (count + 1) >>> 1) nodes = nodes * 2 + 1
  const worth = new Float64Array(sums.count)
  const rows = new Int32Array(sums.count)
  for (let row = 0; row < sums.count; row += 1) {
    rows[row] = row
    let own = -sums.lost[row]!
    for (let dim = 0; dim < dims; dim += 1) own += rates[dim]! * sums.taken[row * dims + dim]!
    worth[row] = own
  }
  const tree: Tree = {
    sums,
    dims,
    rates,
    rows,
    isOpen: new Uint8Array(nodes),
    from: new Int32Array(nodes),
    to: new Int32Array(nodes),
    worth,
    mostWorth: new Float64Array(nodes),
    leastLost: new Float64Array(nodes),
    least: new Float64Array(nodes * dims),
    most: new Float64Array(nodes * dims),
  }
  tree.to[0] = sums.count
  bound(tree, 0)
  return tree
}

/** The first half of a node, which is divided when it is first asked for. */
export function firstHalf(tree: Tree, node: number): number {
  const first = 2 * node + 1
  if (tree.isOpen[node] === 1) return first
  tree.isOpen[node] = 1
  const { from, to } = tree
  const middle = (from[node]! + to[node]!) >>> 1
  divide(tree, node, widest(tree, node), middle)
  from[first] = from[node]!
  to[first] = middle
  from[first + 1] = middle
  to[first + 1] = to[node]!
  bound(tree, first)
  bound(tree, first + 1)
  return first
}

export function isLeaf({ from, to }: Tree, node: number): boolean {
  return to[node]! - from[node]! <= rowsOfLeaf
}

function bound(tree: Tree, node: number): void {
  const { rows, worth, least, most, dims } = tree
  const { lost, taken } = tree.sums
  const end = tree.to[node]!
  const box = node * dims
  let mostWorth = -Infinity
  let leastLost = Infinity
  for (let dim = 0; dim < dims; dim += 1) {
    least[box + dim] = Infinity
    most[box + dim] = -Infinity
  }
  for (let at = tree.from[node]!; at < end; at += 1) {
    const row = rows[at]!
    if (worth[row]! > mostWorth) mostWorth = worth[row]!
    if (lost[row]! < leastLost) leastLost = lost[row]!
    for (let dim = 0; dim < dims; dim += 1) {
      const fen = taken[row * dims + dim]!
      if (fen < least[box + dim]!) least[box + dim] = fen
      if (fen > most[box + dim]!) most[box + dim] = fen
    }
  }
  tree.mostWorth[node] = mostWorth
  tree.leastLost[node] = leastLost
}

/** The step in which a node's rows differ most, at the rates. */
function widest({ least, most, dims, rates }: Tree, node: number): number {
  let best = 0
  let width = -1
  for (let dim = 0; dim < dims; dim += 1) {
    const place = node * dims + dim
    const own = (most[place]! - least[place]!) * Math.max(rates[dim]!, 1)
    if (own <= width) continue
    best = dim
    width = own
  }
  return best
}

/** Orders a node's rows so that before a place none takes more than any after it. */
function divide(tree: Tree, node: number, dim: number, place: number): void {
  const { rows, from, to, dims } = tree
  const { taken } = tree.sums
  let low = from[node]!
  let high = to[node]! - 1
  while (low < high) {
    const pivot = taken[rows[(low + high) >>> 1]! * dims + dim]!
    let left = low
    let right = high
    while (left <= right) {
      while (taken[rows[left]! * dims + dim]! < pivot) left += 1
      while (taken[rows[right]! * dims + dim]! > pivot) right -= 1
      if (left > right) break
      const row = rows[left]!
      rows[left] = rows[right]!
      rows[right] = row
      left += 1
      right -= 1
    }
    if (place <= right) high = right
    else if (place >= left) low = left
    else return
  }
}
