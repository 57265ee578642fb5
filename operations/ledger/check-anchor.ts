import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import type { Database } from '#db/connection.ts'
import { hashesAt } from '#db/ledger/audit.ts'
import type { Fault } from '#operations/ledger/_audit-wallet.ts'
import { addLeaf, emptyTree, rootOf } from '#operations/ledger/_merkle.ts'
import { listName, type Anchor } from '#operations/ledger/anchor-heads.ts'

const headsAtOnce = 2_000

/** The newest anchor of a folder, or `undefined` when there is none. */
export async function newestAnchor(folder: string): Promise<Anchor | undefined> {
  const list = await readFile(join(folder, listName), 'utf8').catch(() => '')
  const last = list.trimEnd().split('\n').at(-1)
  return last === undefined || last === '' ? undefined : (JSON.parse(last) as Anchor)
}

/**
 * Compares an anchor with the books: its heads give its root, and each head is still there under its
 * seq. Entries after it are none of its business.
 */
export async function checkAnchor(
  db: Database,
  folder: string,
  anchor: Anchor,
): Promise<readonly Fault[]> {
  const faults: Fault[] = []
  const tree = emptyTree()
  let batch: Head[] = []
  for await (const line of linesOf(join(folder, anchor.heads))) {
    addLeaf(tree, line)
    batch.push(JSON.parse(line) as Head)
    if (batch.length < headsAtOnce) continue
    faults.push(...(await missingHeads(db, batch)))
    batch = []
  }
  faults.push(...(await missingHeads(db, batch)))
  if (rootOf(tree).toString('hex') !== anchor.root) {
    const nowhere = { member_id: '', program: '', unit: '', seq: 0 }
    faults.push({ ...nowhere, what: `the heads of the anchor of ${anchor.at} were changed` })
  }
  return faults
}

type Head = readonly [memberId: string, program: string, unit: string, seq: number, hash: string]

async function missingHeads(db: Database, heads: readonly Head[]): Promise<Fault[]> {
  const places = heads.map(([member_id, program, unit, seq]) => ({ member_id, program, unit, seq }))
  const stored = await hashesAt(db, places)
  const found = new Set(
    stored.map((row) =>
      JSON.stringify([row.member_id, row.program, row.unit, row.seq, row.hash.toString('hex')]),
    ),
  )
  return heads.flatMap((head, index) => {
    const place = places[index]
    if (place === undefined || found.has(JSON.stringify(head))) return []
    return [{ ...place, what: 'an anchored entry is gone or was changed' }]
  })
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const unzipped = createReadStream(path).pipe(createGunzip())
  for await (const line of createInterface({ input: unzipped })) if (line !== '') yield line
}
