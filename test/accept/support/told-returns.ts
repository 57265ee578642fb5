/** What `POST /v1/trades` told of a trade, as far as returns are told from it. */
export type PlacedTrade = {
  readonly orders: readonly { readonly shop: string; readonly orderId: string }[]
  readonly quote: {
    readonly payFen: number
    readonly lines: readonly ToldLine[]
    readonly charges: readonly ToldCharge[]
    readonly used: Used
  }
}

type ToldShare = { readonly layer: string; readonly instrument: string; readonly offFen: number }

export type ToldLine = {
  readonly id: string
  readonly shop: string
  readonly payFen: number
  readonly unitsFen: readonly number[]
  readonly shares: readonly ToldShare[]
}

export type ToldCharge = {
  readonly kind: string
  readonly shop: string
  readonly payFen: number
  readonly shares: readonly ToldShare[]
}

type Used = {
  readonly coupons: readonly string[]
  readonly allowanceFen: number
  readonly redEnvelopesFen: Readonly<Record<string, number>>
  readonly points: number
}

/** The terms of a pricing policy for what comes back. */
export type Terms = {
  readonly coupon: 'fullOnly' | 'never'
  readonly redEnvelope: 'allClosed' | 'perSubOrder' | 'never'
  readonly allowance: 'allClosed' | 'perSubOrder'
}

/** One thing that comes back: units, units and money as a fact tells them, money, or freight. */
export type Item =
  | { readonly line: string; readonly quantity: number; readonly toldFen?: number }
  | { readonly line: string; readonly fen: number }
  | { readonly freight: string; readonly fen?: number }

/** A line as it stands: what came back, what it earned, what was taken back of that. */
export type LineState = ToldLine & {
  readonly category: string
  units: number
  fen: number
  earned: number
  clawed: number
}

export type ShopState = { readonly orderId: string; isReceived: boolean; isClosed: boolean }

/** A trade as this trial keeps it: written apart from the rules, from what is promised. */
export type TradeState = {
  readonly placed: PlacedTrade
  readonly terms: Terms
  readonly lines: readonly LineState[]
  readonly charges: (ToldCharge & { fen: number; isWhole: boolean })[]
  readonly shops: ReadonlyMap<string, ShopState>
  readonly back: Back
}

export type Back = {
  allowanceFen: number
  points: number
  readonly byEnvelopeFen: Record<string, number>
  readonly coupons: Set<string>
}

/** Points per thousand yuan, as the preset says. */
const perThousand: Readonly<Record<string, number>> = { ordinary: 500, virtual: 100, phoneTopUp: 0 }

export const categories = Object.keys(perThousand)

export function newTrade(
  placed: PlacedTrade,
  terms: Terms,
  categoryOf: (line: string) => string,
): TradeState {
  return {
    placed,
    terms,
    lines: placed.quote.lines.map((line) => ({
      ...line,
      category: categoryOf(line.id),
      units: 0,
      fen: 0,
      earned: 0,
      clawed: 0,
    })),
    charges: placed.quote.charges.map((charge) => ({ ...charge, fen: 0, isWhole: false })),
    shops: new Map(
      placed.orders.map(({ shop, orderId }) => [
        shop,
        { orderId, isReceived: false, isClosed: false },
      ]),
    ),
    back: { allowanceFen: 0, points: 0, byEnvelopeFen: {}, coupons: new Set() },
  }
}

/** The points of what stays of a line: floored once. */
function pointsFor({ category, payFen, fen }: LineState): number {
  const perMille = BigInt(perThousand[category] ?? 500)
  return Number((BigInt(payFen - fen) * perMille) / 100_000n)
}

/** An order is received: what is left of its lines earns. Returns how much. */
export function receive(trade: TradeState, shop: string): number {
  const state = trade.shops.get(shop)
  if (state === undefined) throw new Error(`no order of ${shop}`)
  state.isReceived = true
  return trade.lines
    .filter((line) => line.shop === shop)
    .reduce((sum, line) => sum + (line.earned = pointsFor(line)), 0)
}

/** Items come back. Returns the money, and what is clawed back by order. */
export function giveBackItems(
  trade: TradeState,
  items: readonly Item[],
): { readonly fen: number; readonly clawed: Readonly<Record<string, number>> } {
  let fen = 0
  for (const item of items) fen += take(trade, item)
  const clawed: Record<string, number> = {}
  for (const line of trade.lines) {
    const owed = Math.max(0, line.earned - pointsFor(line))
    const orderId = trade.shops.get(line.shop)?.orderId ?? ''
    if (owed > line.clawed) clawed[orderId] = (clawed[orderId] ?? 0) + owed - line.clawed
    line.clawed = owed
  }
  for (const [shop, state] of trade.shops) {
    const own = trade.lines.filter((line) => line.shop === shop)
    state.isClosed = own.every((line) => line.units === line.unitsFen.length)
  }
  return { fen, clawed }
}

