import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import {
  effectFrom,
  linesFrom,
  offsOf,
  pricingPolicy,
  quoted,
  yuan,
} from '#test/support/baskets.ts'
import { rowsOf } from '#test/support/table.ts'

// Columns: lines as shop price xquantity | effect of an item offer on all of them | off each line, or why not.
const itemEffects = `
  A 100.00                      | percentOff percent=15                                  | 15.00
  A 19.99                       | percentOff percent=15                                  | 3.00
  A 0.03                        | percentOff percent=50                                  | 0.02
  A 0.01, A 0.01                | percentOff percent=50                                  | 0.01 0.01
  A 0.01 x3                     | percentOff percent=50                                  | 0.02
  A 100.00                      | percentOff percent=12.5                                | 12.50
  A 100.00 x2                   | percentOff percent=10 maxUnits=1                       | 10.00
  A 19.99, A 109.99             | percentOff percent=15 maxUnits=1 pick=cheapest         | 3.00 0.00
  A 19.99, A 109.99             | percentOff percent=15 maxUnits=1                       | 0.00 16.50
  A 100.00, A 300.00            | percentOff percent=10 cap=20.00                        | 5.00 15.00
  A 123.45                      | percentOff percent=10 roundTo=1.00                     | 12.00
  A 125.00                      | percentOff percent=10 roundTo=1.00                     | 13.00
  A 0.40                        | percentOff percent=100 roundTo=1.00                    | pricing/nothing-left
  A 13.95 x3, A 1.80 x5         | amountOffUnit off=1.00                                 | 3.00 5.00
  A 13.95 x3, A 1.80 x5         | amountOffUnit off=10.00 maxUnits=3                     | 30.00 0.00
  A 13.33, A 16.66              | amountOffUnit off=4.44 maxUnits=1 pick=cheapest        | 4.44 0.00
  A 5.00 x3                     | amountOffUnit off=7.00                                 | 15.00
  A 50.00 x2, A 150.00          | amountOffLine off=30.00                                | 30.00 30.00
  A 50.00 x2, A 150.00          | amountOffLine off=30.00 maxUnits=1                     | 0.00 30.00
  A 80.00, A 320.00             | amountOffTotal off=50.00                               | 10.00 40.00
  A 1.00, A 1.00, A 1.00        | amountOffTotal off=1.00                                | 0.33 0.33 0.34
  A 10.00                       | amountOffTotal off=50.00                               | 10.00
  A 12.00 x2, A 8.00            | fixedPrice price=9.90                                  | 4.20 0.00
  A 5.00 x2                     | fixedTotal price=4.20                                  | 5.80
  A 30.00, A 70.00              | fixedTotal price=60.00                                 | 12.00 28.00
  A 300.00                      | thresholdOff steps=300.00:30.00,500.00:10%             | 30.00
  A 299.99                      | thresholdOff steps=300.00:30.00,500.00:10%             | pricing/threshold-not-reached
  A 500.00                      | thresholdOff steps=300.00:30.00,500.00:10%             | 50.00
  A 500.00                      | thresholdOff steps=500.00:10%,300.00:30.00             | 50.00
  A 900.00                      | thresholdOff steps=300.00:30.00,500.00:10% cap=70.00   | 70.00
  A 399.99                      | everyXMinusY every=400.00 off=50.00                    | pricing/threshold-not-reached
  A 800.00                      | everyXMinusY every=400.00 off=50.00                    | 100.00
  A 1300.00                     | everyXMinusY every=400.00 off=50.00 cap=120.00         | 120.00
  A 100.00                      | nthUnit n=2 percent=50                                 | pricing/not-enough-units
  A 100.00 x2                   | nthUnit n=2 percent=50                                 | 50.00
  A 100.00 x3                   | nthUnit n=2 percent=50                                 | 50.00
  A 100.00, A 60.00             | nthUnit n=2 percent=50                                 | 0.00 30.00
  A 100.00, A 60.00             | nthUnit n=2 percent=50 pick=cheapest                   | 50.00 0.00
  A 100.00, A 60.00             | nthUnit n=2 price=1.00                                 | 0.00 59.00
  A 10.00 x10, A 20.00 x10      | nthUnit n=4 percent=10                                 | 3.00 4.00
  A 10.00 x10, A 20.00 x10      | nthUnit n=4 percent=10 pick=cheapest                   | 2.00 6.00
  A 10.00 x10, A 20.00 x10      | nthUnit n=4 percent=10 per=all                         | 5.00 0.00
  A 90.00 x2, A 50.00 x2        | nthUnit n=2 off=5.00                                   | 5.00 5.00
  A 90.00 x2, A 50.00 x2        | nthUnit n=2 off=5.00 maxUnits=1                        | 5.00 0.00
  A 90.00 x2, A 50.00 x2        | nthUnit n=2 percent=100 per=all                        | 0.00 100.00
  A 40.00 x3                    | perGroup units=3 price=99.00                           | 21.00
  A 40.00 x7                    | perGroup units=3 price=99.00                           | 42.00
  A 40.00 x2                    | perGroup units=3 price=99.00                           | pricing/not-enough-units
  A 50.00 x2, A 40.00, A 10.00  | perGroup units=3 price=100.00                          | 28.57 11.43 0.00
  A 10.00 x4                    | perGroup units=2 off=10.00                             | 20.00
  A 18.00, A 245.00             | perGroup units=1 off=47.00                             | 4.45 60.55
  A 10.00 x3                    | perGroup units=2 percent=10                            | 2.00
  A 12.00 x3                    | buyXGetY buy=2 get=1                                   | 12.00
  A 12.00 x2                    | buyXGetY buy=2 get=1                                   | pricing/not-enough-units
  A 30.00 x2, A 12.00           | buyXGetY buy=2 get=1                                   | 0.00 12.00
  A 30.00 x2, A 12.00           | buyXGetY buy=2 get=1 pick=dearest                      | 30.00 0.00
  A 10.00 x7                    | buyXGetY buy=2 get=1                                   | 20.00
  A 10.00 x9                    | buyXGetY buy=2 get=1 times=2                           | 20.00
  A 20.00 x6                    | buyXGetY buy=1 get=5                                   | 100.00
  A 20.00 x3                    | buyXGetY buy=1 get=5                                   | 40.00
  A 2.50 x1080                  | buyXGetY buy=50 get=1000                               | 2500.00
  A 10.00 x3                    | buyXGetY buy=2 get=1 percent=50                        | 5.00
  A 10.00, A 20.00              | tieredByQuantity steps=3:10%,5:20%                     | pricing/not-enough-units
  A 10.00 x2, A 20.00           | tieredByQuantity steps=3:10%,5:20%                     | 2.00 2.00
  A 10.00 x4, A 20.00           | tieredByQuantity steps=3:10%,5:20%                     | 8.00 4.00
  A 10.00 x2                    | tieredByQuantity steps=2:=9.00,10:=8.00                | 2.00
  A 10.00 x2                    | tieredByQuantity steps=2:1.50                          | 3.00
`

