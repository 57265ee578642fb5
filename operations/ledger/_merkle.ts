import { hash } from 'node:crypto'

/**
 * A Merkle tree's root (as RFC 6962 hashes it: leaves and nodes apart) over leaves added one by one:
 * only the complete subtrees so far are kept, so that any number of leaves fits in memory.
 */
export type MerkleTree = { readonly subtrees: { size: number; root: Buffer }[]; leaves: number }

export function emptyTree(): MerkleTree {
  return { subtrees: [], leaves: 0 }
}

/** Adds a leaf on the right. */
export function addLeaf(tree: MerkleTree, leaf: string): void {
  tree.leaves += 1
  let right: { size: number; root: Buffer } = {
    size: 1,
    root: hash('sha256', `\0${leaf}`, 'buffer'),
  }
  for (let left = tree.subtrees.at(-1); left?.size === right.size; left = tree.subtrees.at(-1)) {
    tree.subtrees.pop()
    right = { size: left.size * 2, root: nodeOf(left.root, right.root) }
  }
  tree.subtrees.push(right)
}

/** The root over all leaves added; of none, the hash of nothing. */
export function rootOf(tree: MerkleTree): Buffer {
  const [last, ...rest] = tree.subtrees.toReversed()
  if (last === undefined) return hash('sha256', '', 'buffer')
  return rest.reduce((right, left) => nodeOf(left.root, right), last.root)
}

function nodeOf(left: Buffer, right: Buffer): Buffer {
  return hash('sha256', Buffer.concat([Buffer.of(1), left, right]), 'buffer')
}
