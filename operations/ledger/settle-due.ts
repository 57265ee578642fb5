import type { Database } from '#db/connection.ts'
import { dueWallets, walletId } from '#db/ledger/wallets.ts'
import { settleTogether } from '#operations/_due.ts'
import { transact } from '#operations/_transact.ts'
import { settleWallets } from '#operations/ledger/post-commands.ts'

const walletsAtOnce = 500

/**
 * Books everything that is due by an instant, in batches, each a transaction of its own: stopping in
 * between loses nothing. Returns how many entries that made. A posting does the same for its wallet
 * first, so nobody depends on this having run (LE-3). A wallet whose books are broken keeps no other
 * waiting.
 */
export async function settleDue(db: Database, by: Temporal.Instant): Promise<number> {
  let entries = 0
  await settleTogether(
    { find: (limit) => dueWallets(db, by, limit), nameOf: walletId, atOnce: walletsAtOnce },
    async (keys) => {
      entries += await transact(db, (tx) => settleWallets(tx, keys, by))
    },
  )
  return entries
}
