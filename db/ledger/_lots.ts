import type { Reader } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'
import { keyColumns, keyOf, walletId, type KeyColumns } from '#db/ledger/wallets.ts'
import type { Lot, WalletKey } from '#rules/ledger/wallet.ts'
import { asPoints } from '#rules/money/points.ts'

/** A lot's row. */
export type LotColumns = KeyColumns & {
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

/** The open lots of wallets, each with the name of its wallet, in the order of their ids. */
export async function openLots(
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

/** A lot from its row, with the name of its wallet. */
export function lotOf(row: LotColumns): { id: string; lot: Lot } {
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
