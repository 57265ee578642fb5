import type { Database } from '#db/connection.ts'
import { dueWallets } from '#db/ledger/wallets.ts'
import { transact } from '#operations/_transact.ts'
import { settleWallets } from '#operations/ledger/post-commands.ts'

const walletsAtOnce = 500

/**
 * Books everything that is due by an instant, in batches, each a transaction of its own: stopping in
 * between loses nothing. Returns how many entries that made. A posting does the same for its wallet
 * first, so nobody depends on this having run (LE-3).
 */
export async function settleDue(db: Database, by: Temporal.Instant): Promise<number> {
  let entries = 0
  for (;;) {
    const keys = await dueWallets(db, by, walletsAtOnce)
    if (keys.length === 0) return entries
    entries += await transact(db, (tx) => settleWallets(tx, keys, by))
  }
}
