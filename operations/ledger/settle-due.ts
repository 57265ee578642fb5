import type { Database } from '#db/connection.ts'
import { dueWallets, walletId } from '#db/ledger/wallets.ts'
import { isUnreachable } from '#db/unreachable.ts'
import { transact } from '#operations/_transact.ts'
import { settleWallets } from '#operations/ledger/post-commands.ts'
import type { WalletKey } from '#rules/ledger/wallet.ts'

const walletsAtOnce = 500

/**
 * Books everything that is due by an instant, in batches, each a transaction of its own: stopping in
 * between loses nothing. Returns how many entries that made. A posting does the same for its wallet
 * first, so nobody depends on this having run (LE-3). A wallet whose books are broken is left out,
 * so that the others do not wait for it; what is wrong with the first is thrown in the end.
 */
export async function settleDue(db: Database, by: Temporal.Instant): Promise<number> {
  const broken = new Map<string, unknown>()
  let entries = 0
  for (;;) {
    const due = await dueWallets(db, by, walletsAtOnce + broken.size)
    const keys = due.filter((key) => !broken.has(walletId(key)))
    if (keys.length === 0) break
    entries += await settleSome(db, keys, by, broken)
  }
  for (const error of broken.values()) throw error
  return entries
}

async function settleSome(
  db: Database,
  keys: readonly WalletKey[],
  by: Temporal.Instant,
  broken: Map<string, unknown>,
): Promise<number> {
  try {
    return await transact(db, (tx) => settleWallets(tx, keys, by))
  } catch (error) {
    const [first, ...others] = keys
    if (first === undefined || isUnreachable(error)) throw error
    if (others.length === 0) {
      broken.set(walletId(first), error)
      return 0
    }
    let entries = 0
    for (const key of keys) entries += await settleSome(db, [key], by, broken)
    return entries
  }
}
