import type { Funded, Moved, Taken } from '#rules/settlement/statement.ts'

/** What is kept of one trade: lines and freight with what they cost, and what was taken off them. */
export type TradeBooks = {
  readonly memberId: string
  readonly tradeId: string
  readonly campaign: string | null
  /** One for each shop. */
  readonly orders: readonly BookedOrder[]
  /** All lines at promo prices. */
  readonly goodsFen: number
  readonly payFen: number
  readonly depositFen: number
  readonly parts: readonly BookedPart[]
  readonly allocations: readonly BookedAllocation[]
}

/** `paidMs` in epoch milliseconds; `null`: nobody paid it. */
export type BookedOrder = { readonly shop: string; readonly paidMs: number | null }

/** A line, the freight of a shop, or its extras. */
export type BookedPart = {
  readonly kind: 'line' | 'freight' | 'extras'
  /** Of a line its own, of freight `freight:<shop>`, of extras `extras:<shop>`. */
  readonly id: string
  readonly shop: string
  readonly paidFen: number
  readonly refunds: readonly Refunded[]
  /** Whether every unit of a line came back; of freight, all of it. */
  readonly isAllBack: boolean
}

export type BookedAllocation = {
  readonly lineId: string
  readonly shop: string
  readonly layer: string
  readonly funder: string
  readonly campaign: string | null
  readonly offFen: number
  readonly reversals: readonly Refunded[]
}

export type Refunded = { readonly atMs: number; readonly fen: number }

/** Half-open, in epoch milliseconds. */
export type Period = { readonly fromMs: number; readonly toMs: number }

/** What one trade moved in a period (ST-1, ST-2): the one-by-one form of what SQL sums up. */
export function movedIn(trade: TradeBooks, period: Period): Moved {
  const paid = trade.orders.filter((order) => order.paidMs !== null)
  const perShop = paid.map((order) => movedOfOrder(trade, order, period))
  return {
    funded: perShop.flatMap((each) => each.funded),
    taken: perShop.map((each) => each.taken).filter((each) => each.orders + each.refundedFen > 0),
    points: [],
  }
}

function movedOfOrder(
  trade: TradeBooks,
  { shop, paidMs }: BookedOrder,
  period: Period,
): { readonly funded: readonly Funded[]; readonly taken: Taken } {
  const isPaidInside = paidMs !== null && isInside(paidMs, period)
  const parts = trade.parts.filter((part) => part.shop === shop)
  const paidFor = (kind: BookedPart['kind']): number => {
    const paid = parts.filter((part) => part.kind === kind).map((part) => part.paidFen)
    return isPaidInside ? sumOf(paid) : 0
  }
  const funded = trade.allocations.flatMap((each): Funded[] => {
    if (each.shop !== shop) return []
    const allocatedFen = isPaidInside ? each.offFen : 0
    const reversedFen = sumInside(each.reversals, period)
    if (allocatedFen === 0 && reversedFen === 0) return []
    const { layer, funder } = each
    const campaign = each.campaign ?? trade.campaign
    const names = { campaign, tradeCampaign: trade.campaign, shop, funder, layer }
    return [{ ...names, allocatedFen, reversedFen }]
  })
  return {
    funded,
    taken: {
      tradeCampaign: trade.campaign,
      shop,
      orders: isPaidInside ? 1 : 0,
      goodsPaidFen: paidFor('line'),
      freightPaidFen: paidFor('freight'),
      extrasFen: paidFor('extras'),
      refundedFen: sumOf(parts.map((part) => sumInside(part.refunds, period))),
    },
  }
}

/** What is wrong with the books of a trade, in sentences; none: they are right (ST-8). */
export function faultsOf(trade: TradeBooks): readonly string[] {
  const faults: string[] = []
  const lines = trade.parts.filter((part) => part.kind === 'line')
  const lineIds = new Set(lines.map((line) => line.id))
  const offLines = trade.allocations.filter((each) => lineIds.has(each.lineId))
  const paid = sumOf(lines.map((line) => line.paidFen))
  const off = sumOf(offLines.map((each) => each.offFen))
  if (trade.goodsFen - off !== paid) {
    faults.push(`goods ${trade.goodsFen} less allocations ${off} are not what lines cost, ${paid}`)
  }
  const parts = sumOf(trade.parts.map((part) => part.paidFen))
  if (parts !== trade.payFen + trade.depositFen) {
    faults.push(
      `lines, freight and extras cost ${parts}, not ${trade.payFen} and ${trade.depositFen} before`,
    )
  }
  return [...faults, ...faultsOfAllocations(trade), ...trade.parts.flatMap(faultsOfRefunds)]
}

function faultsOfAllocations(trade: TradeBooks): readonly string[] {
  const parts = new Map(trade.parts.map((part) => [part.id, part]))
  return trade.allocations.flatMap((each) => {
    const part = parts.get(each.lineId)
    if (part === undefined) return [`an allocation is of ${each.lineId}, which is not there`]
    if (part.shop !== each.shop) {
      return [`an allocation of ${each.lineId} is of shop ${each.shop}, not ${part.shop}`]
    }
    const back = sumOf(each.reversals.map((reversal) => reversal.fen))
    const what = `of ${each.offFen} that ${each.funder} took off ${each.lineId} (${each.layer})`
    if (each.offFen < 0 || back < 0 || back > each.offFen) return [`${back} came back ${what}`]
    const isOpen = part.isAllBack && back < each.offFen
    return isOpen ? [`only ${back} came back ${what}, though everything was refunded`] : []
  })
}

function faultsOfRefunds(part: BookedPart): readonly string[] {
  const back = sumOf(part.refunds.map((refund) => refund.fen))
  if (back >= 0 && back <= part.paidFen) return []
  return [`${back} was refunded of ${part.id}, which cost ${part.paidFen}`]
}

function isInside(ms: number, { fromMs, toMs }: Period): boolean {
  return ms >= fromMs && ms < toMs
}

function sumInside(refunds: readonly Refunded[], period: Period): number {
  return sumOf(refunds.filter((each) => isInside(each.atMs, period)).map((each) => each.fen))
}

function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0)
}