function take(trade: TradeState, item: Item): number {
  if ('freight' in item) {
    const charge = chargeOf(trade, item.freight)
    const fen = item.fen ?? charge.payFen - charge.fen
    charge.fen += fen
    charge.isWhole = charge.fen === charge.payFen
    return fen
  }
  const line = lineOf(trade, item.line)
  const fen = 'fen' in item ? item.fen : (item.toldFen ?? unitsCost(line, item.quantity))
  if ('quantity' in item) line.units += item.quantity
  line.fen += fen
  return fen
}

/** What the next units cost: the last one takes all that is left. */
export function unitsCost(line: LineState, quantity: number): number {
  const leftFen = line.payFen - line.fen
  if (line.units + quantity === line.unitsFen.length) return leftFen
  let cost = 0
  for (let nth = line.units; nth < line.units + quantity; nth += 1) cost += line.unitsFen[nth] ?? 0
  return Math.min(cost, leftFen)
}

export function lineOf(trade: TradeState, id: string): LineState {
  const line = trade.lines.find((each) => each.id === id)
  if (line === undefined) throw new Error(`no line ${id}`)
  return line
}

function chargeOf(trade: TradeState, shop: string): TradeState['charges'][number] {
  const charge = trade.charges.find((each) => each.kind === 'freight' && each.shop === shop)
  if (charge === undefined) throw new Error(`no freight of ${shop}`)
  return charge
}

/** All of coupons, allowance and envelopes that is back by now: points come back line by line. */
export function instrumentsBack({ placed, terms, lines, shops }: TradeState): Omit<Back, 'points'> {
  const { used } = placed.quote
  const gone = new Set(
    [...shops].filter(([, each]) => each.isClosed && !each.isReceived).map(([shop]) => shop),
  )
  const shareOf = (layers: readonly string[], instrument?: string): Map<string, number> => {
    const parts = new Map<string, number>()
    for (const line of lines) {
      for (const share of line.shares) {
        if (!layers.includes(share.layer)) continue
        if (instrument !== undefined && share.instrument !== instrument) continue
        parts.set(line.shop, (parts.get(line.shop) ?? 0) + share.offFen)
      }
    }
    return parts
  }
  const fenBack = (usedFen: number, term: string, parts: Map<string, number>): number => {
    if (term === 'never') return 0
    const by = term === 'allClosed' ? [...shops.keys()] : [...parts.keys()]
    if (by.every((shop) => gone.has(shop))) return usedFen
    if (term === 'allClosed') return 0
    return [...parts].reduce((sum, [shop, fen]) => sum + (gone.has(shop) ? fen : 0), 0)
  }
  const coupons = used.coupons.filter((id) => {
    const carriers = [...shareOf(['coupon', 'platformCoupon', 'categoryCoupon'], id).keys()]
    return terms.coupon === 'fullOnly' && carriers.every((shop) => gone.has(shop))
  })
  return {
    allowanceFen: fenBack(used.allowanceFen, terms.allowance, shareOf(['allowance'])),
    byEnvelopeFen: Object.fromEntries(
      Object.entries(used.redEnvelopesFen).map(([id, fen]) => [
        id,
        fenBack(fen, terms.redEnvelope, shareOf(['redEnvelope'], id)),
      ]),
    ),
    coupons: new Set(coupons),
  }
}

/** What of each share is undone by now: by units or by money, whichever is more. */
export function undone(trade: TradeState): Map<string, number> {
  const all = new Map<string, number>()
  for (const line of trade.lines) {
    for (const [n, { offFen }] of line.shares.entries()) {
      const byUnits = Math.floor((offFen * line.units) / line.unitsFen.length)
      const byMoney = line.payFen === 0 ? 0 : Math.floor((offFen * line.fen) / line.payFen)
      all.set(`${line.id} ${n}`, Math.max(byUnits, byMoney))
    }
  }
  for (const { kind, shop, payFen, fen, isWhole, shares } of trade.charges) {
    for (const [n, { offFen }] of shares.entries()) {
      const part = payFen === 0 ? 0 : Math.floor((offFen * fen) / payFen)
      all.set(`${kind}:${shop} ${n}`, isWhole ? offFen : part)
    }
  }
  return all
}

/** Everything of lines and charges is back. */
export function isAllBack({ lines, charges }: TradeState): boolean {
  const areUnits = lines.every((line) => line.units === line.unitsFen.length)
  return (
    areUnits &&
    lines.every((line) => line.fen === line.payFen) &&
    charges.every((each) => each.kind !== 'freight' || each.fen === each.payFen)
  )
}
