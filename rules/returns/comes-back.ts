import { allocate } from '#rules/money/allocate.ts'
import type { Layer } from '#rules/pricing/basket.ts'
import { ordersOf, type FrozenTrade } from '#rules/returns/frozen-trade.ts'
import { isClosed, undoneOfLine, type Taken } from '#rules/returns/taken.ts'

/** What was used and comes back: fen of the wallet, fen of envelopes, ids of coupons, points. */
export type Back = {
  readonly allowanceFen: number
  readonly redEnvelopesFen: number
  readonly byEnvelopeFen: Readonly<Record<string, number>>
  readonly coupons: readonly string[]
  readonly points: number
}

/** Why one instrument comes back or stays, and the orders that decide it. */
export type Reason = {
  readonly instrument: string
  readonly reason:
    | 'returns/unpaid'
    | 'returns/never'
    | 'returns/orders-closed'
    | 'returns/orders-open'
    | 'returns/orders-received'
    | 'returns/line-returned'
    | 'returns/line-kept'
  readonly shops?: readonly string[]
}

/** Where a trade stands: what came back, and the orders received (`true`: all of them). */
export type Standing = {
  readonly taken: Taken
  readonly received: boolean | readonly string[]
}

/** Nothing comes back. */
export const nothingBack: Back = {
  allowanceFen: 0,
  redEnvelopesFen: 0,
  byEnvelopeFen: {},
  coupons: [],
  points: 0,
}

/** RE-12: all that was used, of a trade that closes unpaid. */
export function everythingBack({ used }: FrozenTrade): Back {
  const { allowanceFen, redEnvelopesFen: byEnvelopeFen, coupons, points } = used
  return {
    allowanceFen,
    redEnvelopesFen: sumOf(Object.values(byEnvelopeFen)),
    byEnvelopeFen,
    coupons,
    points,
  }
}

/** All that came back up to a standing (RE-7 to RE-10); one return gives the difference of two. */
export function backUpTo(trade: FrozenTrade, standing: Standing): Back {
  const gone = goneOf(trade, standing)
  const back = instrumentsOf(trade).map((each) => ({ ...each, fen: fenBack(each, gone) }))
  const envelopes = back.filter(({ kind }) => kind === 'redEnvelope')
  return {
    allowanceFen: back.find(({ kind }) => kind === 'allowance')?.fen ?? 0,
    redEnvelopesFen: sumOf(envelopes.map(({ fen }) => fen)),
    byEnvelopeFen: Object.fromEntries(envelopes.map(({ id, fen }) => [id, fen])),
    coupons: back.filter(({ kind, fen }) => kind === 'coupon' && fen > 0).map(({ id }) => id),
    points: pointsBack(trade, standing.taken),
  }
}

/** What came back between two standings of one trade. */
export function backBetween(before: Back, after: Back): Back {
  const byEnvelope = Object.entries(after.byEnvelopeFen).map(([id, fen]): [string, number] => {
    return [id, fen - (before.byEnvelopeFen[id] ?? 0)]
  })
  return {
    allowanceFen: after.allowanceFen - before.allowanceFen,
    redEnvelopesFen: after.redEnvelopesFen - before.redEnvelopesFen,
    byEnvelopeFen: Object.fromEntries(byEnvelope.filter(([, fen]) => fen > 0)),
    coupons: after.coupons.filter((id) => !before.coupons.includes(id)),
    points: after.points - before.points,
  }
}

/** One line for each instrument that was used: why it comes back or stays (RE-7 to RE-10). */
export function reasonsOf(
  trade: FrozenTrade,
  standing: Standing,
  back: Back,
  isPaid: boolean,
): readonly Reason[] {
  const gone = goneOf(trade, standing)
  const ofInstruments = instrumentsOf(trade).map((each): Reason => {
    if (!isPaid) return { instrument: each.id, reason: 'returns/unpaid' }
    return { instrument: each.id, ...reasonOf(each, standing, gone) }
  })
  if (trade.used.points === 0) return ofInstruments
  const reason = back.points > 0 ? 'returns/line-returned' : 'returns/line-kept'
  return [...ofInstruments, { instrument: 'points', reason: isPaid ? reason : 'returns/unpaid' }]
}

/** Something that was used, and how it comes back. */
type Instrument = {
  readonly kind: 'coupon' | 'allowance' | 'redEnvelope'
  readonly id: string
  /** A coupon is one of itself. */
  readonly usedFen: number
  /** Whole, once all its orders are gone; each order's part with that order; or never. */
  readonly comes: 'whole' | 'byOrder' | 'never'
  readonly shops: readonly string[]
  readonly partsFen: ReadonlyMap<string, number>
}

