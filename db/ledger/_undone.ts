import type { Reader } from '#db/connection.ts'
import { lotOf, type LotColumns } from '#db/ledger/_lots.ts'
import { lookupColumns, type Lookup } from '#db/ledger/lookups.ts'
import { overRows } from '#db/rows.ts'
import { keyColumns, keyOf, walletId, type KeyColumns } from '#db/ledger/wallets.ts'
import { postedKey, type CommandKind, type Lot, type Posted } from '#rules/ledger/wallet.ts'
import { asPoints } from '#rules/money/points.ts'

/** What of a wallet's contents an undoing adds to. */
type Undoable = { readonly lots: Lot[]; readonly posted: Map<string, Posted> }

/** A transfer of a posting that is undone, or of one that undid it before. */
export type Moved = KeyColumns & {
  undone_kind: string
  undone_ref: string
  own: boolean
  posting_seq: number
  posting_amount: number
  lot_id: number | null
  debit: string | null
  credit: string | null
  amount: number | null
}

/** The transfers of the postings named, and of all that undid them before. */
export async function movedByUndone(tx: Reader, undoes: readonly Lookup[]): Promise<Moved[]> {
  const found = await overRows<Moved>(
    tx,
    lookupColumns(undoes),
    (rows, names) => `
    select e.member_id, e.program, e.unit, k.kind as undone_kind, k.ref as undone_ref,
      e.kind = k.kind and e.ref = k.ref as own, e.seq as posting_seq, e.amount as posting_amount,
      t.lot_id, t.debit, t.credit, t.amount
    from (${rows}) as k (${names})
    join jifen.entry e
      on e.member_id = k.member_id and e.program = k.program and e.unit = k.unit
      and e.outcome = 'done'
      and ((e.kind = k.kind and e.ref = k.ref) or e.of_ref = k.kind || ':' || k.ref)
    left join jifen.transfer t
      on t.member_id = e.member_id and t.program = e.program and t.unit = e.unit and t.seq = e.seq
    order by e.seq, t.line
  `,
  )
  return found
}

/** Adds to what was posted how much of it was drawn, given back and undone, and the lots concerned. */
export async function addUndone(
  tx: Reader,
  contents: Map<string, Undoable>,
  moved: readonly Moved[],
): Promise<void> {
  const counted = new Set<string>()
  for (const row of moved) {
    const posted = contents
      .get(walletId(keyOf(row)))
      ?.posted.get(postedKey(row.undone_kind as CommandKind, row.undone_ref))
    if (posted === undefined) continue
    const account = walletId(keyOf(row)) + '/' + row.undone_kind + '/' + String(row.posting_seq)
    const first = !counted.has(account)
    counted.add(account)
    contents
      .get(walletId(keyOf(row)))
      ?.posted.set(postedKey(posted.kind, posted.ref), withMoved(posted, row, first))
  }
  await addClosedLots(tx, contents, moved)
}

function withMoved(posted: Posted, row: Moved, first: boolean): Posted {
  const undone = row.own || !first ? posted.undone : asPoints(posted.undone + row.posting_amount)
  if (row.lot_id === null || row.amount === null) return { ...posted, undone }
  if (row.own && row.debit === 'issued') return { ...posted, undone, lotId: row.lot_id }
  if (row.own && row.credit === 'spent') {
    return { ...posted, undone, drawn: shifted(posted, row.lot_id, row.amount) }
  }
  if (row.own && row.undone_kind === 'forfeit' && row.credit === 'expired') {
    return { ...posted, undone, drawn: shifted(posted, row.lot_id, row.amount) }
  }
  if (!row.own && row.debit === 'spent') {
    return { ...posted, undone, drawn: shifted(posted, row.lot_id, -row.amount) }
  }
  return { ...posted, undone }
}

function shifted(posted: Posted, lotId: number, by: number): Posted['drawn'] {
  const before = posted.drawn.find((each) => each.lotId === lotId)?.amount ?? 0
  const rest = posted.drawn.filter((each) => each.lotId !== lotId)
  return [...rest, { lotId, amount: asPoints(before + by) }]
}

/** Lots that an undoing concerns may be closed by now; with them, the lots that took them in. */
async function addClosedLots(
  tx: Reader,
  contents: Map<string, Undoable>,
  moved: readonly Moved[],
): Promise<void> {
  const named = moved.filter((row) => row.own && row.lot_id !== null)
  const wanted = {
    ...keyColumns(named.map(keyOf)),
    lot_id: ['bigint', named.map((row) => row.lot_id)],
  } as const
  const found = await overRows<LotColumns>(
    tx,
    wanted,
    (rows, names) => `
    with named as (${rows}),
    own as (
      select l.*
      from jifen.lot l
      join named as k (${names}) using (${names})
    )
    select * from own where not open
    union
    select l.*
    from jifen.lot l
    join own o
      on o.member_id = l.member_id and o.program = l.program and o.unit = l.unit
      and o.merged_into = l.lot_id
    where not l.open
  `,
  )
  for (const { id, lot } of found.map(lotOf)) contents.get(id)?.lots.push(lot)
}
