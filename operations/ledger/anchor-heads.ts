import { createWriteStream } from 'node:fs'
import { appendFile, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Database } from '#db/connection.ts'
import { keyMarks, walletsBetween, type KeyRow } from '#db/ledger/audit.ts'
import { addLeaf, emptyTree, rootOf } from '#operations/ledger/_merkle.ts'

/** One anchor: what the heads of all wallets were, in a single hash. */
export type Anchor = {
  readonly at: string
  readonly wallets: number
  readonly root: string
  /** The file with the heads themselves, beside the list of anchors. */
  readonly heads: string
}

/** The list of all anchors, one JSON object a line. */
export const listName = 'anchors.jsonl'

/** Files of heads that are kept; of older anchors only the root stays. */
const headsKept = 7

const walletsAtOnce = 2_000

/**
 * Writes the heads of all wallets to a file outside the database, and their Merkle root to a list
 * that only grows, so that a tail that is cut off later, whole and consistent, still shows.
 */
export async function anchorHeads(
  db: Database,
  folder: string,
  at: Temporal.Instant,
): Promise<Anchor> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const heads = `heads-${at.toString().replaceAll(':', '-')}.jsonl.gz`
  const tree = emptyTree()
  const written = join(folder, `${heads}.part`)
  await pipeline(
    Readable.from(headLines(db, (leaf) => addLeaf(tree, leaf))),
    createGzip(),
    createWriteStream(written, { mode: 0o600 }),
  )
  await rename(written, join(folder, heads))

  const root = rootOf(tree).toString('hex')
  const anchor = { at: at.toString(), wallets: tree.leaves, root, heads }
  await appendFile(join(folder, listName), `${JSON.stringify(anchor)}\n`, { mode: 0o600 })
  await dropOldHeads(folder)
  return anchor
}

async function* headLines(db: Database, onLeaf: (leaf: string) => void): AsyncGenerator<string> {
  const none: KeyRow = { member_id: '', program: '', unit: '' }
  const marks = [none, ...(await keyMarks(db, walletsAtOnce, undefined))]
  for (const [index, mark] of marks.entries()) {
    for (const row of await walletsBetween(db, mark, marks[index + 1], undefined)) {
      if (row.seq === 0) continue
      const head = [row.member_id, row.program, row.unit, row.seq, row.head_hash.toString('hex')]
      const leaf = JSON.stringify(head)
      onLeaf(leaf)
      yield `${leaf}\n`
    }
  }
}

async function dropOldHeads(folder: string): Promise<void> {
  const files = (await readdir(folder)).filter((name) => /^heads-.*\.jsonl\.gz$/.test(name))
  const old = files.sort().slice(0, -headsKept)
  await Promise.all(old.map((name) => rm(join(folder, name), { force: true })))
}