const couponLayers: readonly Layer[] = ['coupon', 'platformCoupon', 'categoryCoupon']

function instrumentsOf(trade: FrozenTrade): readonly Instrument[] {
  const { used, terms } = trade
  const all = ordersOf(trade)
  const coupons = used.coupons.map((id): Instrument => {
    const partsFen = partsOf(trade, couponLayers, id)
    const shops = partsFen.size === 0 ? all : [...partsFen.keys()]
    const comes = terms.coupon === 'never' ? 'never' : 'whole'
    return { kind: 'coupon', id, usedFen: 1, comes, shops, partsFen }
  })
  const envelopes = Object.entries(used.redEnvelopesFen).map(([id, usedFen]): Instrument => {
    const partsFen = partsOf(trade, ['redEnvelope'], id)
    return { kind: 'redEnvelope', id, usedFen, ...byTerm(terms.redEnvelope, all, partsFen) }
  })
  if (used.allowanceFen === 0) return [...coupons, ...envelopes]

  const allowance: Instrument = {
    kind: 'allowance',
    id: 'allowance',
    usedFen: used.allowanceFen,
    ...byTerm(terms.allowance, all, partsOf(trade, ['allowance'])),
  }
  return [...coupons, allowance, ...envelopes]
}

function byTerm(
  term: 'allClosed' | 'perSubOrder' | 'never',
  all: readonly string[],
  partsFen: ReadonlyMap<string, number>,
): Pick<Instrument, 'comes' | 'shops' | 'partsFen'> {
  if (term === 'perSubOrder' && partsFen.size > 0) {
    return { comes: 'byOrder', shops: [...partsFen.keys()], partsFen }
  }
  return { comes: term === 'never' ? 'never' : 'whole', shops: all, partsFen }
}

/** What each order carries of an instrument, in the order of the lines. */
function partsOf(
  trade: FrozenTrade,
  layers: readonly Layer[],
  id?: string,
): ReadonlyMap<string, number> {
  const parts = new Map<string, number>()
  for (const { shop, shares } of trade.lines) {
    for (const share of shares) {
      const isOfIt = layers.includes(share.layer) && (id === undefined || share.instrument === id)
      if (isOfIt) parts.set(shop, (parts.get(shop) ?? 0) + share.offFen)
    }
  }
  return parts
}

/** RE-9: the orders that closed while they were paid and not received. */
function goneOf(trade: FrozenTrade, { taken, received }: Standing): ReadonlySet<string> {
  const closed = ordersOf(trade).filter((shop) => isClosed(trade, shop, taken))
  return new Set(closed.filter((shop) => !isReceived(shop, received)))
}

function isReceived(shop: string, received: Standing['received']): boolean {
  return typeof received === 'boolean' ? received : received.includes(shop)
}

/** Parts that floors cut off were used up with the rest, and come back with the last order. */
function fenBack(instrument: Instrument, gone: ReadonlySet<string>): number {
  const { comes, shops, usedFen, partsFen } = instrument
  if (comes === 'never') return 0
  if (shops.every((shop) => gone.has(shop))) return usedFen
  if (comes === 'whole') return 0
  return sumOf(shops.map((shop) => (gone.has(shop) ? (partsFen.get(shop) ?? 0) : 0)))
}

function reasonOf(
  { comes, shops }: Instrument,
  { received }: Standing,
  gone: ReadonlySet<string>,
): Omit<Reason, 'instrument'> {
  if (comes === 'never') return { reason: 'returns/never' }
  const closed = shops.filter((shop) => gone.has(shop))
  const isBack = comes === 'whole' ? closed.length === shops.length : closed.length > 0
  if (isBack) return { reason: 'returns/orders-closed', shops: closed }
  const kept = shops.filter((shop) => isReceived(shop, received))
  if (kept.length > 0) return { reason: 'returns/orders-received', shops: kept }
  return { reason: 'returns/orders-open', shops: shops.filter((shop) => !gone.has(shop)) }
}

/** RE-10: points that paid for what is undone, line by line. */
function pointsBack(trade: FrozenTrade, taken: Taken): number {
  if (trade.used.points === 0) return 0
  const paidFen = trade.lines.map(({ shares }) => {
    return sumOf(shares.map(({ layer, offFen }) => (layer === 'points' ? offFen : 0)))
  })
  const shared = allocate(trade.used.points, paidFen)
  if (!shared.ok) return 0
  return sumOf(
    trade.lines.map((line, index) => {
      const had = taken.lines[index] ?? { units: 0, fen: 0 }
      return undoneOfLine(shared.shares[index] ?? 0, line, had)
    }),
  )
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0)
}
