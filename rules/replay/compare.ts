import { mulDiv } from '#rules/money/mul-div.ts'
import { wholePpm } from '#rules/money/rate.ts'
import type { Basket, BasketLine } from '#rules/pricing/basket.ts'
import type { Quote, Share } from '#rules/pricing/quote.ts'

/** What of a quote a comparison reads. */
export type ComparedQuote = Pick<Quote, 'payFen' | 'lines' | 'freight'>

/** One trade, priced then and priced now. */
export type RepricedTrade = {
  readonly memberId: string
  readonly tradeId: string
  readonly basket: Pick<Basket, 'lines'>
  readonly before: ComparedQuote
  readonly after: ComparedQuote
}

/** A line of a trade, and how deep its discounts combine; parts per million of its price. */
export type LineDepth = {
  readonly memberId: string
  readonly tradeId: string
  readonly line: string
  readonly ppm: number
  readonly beforePpm: number
  readonly instruments: readonly string[]
}

/** A line that costs too little, with what it costs now and before, in fen. */
export type CheapLine = {
  readonly memberId: string
  readonly tradeId: string
  readonly line: string
  readonly payFen: number
  readonly beforeFen: number
  /** What it should cost at least. */
  readonly leastFen: number
}

/** What one trade adds to a replay (RP-1 to RP-4). */
export type Comparison = {
  readonly changed: boolean
  readonly payBeforeFen: number
  readonly payAfterFen: number
  readonly costBefore: ReadonlyMap<string, number>
  readonly costAfter: ReadonlyMap<string, number>
  readonly depths: readonly LineDepth[]
  readonly underFloor: readonly CheapLine[]
  readonly underFloorBefore: number
  readonly underRatio: readonly CheapLine[]
  readonly underRatioBefore: number
}

/** Compares a trade as it was placed with the same under other policies. */
export function compareTrade(trade: RepricedTrade, leastRatioPpm: number): Comparison {
  const { before, after } = trade
  const floors = linesUnder(trade, (line) => (line.minPrice ?? 0) * line.quantity)
  const ratios = linesUnder(trade, (line) =>
    mulDiv(line.listPrice * line.quantity, leastRatioPpm, wholePpm, 'ceiling'),
  )
  return {
    changed: isChanged(before, after),
    payBeforeFen: before.payFen,
    payAfterFen: after.payFen,
    costBefore: costOf(before),
    costAfter: costOf(after),
    depths: depthsOf(trade),
    underFloor: floors.after,
    underFloorBefore: floors.before,
    underRatio: ratios.after,
    underRatioBefore: ratios.before,
  }
}

function isChanged(before: ComparedQuote, after: ComparedQuote): boolean {
  return textOf(before) !== textOf(after)
}

/** All that members pay and funders bear, as text; not what explains it. */
function textOf({ payFen, lines, freight }: ComparedQuote): string {
  const told = (shares: readonly Share[]) =>
    shares.map((share) => [share.layer, share.instrument, share.funder, share.offFen])
  return JSON.stringify([
    payFen,
    lines.map((line) => [line.id, line.payFen, told(line.shares)]),
    freight.map((each) => [each.shop, each.payFen, told(each.shares)]),
  ])
}

function costOf({ lines, freight }: ComparedQuote): ReadonlyMap<string, number> {
  const cost = new Map<string, number>()
  for (const { shares } of [...lines, ...freight]) {
    for (const { funder, offFen } of shares) cost.set(funder, (cost.get(funder) ?? 0) + offFen)
  }
  return cost
}

function depthsOf({ memberId, tradeId, basket, before, after }: RepricedTrade): LineDepth[] {
  const then = new Map(before.lines.map((line) => [line.id, line.shares]))
  const lines = new Map(basket.lines.map((line) => [line.id, line]))
  return after.lines.flatMap(({ id, shares }): LineDepth[] => {
    const line = lines.get(id)
    if (line === undefined) return []
    const ppm = ppmOf(line, shares)
    if (ppm === 0) return []
    const instruments = [...new Set(shares.map((share) => share.instrument))]
    const beforePpm = ppmOf(line, then.get(id) ?? [])
    return [{ memberId, tradeId, line: id, ppm, beforePpm, instruments }]
  })
}

function ppmOf(line: BasketLine, shares: readonly Share[]): number {
  const goodsFen = (line.promoPrice ?? line.listPrice) * line.quantity
  const offFen = shares.reduce((sum, share) => sum + share.offFen, 0)
  return goodsFen === 0 ? 0 : mulDiv(offFen, wholePpm, goodsFen, 'floor')
}

function linesUnder(
  { memberId, tradeId, basket, before, after }: RepricedTrade,
  leastOf: (line: BasketLine) => number,
): { readonly after: readonly CheapLine[]; readonly before: number } {
  const then = new Map(before.lines.map((line) => [line.id, line.payFen]))
  const now = new Map(after.lines.map((line) => [line.id, line.payFen]))
  const all = basket.lines.map((line): CheapLine => {
    const leastFen = leastOf(line)
    const [payFen, beforeFen] = [now.get(line.id) ?? leastFen, then.get(line.id) ?? leastFen]
    return { memberId, tradeId, line: line.id, payFen, beforeFen, leastFen }
  })
  return {
    after: all.filter((line) => line.payFen < line.leastFen),
    before: all.filter((line) => line.beforeFen < line.leastFen).length,
  }
}
