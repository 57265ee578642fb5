import type { Database } from '#db/connection.ts'
import { loadContents } from '#db/ledger/load.ts'
import { walletByKey, walletId, walletsOfMember } from '#db/ledger/wallets.ts'
import { memberById, type Member } from '#db/members.ts'
import { inSnapshot } from '#operations/_snapshot.ts'
import { postAll } from '#rules/ledger/post.ts'
import type { Lot, Wallet, WalletKey } from '#rules/ledger/wallet.ts'

/** A wallet as it is at an instant, with its open lots. */
export type WalletView = {
  readonly key: WalletKey
  readonly wallet: Wallet
  readonly lots: readonly Lot[]
}

/**
 * A member and its wallets as they are at an instant: what is due by then counts as booked, whether
 * it has been or not. With `only`, that wallet alone. `undefined`: there is no such member.
 */
export async function viewWallets(
  db: Database,
  memberId: string,
  at: Temporal.Instant,
  only?: WalletKey,
): Promise<{ readonly member: Member; readonly wallets: readonly WalletView[] } | undefined> {
  const { member, rows, contents } = await inSnapshot(db, async (tx) => {
    const [found, all, one] = await Promise.all([
      memberById(tx, memberId),
      only === undefined ? walletsOfMember(tx, memberId) : [],
      only === undefined ? undefined : walletByKey(tx, only),
    ])
    const wanted = one === undefined ? all : [one]
    const keys = wanted.map((row) => row.key)
    const loaded = keys.length === 0 ? undefined : await loadContents(tx, keys, [], [])
    return { member: found, rows: wanted, contents: loaded }
  })
  if (member === undefined) return undefined

  const wallets = rows.map(({ key, wallet }): WalletView => {
    const content = contents?.get(walletId(key)) ?? { lots: [], holds: [], posted: new Map() }
    const { after } = postAll({ wallet, ...content }, [], at)
    return { key, wallet: after.wallet, lots: after.lots }
  })
  return { member, wallets }
}
