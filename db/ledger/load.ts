import type { Reader } from '#db/connection.ts'
import { openLots } from '#db/ledger/_lots.ts'
import { distinct, lookupColumns, type Lookup } from '#db/ledger/lookups.ts'
import { overRows } from '#db/rows.ts'
import { addUndone, movedByUndone } from '#db/ledger/_undone.ts'
import { keyColumns, keyOf, walletId, type KeyColumns } from '#db/ledger/wallets.ts'
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
