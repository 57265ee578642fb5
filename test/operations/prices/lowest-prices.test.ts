import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { priceBounds } from '#db/prices/bounds.ts'
import { insertDeals, lowestDeals, type DealRow } from '#db/prices/deals.ts'
import { insertPrices, pricesOf, type PriceRow } from '#db/prices/price-records.ts'
import { transact } from '#operations/_transact.ts'
import { asFen } from '#rules/money/fen.ts'
import { dealsAsked, lowestDeal } from '#rules/prices/deals.ts'
import { lowestMarked } from '#rules/prices/marked.ts'
import { components, markedKinds, PricePolicySchema } from '#rules/prices/policy.ts'
import { openMarket, type TestMarket } from '#test/support/market.ts'

let market: TestMarket
before(async () => {
  market = await openMarket()
})
after(() => market.close())

const firstMs = Temporal.Instant.from('2017-09-01T00:00:00+08:00').epochMilliseconds
const hourMs = 3_600_000
const events = ['trial', 'juhuasuan', 'double11-2017']
let runs = 0

test('PV-17 the lowest deals of many SKUs in SQL are those of the rules, on random histories and policies', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(deals(), { maxLength: 12 }), { minLength: 1, maxLength: 8 }),
      policies(),
      fc.tuple(hours(), hours()),
      async (histories, policy, [from, to]) => {
        runs += 1
        const skus = histories.map((_, n) => ({ shopId: `shop-${runs}`, sku: `sku-${n}` }))
        const rows = histories.flatMap((history, n) =>
          history.map((deal, at): DealRow => ({
            ...deal,
            ...key(skus, n),
            dealId: `d-${at % 10}`,
          })),
        )
        const kept = new Map(rows.toReversed().map((row) => [keyOf(row), row]))
        await transact(market.db, (tx) => insertDeals(tx, [...kept.values()]))
        const window = { fromMs: firstMs + from * hourMs, toMs: firstMs + to * hourMs }
        const asked = dealsAsked(policy, window, 'double11-2017')
        const found = await lowestDeals(market.db, asked, skus)
        const wanted = skus.map(({ sku }) =>
          lowestDeal(
            [...kept.values()].filter((row) => row.sku === sku),
            asked,
          ),
        )
        deepEqual(found.map(textOf), wanted.map(textOf))
        const none = { window, kinds: [], campaign: undefined }
        const bounds = await priceBounds(market.db, asked, none, skus)
        deepEqual(
          bounds.map((each) => each.dealFen),
          wanted.map((each) => each?.priceFen ?? null),
        )
      },
    ),
    { numRuns: 60 },
  )
})

test('PV-17 no marked price in force is below its bound, whatever corrects what', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(marks(), { maxLength: 8 }),
      fc.tuple(hours(), hours()),
      async (made, [a, b]) => {
        runs += 1
        const sku = { shopId: `shop-${runs}`, sku: 'sku' }
        const prices = made.map((price, n): PriceRow => {
          const corrects = price.corrects === null ? null : `p-${price.corrects % made.length}`
          const voids = price.voids && corrects !== null && corrects !== `p-${n}`
          const other = corrects === `p-${n}` ? null : corrects
          return { ...price, ...sku, priceId: `p-${n}`, corrects: other, voids, recordedBy: 'test' }
        })
        await transact(market.db, (tx) => insertPrices(tx, prices))
        const window = { fromMs: firstMs + a * hourMs, toMs: firstMs + b * hourMs }
        const asked = { window, kinds: markedKinds, campaign: 'x' }
        const [kept = []] = await pricesOf(market.db, [sku])
        equal(kept.length, prices.length)
        const lowest = lowestMarked(kept, asked)
        const deals = dealsAsked(PricePolicySchema.parse({ ratio: '0.9', counts: {} }), window, 'x')
        const [bound] = await priceBounds(market.db, deals, asked, [sku])
        if (lowest !== undefined) ok((bound?.markedFen ?? Infinity) <= lowest.priceFen)
      },
    ),
    { numRuns: 60 },
  )
})