test('PR-7 item effects take their figure off each line', () => {
  tryAll(itemEffects, 'item')
})

// As above, for a shop offer: percentages on the total.
const shopEffects = `
  A 0.01, A 0.01                | percentOff percent=50                                  | 0.00 0.01
  A 1.01, A 2.02                | percentOff percent=15                                  | 0.15 0.30
  A 100.00, A 300.00            | percentOff percent=10 cap=20.00                        | 5.00 15.00
  A 61.20, A 62.25              | percentOff percent=10 roundTo=1.00                     | 5.95 6.05
  A 100.00, A 60.00             | nthUnit n=2 percent=50                                 | 0.00 30.00
  A 80.00, A 320.00             | thresholdOff steps=400.00:50.00                        | 10.00 40.00
  A 80.00, A 320.00             | everyXMinusY every=200.00 off=25.00                    | 10.00 40.00
  A 30.00, A 70.00              | fixedTotal price=60.00                                 | 12.00 28.00
  A 10.00 x4, A 20.00           | tieredByQuantity steps=5:20%                           | 8.00 4.00
`

test('PR-7 shop effects are computed on the total and shared over the lines', () => {
  tryAll(shopEffects, 'shop')
})

test('PR-7 a percentage of the item price ignores what the item layer has left', () => {
  const item = { id: 'I', layer: 'item', effect: effectFrom('amountOffTotal off=20.00') }
  const stacked = {
    id: 'P',
    layer: 'item',
    stacks: true,
    effect: effectFrom('percentOff percent=10'),
  }
  const lines = linesFrom('A 100.00')
  equal(offsOf(quoted({ lines, offers: [item, stacked] })), '28.00')
  const ofItem = { ...stacked, effect: effectFrom('percentOff percent=10 base=item') }
  equal(offsOf(quoted({ lines, offers: [item, ofItem] })), '30.00')
})

