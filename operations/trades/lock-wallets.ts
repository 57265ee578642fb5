import type { Writer } from '#db/connection.ts'
import { lockHoldings } from '#db/trades/holdings.ts'
import { tradeWallets } from '#operations/trades/_holdings.ts'

/** Locks the wallets that trades of a member draw on, in key order. */
export async function lockTradeWallets(tx: Writer, memberId: string): Promise<void> {
  await lockHoldings(tx, tradeWallets(memberId))
}
