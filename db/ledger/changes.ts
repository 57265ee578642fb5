import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'
import type { WalletKey } from '#rules/ledger/wallet.ts'

/** By how much entries changed what is in a wallet (available, pending and held together), by seq. */
export async function changesBySeq(
  db: Reader,
  key: WalletKey,
  seqs: readonly number[],
): Promise<Map<number, number>> {
  if (seqs.length === 0) return new Map()
  const rows = await sql<{ seq: number; change: number }>`
    select seq,
      sum(
        case when credit in ('available', 'pending', 'held') then amount else 0 end
        - case when debit in ('available', 'pending', 'held') then amount else 0 end
      )::bigint as change
    from jifen.transfer
    where member_id = ${key.memberId} and program = ${key.program} and unit = ${key.unit}
      and seq = any(${seqs}::bigint[])
    group by seq
  `.execute(db)
  return new Map(rows.rows.map((row) => [row.seq, row.change]))
}
