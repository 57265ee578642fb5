import type { WalletState } from '#rules/ledger/wallet.ts'
import { noPoints } from '#rules/money/points.ts'

/** A wallet in which nothing ever happened. */
export const emptyWallet: WalletState = {
  wallet: {
    available: noPoints,
    pending: noPoints,
    held: noPoints,
    debt: noPoints,
    seq: 0,
    lastLotId: 0,
    status: 'open',
    lastAt: null,
    nextDue: null,
  },
  lots: [],
  holds: [],
  posted: new Map(),
}
