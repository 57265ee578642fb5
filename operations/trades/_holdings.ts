import type { Reader } from '#db/connection.ts'
import { loadContents } from '#db/ledger/load.ts'
import { walletsByKeys, walletId } from '#db/ledger/wallets.ts'
import type { Holder, RedEnvelope, Target } from '#rules/pricing/basket.ts'
import { postAll } from '#rules/ledger/post.ts'
import type { Lot, WalletKey, WalletState } from '#rules/ledger/wallet.ts'
import type { TradeHold } from '#rules/trades/freeze.ts'

/** The platform's wallet of a unit that trades are paid with. */
export function platformWallet(memberId: string, unit: TradeHold['unit']): WalletKey {
  return { memberId, program: 'platform', unit }
}

/** The wallets that a trade draws on, in key order. */
export function tradeWallets(memberId: string): readonly WalletKey[] {
  return (['allowance', 'points', 'redEnvelope'] as const).map((unit) =>
    platformWallet(memberId, unit),
  )
}

/** What of wallets a price depends on: with what is due by an instant booked, as a posting would. */
export function holdingsOf(
  memberId: string,
  states: ReadonlyMap<string, WalletState>,
  at: Temporal.Instant,
): Pick<Holder, 'allowance' | 'redEnvelopes' | 'points'> {
  const lotsOf = (unit: TradeHold['unit']): readonly Lot[] => {
    const state = states.get(walletId(platformWallet(memberId, unit)))
    if (state === undefined || state.wallet.status === 'sealed') return []
    return postAll(state, [], at).after.lots.filter((lot) => lot.available > 0)
  }
  return {
    allowance: sumOf(lotsOf('allowance')) as Holder['allowance'],
    redEnvelopes: lotsOf('redEnvelope').flatMap(envelopeOf),
    points: sumOf(lotsOf('points')),
  }
}

/** The wallets' states as they stand, nothing locked. */
export async function readWalletStates(
  db: Reader,
  keys: readonly WalletKey[],
): Promise<ReadonlyMap<string, WalletState>> {
  const [rows, contents] = await Promise.all([
    walletsByKeys(db, keys),
    loadContents(db, keys, [], []),
  ])
  const states = new Map<string, WalletState>()
  for (const [id, { wallet }] of rows) {
    const content = contents.get(id) ?? { lots: [], holds: [], posted: new Map() }
    states.set(id, { wallet, ...content })
  }
  return states
}

/** What is kept for something is drawn only when it is named: it is no part of a sum. */
function sumOf(lots: readonly Lot[]): number {
  return lots.reduce((sum, lot) => (lot.target === null ? sum + lot.available : sum), 0)
}

/** An envelope is a lot; one that is kept for something that is no target is left alone. */
function envelopeOf(lot: Lot): RedEnvelope[] {
  const envelope = {
    id: lot.ref,
    amount: lot.available as unknown as RedEnvelope['amount'],
    funder: lot.funder,
    ...(lot.expiresAt === null ? {} : { expiresAtMs: lot.expiresAt.epochMilliseconds }),
  }
  if (lot.target === null) return [envelope]
  const target = targetOf(lot.target)
  return target === undefined ? [] : [{ ...envelope, target }]
}

function targetOf(text: string): Target | undefined {
  try {
    const target: unknown = JSON.parse(text)
    return typeof target === 'object' && target !== null ? target : undefined
  } catch {
    return undefined
  }
}