test('PV-17 an amount as large as any keeps its price to the fen in SQL', async () => {
  const priceFen = 1_000_000_000_000
  const row: DealRow = {
    ...dealAt(1, priceFen),
    shopId: 'huge',
    sku: 'sku',
    dealId: 'd',
    units: 3,
    off: { coins: 299_999_999_999, itemCoupon: 1 },
  }
  await transact(market.db, (tx) => insertDeals(tx, [row]))
  const counts = { coins: { from: '0.3' } }
  const policy = PricePolicySchema.parse({ ratio: '0.9', counts })
  const asked = dealsAsked(policy, { fromMs: firstMs, toMs: firstMs + 9 * hourMs }, undefined)
  const [found] = await lowestDeals(market.db, asked, [row])
  equal(found?.priceFen, lowestDeal([row], asked)?.priceFen)
  equal(found?.priceFen, asFen(333_333_333_333))
})

test('What was recorded later is left out where it is asked what was known by an instant', async () => {
  const at = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms)
  const sku = { shopId: 'late', sku: 'sku' }
  const early = { ...dealAt(1, 9_000), ...sku, dealId: 'early', recordedAt: at(firstMs) }
  const late = { ...dealAt(1, 8_000), ...sku, dealId: 'late', recordedAt: at(firstMs + 1) }
  await transact(market.db, (tx) => insertDeals(tx, [early, late]))
  const policy = PricePolicySchema.parse({ ratio: '0.9', counts: {} })
  const asked = dealsAsked(policy, { fromMs: firstMs, toMs: firstMs + 9 * hourMs }, undefined)
  const pricesOf = async (by?: Temporal.Instant) =>
    (await lowestDeals(market.db, asked, [sku], by)).map((each) => each?.priceFen)
  deepEqual(await pricesOf(), [8_000])
  deepEqual(await pricesOf(at(firstMs)), [9_000])
  deepEqual(await pricesOf(at(firstMs - 1)), [undefined])
})

type Made = Omit<DealRow, 'shopId' | 'sku' | 'dealId'>

function deals(): fc.Arbitrary<Made> {
  const fen = fc.oneof(
    fc.constantFrom(0, 100, 2_999, 3_000, 10_000),
    fc.integer({ min: 0, max: 20_000 }),
  )
  const some = fc.dictionary(fc.constantFrom(...components), fen, { maxKeys: 4 })
  return fc
    .tuple(
      hours(),
      fen,
      fc.integer({ min: 1, max: 4 }),
      some,
      fc.option(fc.constantFrom(...events)),
      fc.boolean(),
    )
    .map(([hour, priceFen, units, off, event, paidOnly]) => {
      return { ...dealAt(hour, priceFen), units, off, event, paidOnly }
    })
}

function marks() {
  return fc
    .record({
      kind: fc.constantFrom(...markedKinds),
      fen: fc.integer({ min: 1, max: 50 }),
      from: hours(),
      lasts: fc.option(fc.integer({ min: 1, max: 6 })),
      campaign: fc.option(fc.constantFrom('x', 'y')),
      corrects: fc.option(fc.nat(7)),
      voids: fc.boolean(),
      recorded: hours(),
    })
    .map(({ fen, from, lasts, recorded, ...rest }) => ({
      ...rest,
      priceFen: asFen(fen),
      fromMs: firstMs + from * hourMs,
      toMs: lasts === null ? null : firstMs + (from + lasts) * hourMs,
      recordedMs: firstMs + recorded * hourMs,
    }))
}

function dealAt(hour: number, priceFen: number): Made {
  return {
    orderedAt: Temporal.Instant.fromEpochMilliseconds(firstMs + hour * hourMs),
    units: 1,
    priceFen,
    off: {},
    event: null,
    paidOnly: false,
    recordedAt: Temporal.Instant.fromEpochMilliseconds(firstMs),
    source: 'told',
  }
}

function hours(): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 12 })
}

function policies() {
  const counts = fc.oneof(
    fc.boolean(),
    fc.constantFrom('0.3', '0.299999', '0.000001', '1').map((from) => ({ from })),
  )
  return fc
    .record({
      counts: fc.dictionary(fc.constantFrom(...components), counts),
      countedEvents: fc.subarray(events),
      paidOnly: fc.boolean(),
    })
    .map((some) => PricePolicySchema.parse({ ratio: '0.9', ...some }))
}

function key(skus: readonly { shopId: string; sku: string }[], n: number) {
  return skus[n] ?? { shopId: '', sku: '' }
}

/** Deals are kept once by SKU, time and id. */
function keyOf({ sku, orderedAt, dealId }: DealRow): string {
  return [sku, orderedAt.toString(), dealId].join(' ')
}

function textOf(lowest: Awaited<ReturnType<typeof lowestDeals>>[number]): string {
  if (lowest === undefined) return ''
  return [lowest.priceFen, lowest.orderedAt.toString(), lowest.dealId].join(' ')
}
