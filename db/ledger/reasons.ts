import { sql } from 'kysely'
import type { Writer } from '#db/connection.ts'
import type { WalletKey } from '#rules/ledger/wallet.ts'

/** Keeps what a person wrote about a posting, apart from its entry; the first time counts (EN-7). */
export async function keepReason(
  tx: Writer,
  of: WalletKey & { readonly kind: string; readonly ref: string; readonly reason: string },
): Promise<void> {
  await sql`
    insert into jifen.entry_reason (member_id, program, unit, kind, ref, reason)
    values (${of.memberId}, ${of.program}, ${of.unit}, ${of.kind}, ${of.ref}, ${of.reason})
    on conflict do nothing
  `.execute(tx)
}
