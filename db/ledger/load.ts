import type { Reader } from '#db/connection.ts'
import { overRows } from '#db/ledger/_rows.ts'
import { keyColumns, keyOf, walletId } from '#db/ledger/wallets.ts'
import {
  postedKey,
  type Answer,
  type CommandKind,
  type Hold,
  type HoldLot,
  type Lot,
  type Posted,
  type WalletKey,
} from '#rules/ledger/wallet.ts'
import { asPoints, noPoints } from '#rules/money/points.ts'

type KeyColumns = { member_id: string; program: string; unit: string }

/** A reference to look up: what a command repeats, captures or undoes. */
export type Lookup = { readonly key: WalletKey; readonly kind: CommandKind; readonly ref: string }

/** What belongs to one wallet besides its row. */
export type WalletContents = {
  readonly lots: Lot[]
  readonly holds: Hold[]
  readonly posted: Map<string, Posted>
}

/**
 * Reads the open lots and holds of locked wallets, what was posted under the references that their
 * commands repeat, and, for those they undo, what was drawn and given back, with the lots concerned.
 */
export async function loadContents(
  tx: Reader,
  keys: readonly WalletKey[],
  repeats: readonly Lookup[],
  undoes: readonly Lookup[],
): Promise<Map<string, WalletContents>> {
  const undone = distinct(undoes)
  const [lots, holds, posted, moved] = await Promise.all([
    openLots(tx, keys),
    openHolds(tx, keys),
    postedEntries(tx, distinct([...repeats, ...undoes])),
    undone.length === 0 ? [] : movedByUndone(tx, undone),
  ])
  const contents = new Map<string, WalletContents>(
    keys.map((key) => [walletId(key), { lots: [], holds: [], posted: new Map() }]),
  )
  for (const lot of lots) contents.get(lot.id)?.lots.push(lot.lot)
  for (const hold of holds) contents.get(hold.id)?.holds.push(hold.hold)
  for (const each of posted) {
    contents.get(each.id)?.posted.set(postedKey(each.posted.kind, each.posted.ref), each.posted)
  }
  if (moved.length > 0) await addUndone(tx, contents, moved)
  return contents
}

type LotColumns = KeyColumns & {
  lot_id: number
  origin: string
  ref: string
  funder: string
  target: string | null
  amount: number
  available: number
  pending: number
  held: number
  expired: number
  active_at: Temporal.Instant
  expires_at: Temporal.Instant | null
  mergeable: boolean
  merged_into: number | null
}

async function openLots(
  tx: Reader,
  keys: readonly WalletKey[],
): Promise<{ id: string; lot: Lot }[]> {
  const found = await overRows<LotColumns>(
    tx,
    keyColumns(keys),
    (rows, names) => `
    select l.*
    from jifen.lot l
    join (${rows}) as k (${names})
      using (${names})
    where l.open
    order by l.lot_id
  `,
  )
  return found.map(lotOf)
}

function lotOf(row: LotColumns): { id: string; lot: Lot } {
  const lot: Lot = {
    lotId: row.lot_id,
    origin: row.origin as Lot['origin'],
    ref: row.ref,
    funder: row.funder,
    target: row.target,
    amount: asPoints(row.amount),
    available: asPoints(row.available),
    pending: asPoints(row.pending),
    held: asPoints(row.held),
    expired: asPoints(row.expired),
    activeAt: row.active_at,
    expiresAt: row.expires_at,
    mergeable: row.mergeable,
    mergedInto: row.merged_into,
  }
  return { id: walletId(keyOf(row)), lot }
}

async function openHolds(
  tx: Reader,
  keys: readonly WalletKey[],
): Promise<{ id: string; hold: Hold }[]> {
  const found = await overRows<
    KeyColumns & {
      ref: string
      amount: number
      remaining: number
      expires_at: Temporal.Instant | null
      lots: string
    }
  >(
    tx,
    keyColumns(keys),
    (rows, names) => `
    select h.member_id, h.program, h.unit, h.ref, h.amount, h.remaining, h.expires_at,
      (
        select json_agg(
          json_build_object('lotId', p.lot_id, 'amount', p.amount, 'left', p.remaining)
          order by p.lot_id
        )
        from jifen.hold_lot p
        where p.member_id = h.member_id and p.program = h.program and p.unit = h.unit
          and p.ref = h.ref
      ) as lots
    from jifen.hold h
    join (${rows}) as k (${names})
      using (${names})
    where h.open
    order by h.ref
  `,
  )
  return found.map((row) => ({
    id: walletId(keyOf(row)),
    hold: {
      ref: row.ref,
      amount: asPoints(row.amount),
      left: asPoints(row.remaining),
      expiresAt: row.expires_at,
      lots: JSON.parse(row.lots) as HoldLot[],
    },
  }))
}

async function postedEntries(
  tx: Reader,
  lookups: readonly Lookup[],
): Promise<{ id: string; posted: Posted }[]> {
  if (lookups.length === 0) return []
  const found = await overRows<
    KeyColumns & {
      kind: string
      ref: string
      fingerprint: string
      amount: number
      outcome: string
      answer: string
    }
  >(
    tx,
    lookupColumns(lookups),
    (rows, names) => `
    select e.member_id, e.program, e.unit, e.kind, e.ref, e.fingerprint, e.amount, e.outcome, e.answer
    from jifen.entry e
    join (${rows}) as k (${names})
      using (${names})
  `,
  )
  return found.map((row) => ({
    id: walletId(keyOf(row)),
    posted: {
      kind: row.kind as CommandKind,
      ref: row.ref,
      fingerprint: row.fingerprint,
      amount: asPoints(row.amount),
      outcome: row.outcome as Posted['outcome'],
      answer: JSON.parse(row.answer) as Answer,
      undone: noPoints,
      drawn: [],
      lotId: null,
    },
  }))
}

type Moved = KeyColumns & {
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
async function movedByUndone(tx: Reader, undoes: readonly Lookup[]): Promise<Moved[]> {
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

async function addUndone(
  tx: Reader,
  contents: Map<string, WalletContents>,
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
  contents: Map<string, WalletContents>,
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

/** Each reference once: what two commands of a batch undo would else be counted twice. */
function distinct(lookups: readonly Lookup[]): readonly Lookup[] {
  const byName = new Map(
    lookups.map((each) => [`${walletId(each.key)}/${postedKey(each.kind, each.ref)}`, each]),
  )
  return [...byName.values()]
}

function lookupColumns(lookups: readonly Lookup[]) {
  return {
    ...keyColumns(lookups.map((each) => each.key)),
    kind: ['text', lookups.map((each) => each.kind)],
    ref: ['text', lookups.map((each) => each.ref)],
  } as const
}
