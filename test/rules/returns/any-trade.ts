import fc from 'fast-check'
import { allocate } from '#rules/money/allocate.ts'
import type { Layer } from '#rules/pricing/basket.ts'
import type { Share } from '#rules/pricing/quote.ts'
import type { FrozenCharge, FrozenLine, FrozenTrade } from '#rules/returns/frozen-trade.ts'
import { nothingTaken, takeBack, type ReturnItem } from '#rules/returns/taken.ts'

const shops = ['A', 'B', 'C'] as const

const carried: readonly (readonly [layer: Layer, instrument: string])[] = [
  ['item', 'O1'],
  ['coupon', 'C1'],
  ['platformCoupon', 'C2'],
  ['allowance', 'allowance'],
  ['redEnvelope', 'R1'],
  ['redEnvelope', 'R2'],
  ['points', 'points'],
]

/** Frozen trades of up to five lines and three shops, every layer on some line, floors cut here and there. */
export function anyTrade(): fc.Arbitrary<FrozenTrade> {
  const terms = fc.record({
    coupon: fc.constantFrom('fullOnly' as const, 'never' as const),
    redEnvelope: fc.constantFrom('allClosed' as const, 'perSubOrder' as const, 'never' as const),
    allowance: fc.constantFrom('allClosed' as const, 'perSubOrder' as const),
  })
  const used = fc.record({ cutFen: fc.nat(3), points: fc.integer({ min: 1, max: 500 }) })
  return fc
    .tuple(fc.array(anyLine(), { minLength: 1, maxLength: 5 }), fc.array(anyCharge()), terms, used)
    .map(([lines, charges, given, { cutFen, points }]) => {
      const named = lines.map((line, index) => ({ ...line, id: String(index + 1) }))
      const sumOf = (instrument: string): number => offOf(named, instrument)
      return {
        lines: named,
        charges: [...new Map(charges.map((each) => [`${each.kind}${each.shop}`, each])).values()],
        depositFen: 0,
        used: {
          coupons: ['C1', 'C2'].filter((id) => sumOf(id) > 0),
          allowanceFen: sumOf('allowance') === 0 ? 0 : sumOf('allowance') + cutFen,
          redEnvelopesFen: Object.fromEntries(
            ['R1', 'R2'].filter((id) => sumOf(id) > 0).map((id) => [id, sumOf(id) + cutFen]),
          ),
          points: sumOf('points') === 0 ? 0 : points,
        },
        terms: given,
      }
    })
}

/** Items that together return every unit and charge of a trade once, in any order, money in between. */
export function wayBack(trade: FrozenTrade): fc.Arbitrary<readonly ReturnItem[]> {
  const units = trade.lines.flatMap(({ id, quantity }) => {
    return Array.from({ length: quantity }, (): ReturnItem => ({ line: id, quantity: 1 }))
  })
  const charges = trade.charges.map((each): ReturnItem => {
    return each.kind === 'freight' ? { freight: each.shop } : { extras: each.shop }
  })
  const money = trade.lines.flatMap(({ id, payFen }): ReturnItem[] => {
    return [1, Math.floor(payFen / 2), payFen].map((amountFen) => ({ line: id, amountFen }))
  })
  return fc.tuple(fc.subarray(money), fc.infiniteStream(fc.nat())).map(([some, keys]) => {
    const items = [...units, ...charges, ...some]
      .map((item) => ({ item, key: keys.next().value as number }))
      .toSorted((a, b) => a.key - b.key)
    return possibleOf(
      trade,
      items.map(({ item }) => item),
    )
  })
}

/** Leaves out money of which nothing is left by then. */
function possibleOf(trade: FrozenTrade, items: readonly ReturnItem[]): readonly ReturnItem[] {
  let taken = nothingTaken(trade)
  return items.filter((item) => {
    const next = takeBack(trade, [item], taken)
    if (next.ok) taken = next.taken
    return next.ok
  })
}

function anyLine(): fc.Arbitrary<FrozenLine> {
  return fc
    .record({
      shop: fc.constantFrom(...shops),
      quantity: fc.integer({ min: 1, max: 4 }),
      payFen: fc.oneof(fc.nat(20), fc.nat(50_000)),
      offs: fc.array(fc.nat(2_000), { minLength: carried.length, maxLength: carried.length }),
    })
    .map(({ shop, quantity, payFen, offs }) => ({
      id: '',
      sku: 'sku',
      shop,
      quantity,
      payFen,
      unitsFen: unitsOf(payFen, quantity),
      shares: carried
        .map(([layer, instrument], index): Share => {
          return { layer, instrument, offFen: offs[index] ?? 0, funder: 'platform' }
        })
        .filter(({ offFen }) => offFen % 3 > 0),
    }))
}

function anyCharge(): fc.Arbitrary<FrozenCharge> {
  return fc
    .record({
      kind: fc.constantFrom('freight' as const, 'extras' as const),
      shop: fc.constantFrom(...shops),
      payFen: fc.nat(1_000),
      offFen: fc.nat(1_000),
    })
    .map(({ kind, shop, payFen, offFen }) => {
      const shares: readonly Share[] =
        kind === 'extras' || offFen === 0
          ? []
          : [{ layer: 'freight', instrument: 'F1', offFen, funder: `shop:${shop}` }]
      return { kind, shop, payFen, shares }
    })
}

function unitsOf(payFen: number, quantity: number): readonly number[] {
  const shared = allocate(payFen, Array<number>(quantity).fill(1))
  return shared.ok ? shared.shares : []
}

function offOf(lines: readonly FrozenLine[], instrument: string): number {
  const shares = lines.flatMap((line) => line.shares)
  return shares.reduce((sum, each) => sum + (each.instrument === instrument ? each.offFen : 0), 0)
}
