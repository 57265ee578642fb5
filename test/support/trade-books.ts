import fc from 'fast-check'
import type { BookedAllocation, BookedPart, TradeBooks } from '#rules/settlement/trade-books.ts'

const campaigns = [null, 'double11', 'spring']
export const funders = ['platform', 'shop:A', 'shop:B', 'brand:acme']
const layers = ['item', 'shop', 'coupon', 'allowance']

const parts = fc.record({
  shop: fc.constantFrom('A', 'B'),
  kind: fc.constantFrom('line', 'freight' as const),
  paidFen: fc.integer({ min: 0, max: 10_000 }),
  back: fc.integer({ min: 0, max: 10 }),
  atMs: fc.integer({ min: 0, max: 999 }),
  offs: fc.array(
    fc.record({
      funder: fc.constantFrom(...funders),
      layer: fc.constantFrom(...layers),
      campaign: fc.constantFrom(...campaigns),
      offFen: fc.integer({ min: 1, max: 5_000 }),
    }),
    { maxLength: 4 },
  ),
})

type AnyPart = typeof parts extends fc.Arbitrary<infer Part> ? Part : never

/** A trade whose books are right; `back` tenths of each part were returned at `atMs`. */
export const trades: fc.Arbitrary<TradeBooks> = fc
  .record({
    tradeId: fc.uuid(),
    campaign: fc.constantFrom(...campaigns),
    paidMs: fc.option(fc.integer({ min: 0, max: 998 })),
    depositFen: fc.constantFrom(0, 500),
    parts: fc.array(parts, { minLength: 1, maxLength: 5 }),
  })
  .map(tradeOf)

/** The books of a trade drawn part by part; amounts in fen, instants in ms. */
export function tradeOf(drawn: {
  readonly tradeId: string
  readonly campaign: string | null
  readonly paidMs: number | null
  readonly depositFen: number
  readonly parts: readonly AnyPart[]
}): TradeBooks {
  const booked = drawn.parts.map((part, index): BookedPart => {
    const refunds = [{ atMs: part.atMs, fen: Math.floor((part.paidFen * part.back) / 10) }]
    const { shop, kind, paidFen } = part
    return { id: `${index}`, kind, shop, paidFen, refunds, isAllBack: part.back === 10 }
  })
  const allocations = drawn.parts.flatMap((part, index) =>
    part.offs.map((off): BookedAllocation => {
      const layer = part.kind === 'freight' ? 'freight' : off.layer
      const reversals = [{ atMs: part.atMs, fen: Math.floor((off.offFen * part.back) / 10) }]
      return { ...off, layer, lineId: `${index}`, shop: part.shop, reversals }
    }),
  )
  const paid = booked.reduce((sum, part) => sum + part.paidFen, 0)
  const { tradeId, campaign, paidMs, depositFen } = drawn
  return {
    memberId: 'lin',
    tradeId,
    campaign,
    orders: [
      { shop: 'A', paidMs },
      { shop: 'B', paidMs: paidMs === null ? null : paidMs + 1 },
    ],
    depositFen,
    payFen: paid - depositFen,
    goodsFen: drawn.parts
      .filter((part) => part.kind === 'line')
      .reduce((sum, part) => sum + part.paidFen + offOf(part), 0),
    parts: booked,
    allocations,
  }
}

function offOf(part: AnyPart): number {
  return part.offs.reduce((sum, off) => sum + off.offFen, 0)
}

/** A part of a trade: a line of shop A that was paid with 100 fen, but for what is given. */
export function anyPart(part: Partial<AnyPart>): AnyPart {
  return { shop: 'A', kind: 'line', paidFen: 100, back: 0, atMs: 1, offs: [], ...part }
}
