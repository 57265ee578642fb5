import { keyColumns, walletId } from '#db/ledger/wallets.ts'
import { postedKey, type CommandKind, type WalletKey } from '#rules/ledger/wallet.ts'

/** A reference to look up: what a command repeats, captures or undoes. */
export type Lookup = { readonly key: WalletKey; readonly kind: CommandKind; readonly ref: string }

/** Each reference once: what two commands of a batch undo would else be counted twice. */
export function distinct(lookups: readonly Lookup[]): readonly Lookup[] {
  const byName = new Map(
    lookups.map((each) => [`${walletId(each.key)}/${postedKey(each.kind, each.ref)}`, each]),
  )
  return [...byName.values()]
}

/** Lookups as the columns of many rows. */
export function lookupColumns(lookups: readonly Lookup[]) {
  return {
    ...keyColumns(lookups.map((each) => each.key)),
    kind: ['text', lookups.map((each) => each.kind)],
    ref: ['text', lookups.map((each) => each.ref)],
  } as const
}