// Columns: lines | effect of a shop offer | maxOff | off each line.
const heldTogether = `
  A 446.14, A 198.93 | everyXMinusY every=53.57 off=11.38 cap=29.00 | 28.82 | 19.93 8.89
  A 100.00, A 300.00 | amountOffTotal off=80.00                     | 20.00 | 5.00 15.00
  A 100.00, A 300.00 | fixedTotal price=10.00                       | 20.00 | 5.00 15.00
  A 100.00, A 300.00 | thresholdOff steps=400.00:50% cap=30.00      | 20.00 | 5.00 15.00
  A 100.00, A 300.00 | percentOff percent=50 cap=30.00              | 20.00 | 5.00 15.00
  A 100.00, A 300.00 | percentOff percent=50 cap=10.00              | 20.00 | 2.50 7.50
  A 100.00, A 300.00 | percentOff percent=50 maxUnits=2             | 20.00 | 5.00 15.00
  A 100.00, A 300.00 | perGroup units=2 price=10.00                 | 20.00 | 5.00 15.00
  A 100.00, A 300.00 | tieredByQuantity steps=2:50%                 | 20.00 | 5.00 15.00
`

test('PR-7 what is taken off together is held by cap and maxOff before it is shared', () => {
  for (const [lines = '', effect = '', maxOff = '', expected = ''] of rowsOf(heldTogether)) {
    const offer = { id: 'O', layer: 'shop', maxOff, effect: effectFrom(effect) }
    equal(offsOf(quoted({ lines: linesFrom(lines), offers: [offer] })), expected, effect)
  }
})

test('PR-7 what a floor cuts off a held amount is lost, as it is of any amount', () => {
  const [first, second] = linesFrom('A 26.20, A 52.82')
  const lines = [first, { ...second, minPrice: '52.82' }]
  for (const text of [
    'amountOffTotal off=72.00',
    'percentOff percent=90',
    'fixedTotal price=1.00',
  ]) {
    const offer = { id: 'O', layer: 'shop', maxOff: '2.00', effect: effectFrom(text) }
    equal(offsOf(quoted({ lines, offers: [offer] })), '0.66 0.00', text)
    const byUnits = { ...offer, effect: effectFrom('amountOffUnit off=20.00') }
    equal(offsOf(quoted({ lines, offers: [byUnits] })), '2.00 0.00')
  }
})

test('PR-8 a group is shared by the units that are in one, also by item price', () => {
  const offer = { id: 'O', layer: 'shop', effect: effectFrom('perGroup units=2 price=28.02') }
  const lines = linesFrom('A 272.00 x4, A 269.00')
  for (const splitBase of ['remaining', 'itemPrice']) {
    equal(offsOf(quoted({ lines, offers: [offer] }, pricingPolicy({ splitBase }))), '1031.96 0.00')
  }
})

test('PR-7 maxOff holds the whole offer, of each unit and line its part', () => {
  const offer = {
    id: 'O',
    layer: 'item',
    maxOff: '12.00',
    effect: effectFrom('percentOff percent=10'),
  }
  const quote = quoted({ lines: linesFrom('A 100.00, A 200.00'), offers: [offer] })
  equal(offsOf(quote), '4.00 8.00')
  deepEqual(quote.layers[0]?.applied, [{ id: 'O', offFen: 1200, baseFen: 30_000, cutFen: 1800 }])
})

test('PR-8 units are bought of one target and got of another, the cheapest unless the offer says dearest', () => {
  const lines = linesFrom('A 500.00 x2, A 1000.00 x2, A 1000.00 x2')
  const effect = { type: 'buyXGetY', buy: 1, get: 1, times: 1, getTarget: { skus: ['s1', 's2'] } }
  const offer = { id: 'O', layer: 'item', target: { skus: ['s3'] }, effect }
  equal(offsOf(quoted({ lines, offers: [offer] })), '500.00 0.00 0.00')
  const dearest = { ...offer, effect: { ...effect, pick: 'dearest' } }
  equal(offsOf(quoted({ lines, offers: [dearest] })), '0.00 1000.00 0.00')
  const many = { ...offer, effect: { ...effect, get: 4 } }
  equal(offsOf(quoted({ lines, offers: [many] })), '1000.00 2000.00 0.00')
})

