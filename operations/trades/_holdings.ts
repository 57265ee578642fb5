import { walletId } from '#db/ledger/wallets.ts'
import type { Holdings, WalletsOf } from '#db/trades/holdings.ts'
import { couponFrom } from '#operations/issuing/held-instruments.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import type { MemberStanding } from '#rules/members/standing.ts'
import type { Holder, RedEnvelope, Target } from '#rules/pricing/basket.ts'
import { postAll } from '#rules/ledger/post.ts'
import type { Lot, WalletKey } from '#rules/ledger/wallet.ts'
import type { TradeHold } from '#rules/trades/freeze.ts'

/** The platform's wallet of a unit that trades are paid with. */
export function platformWallet(memberId: string, unit: TradeHold['unit']): WalletKey {
  return { memberId, program: 'platform', unit }
}

/** The wallets that a trade draws on. */
export function tradeWallets(memberId: string): WalletsOf {
  return { memberId, program: 'platform', units }
}

const units: readonly TradeHold['unit'][] = ['allowance', 'points', 'redEnvelope']

/** What a member is and holds, as a price is made of it. */
export type Held = Holder & {
  readonly offerUses: ReadonlyMap<string, number>
}

/** What is held as a price takes it: with what is due by an instant booked, as a posting would. */
export function heldFor(
  memberId: string,
  { wallets, coupons, offerUses, saved, benefits }: Holdings,
  { tier, score, paidMember }: MemberStanding,
  policies: PolicyBook,
  at: Temporal.Instant,
): Held {
  const lotsOf = (unit: TradeHold['unit']): readonly Lot[] => {
    const state = wallets.get(walletId(platformWallet(memberId, unit)))?.state
    if (state === undefined || state.wallet.status === 'sealed') return []
    return postAll(state, [], at).after.lots.filter((lot) => lot.available > 0)
  }
  return {
    ...(tier === null ? {} : { tier }),
    score,
    ...(paidMember ? { paidMember } : {}),
    ...(benefits.length === 0 ? {} : { benefits }),
    ...(Object.keys(saved).length === 0 ? {} : { saved: saved as NonNullable<Holder['saved']> }),
    allowance: sumOf(lotsOf('allowance')) as Holder['allowance'],
    redEnvelopes: lotsOf('redEnvelope').flatMap(envelopeOf),
    points: sumOf(lotsOf('points')),
    coupons: coupons.map((coupon) => couponFrom(coupon, policies)),
    offerUses,
  }
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
