import type { Database, Reader } from '#db/connection.ts'
import {
  firstOrphan,
  holdsBetween,
  keyMarks,
  lotsBetween,
  nextEntries,
  outboxBetween,
  pinsBetween,
  transfersBetween,
  walletsBetween,
  type AuditTransfer,
  type AuditWallet,
  type KeyRow,
  type Place,
} from '#db/ledger/audit.ts'
import { inSnapshot } from '#operations/_snapshot.ts'
import type { ReplayDecision } from '#operations/ledger/replay-decision.ts'
import {
  beginWalk,
  endWalk,
  keyOf,
  step,
  type Fault,
  type Walk,
} from '#operations/ledger/_audit-wallet.ts'

export type Verified = {
  readonly wallets: number
  readonly entries: number
  /** The first fault of each faulty wallet, in key order. */
  readonly faults: readonly Fault[]
}

const walletsAtOnce = 500
const entriesAtOnce = 4_000

/**
 * Recomputes the books of one member or of all and compares: numbers dense, chain unbroken, every hash,
 * balances and lots as the sum of the transfers, holds as what is held, an outbox row for every
 * entry, decisions as they come out again. Reads live, each batch of wallets in one snapshot.
 */
export async function verifyBooks(
  db: Database,
  options: {
    readonly memberId?: string | undefined
    /** Decides entries again; without it decisions are taken as they stand. */
    readonly replay?: ReplayDecision
    readonly onProgress?: (wallets: number, entries: number, ofWallets: number) => void
  } = {},
): Promise<Verified> {
  const faults: Fault[] = []
  let wallets = 0
  let entries = 0
  const marks: KeyRow[] = [noKey, ...(await keyMarks(db, walletsAtOnce, options.memberId))]
  const about = marks.length * walletsAtOnce
  const worker = async (): Promise<void> => {
    for (let after = marks.shift(); after !== undefined; after = marks.shift()) {
      const place: KeyRow = after
      const upTo = marks[0]
      const batch = await inSnapshot(db, (tx) => verifyBatch(tx, place, upTo, options))
      faults.push(...batch.faults)
      wallets += batch.wallets
      entries += batch.entries
      options.onProgress?.(wallets, entries, about)
    }
  }
  await Promise.all(Array.from({ length: batchesAtOnce }, worker))
  const orphan = await firstOrphan(db, options.memberId)
  if (orphan !== undefined) faults.push(orphan)
  return { wallets, entries, faults: faults.sort(byPlace) }
}

const noKey: KeyRow = { member_id: '', program: '', unit: '' }

/** Batches in flight: one is read by the server while another is checked here. */
const batchesAtOnce = 3

function byPlace(a: Fault, b: Fault): number {
  const left = placeOf(a)
  const right = placeOf(b)
  if (left === right) return 0
  return left < right ? -1 : 1
}

type Batch = {
  readonly wallets: number
  readonly entries: number
  readonly faults: Fault[]
}

async function verifyBatch(
  tx: Reader,
  after: KeyRow,
  upTo: KeyRow | undefined,
  { memberId, replay }: { readonly memberId?: string | undefined; replay?: ReplayDecision },
): Promise<Batch> {
  const rows = await walletsBetween(tx, after, upTo, memberId)
  const [first] = rows
  const last = rows.at(-1)
  if (first === undefined || last === undefined) {
    return { wallets: 0, entries: 0, faults: [] }
  }

  const walks = await beginWalks(tx, rows, first, last)
  const faulty = new Map<string, Fault>()
  const entries = await walkEntries(tx, walks, faulty, first, last, replay)
  for (const [id, walk] of walks) {
    if (faulty.has(id)) continue
    const fault = endWalk(walk)
    if (fault !== undefined) faulty.set(id, fault)
  }
  return { wallets: rows.length, entries, faults: [...faulty.values()] }
}

/** Reads what is kept of a range of wallets besides their entries. */
async function beginWalks(
  tx: Reader,
  rows: readonly AuditWallet[],
  first: AuditWallet,
  last: AuditWallet,
): Promise<ReadonlyMap<string, Walk>> {
  const [lots, holds, pins] = await Promise.all([
    lotsBetween(tx, first, last),
    holdsBetween(tx, first, last),
    pinsBetween(tx, first, last),
  ])
  const lotsOf = Map.groupBy(lots, idOf)
  const holdsOf = Map.groupBy(holds, idOf)
  const pinsOf = Map.groupBy(pins, idOf)
  return new Map(
    rows.map((wallet) => {
      const id = idOf(wallet)
      const lotsById = new Map((lotsOf.get(id) ?? []).map((lot) => [lot.lot_id, lot]))
      const holdsByRef = new Map((holdsOf.get(id) ?? []).map((hold) => [hold.ref, hold]))
      const kept = { wallet, lots: lotsById, holds: holdsByRef, pins: pinsOf.get(id) ?? [] }
      return [id, beginWalk(kept)]
    }),
  )
}

/** Walks through the entries of a range of wallets in pieces; returns how many there were. */
async function walkEntries(
  tx: Reader,
  walks: ReadonlyMap<string, Walk>,
  faulty: Map<string, Fault>,
  first: AuditWallet,
  last: AuditWallet,
  replay: ReplayDecision = () => undefined,
): Promise<number> {
  let count = 0
  let place = { ...keyOf(first), seq: 0 }
  for (;;) {
    const piece = await nextEntries(tx, place, last, entriesAtOnce)
    const [from] = piece
    const to = piece.at(-1)
    if (from === undefined || to === undefined) return count
    const [moves, told] = await Promise.all([
      transfersBetween(tx, from, to),
      outboxBetween(tx, from, to),
    ])
    const transfers = Map.groupBy(moves, placeOf)
    const outbox = new Set(told.map(placeOf))
    for (const entry of piece) {
      const id = idOf(entry)
      const walk = walks.get(id)
      if (walk === undefined || faulty.has(id)) continue
      const at = placeOf(entry)
      const fault = step(walk, entry, transfers.get(at) ?? noTransfers, outbox.has(at))
      const other = fault === undefined ? replay(entry) : undefined
      const what = other === undefined ? undefined : `decided again, ${other}`
      if (what !== undefined) faulty.set(id, { ...keyOf(entry), seq: entry.seq, what })
      if (fault !== undefined) faulty.set(id, fault)
    }
    count += piece.length
    if (piece.length < entriesAtOnce) return count
    place = { ...keyOf(to), seq: to.seq }
  }
}

const noTransfers: readonly AuditTransfer[] = []

function idOf(row: KeyRow): string {
  return `${row.member_id}/${row.program}/${row.unit}`
}

function placeOf(row: Place): string {
  return `${row.member_id}/${row.program}/${row.unit}/${row.seq}`
}