test('PR-8 a unit that was bought is not got, where the targets meet', () => {
  const lines = linesFrom('A 10.00 x3, A 40.00')
  const effect = { type: 'buyXGetY', buy: 1, get: 1, getTarget: { skus: ['s1'] } }
  const ofAll = { id: 'O', layer: 'item', effect }
  equal(offsOf(quoted({ lines, offers: [ofAll] })), '20.00 0.00')
  const ofTwo = { ...ofAll, target: { skus: ['s2'] } }
  equal(offsOf(quoted({ lines, offers: [ofTwo] })), '10.00 0.00')
})

// Columns: lines | every | threshold | gifts, or why none.
const gifts = `
  A 10.00 x5 | 2        |       | 2
  A 10.00    | 2        |       | pricing/not-enough-units
  A 10.00 x5 | "20.00"  |       | 2
  A 10.00    | "20.00"  |       | pricing/threshold-not-reached
  A 10.00 x7 | 1        | 30.00 | 2
  A 10.00 x7 | 2        | 30.00 | 1
  A 10.00    | 1        | 30.00 | pricing/threshold-not-reached
`

test('PR-8 a gift is given for every so many units, so much money or so many thresholds', () => {
  for (const [lines = '', every = '', threshold = '', expected = ''] of rowsOf(gifts)) {
    const effect = { type: 'gift', every: JSON.parse(every) as unknown, sku: 'toy', quantity: 1 }
    const offer = { id: 'G', layer: 'shop', effect, ...(threshold === '' ? {} : { threshold }) }
    const quote = quoted({ lines: linesFrom(lines), offers: [offer] })
    const [given] = quote.gifts
    equal(String(given?.quantity ?? quote.notApplied[0]?.refusal), expected, `${lines} ${every}`)
    equal(quote.payFen, quote.goodsFen)
  }
})

test('PR-8 a gift is not lost to a discount beside it, only to an exclusive offer', () => {
  const gift = {
    id: 'G',
    layer: 'shop',
    threshold: '100.00',
    effect: effectFrom('gift every=1 sku=toy quantity=2'),
  }
  const off = { id: 'O', layer: 'shop', effect: effectFrom('thresholdOff steps=100.00:30.00') }
  const lines = linesFrom('A 100.00')
  const both = quoted({ lines, offers: [gift, off] })
  deepEqual(both.gifts, [{ sku: 'toy', quantity: 2, offer: 'G' }])
  deepEqual(both.used.offers, ['O', 'G'])
  const alone = quoted({ lines, offers: [gift, { ...off, exclusive: true }] })
  deepEqual(alone.gifts, [])
  deepEqual(alone.notApplied, [{ id: 'G', refusal: 'pricing/excluded', by: 'O', shop: 'A' }])
})

test('PR-9 units stop at their floor one by one', () => {
  const [line] = linesFrom('A 10.00 x3')
  const lines = [{ ...line, minPrice: '7.00' }]
  const offer = { id: 'O', layer: 'item', effect: effectFrom('nthUnit n=3 percent=100') }
  const quote = quoted({ lines, offers: [offer] })
  equal(yuan(quote.lines[0]?.payFen ?? 0), '27.00')
  equal(quote.layers[0]?.applied[0]?.cutFen, 700)
})

test('PR-9 what a floor cuts is lost, or carried by the other lines of the instrument', () => {
  const [first, ...rest] = linesFrom('A 100.00, A 100.00, A 200.00')
  const lines = [{ ...first, minPrice: '95.00' }, ...rest]
  const offer = { id: 'O', layer: 'shop', effect: effectFrom('thresholdOff steps=400.00:40.00') }
  equal(offsOf(quoted({ lines, offers: [offer] })), '5.00 10.00 20.00')
  const respread = pricingPolicy({ floorPrice: 'respread' })
  equal(offsOf(quoted({ lines, offers: [offer] }, respread)), '5.00 11.67 23.33')
})

function tryAll(table: string, layer: string): void {
  for (const [lines = '', effect = '', expected = ''] of rowsOf(table)) {
    const offers = [{ id: 'O', layer, effect: effectFrom(effect) }]
    const quote = quoted({ lines: linesFrom(lines), offers })
    const [why] = quote.notApplied
    equal(why === undefined ? offsOf(quote) : why.refusal, expected, `${lines} by ${effect}`)
  }
}
