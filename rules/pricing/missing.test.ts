import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { effectFrom, linesFrom, quoted } from '#test/support/baskets.ts'
import { rowsOf } from '#test/support/table.ts'

// Columns: lines | shop offers as id:effect, parted by / | what more would save, as id shop +money or units =saves.
const cases = `
  A 77.00              | S:thresholdOff steps=100.00:50.00                                | S A +2300 =5000
  A 100.00             | S:thresholdOff steps=100.00:50.00                                |
  A 150.00             | S:thresholdOff steps=100.00:10.00,200.00:30.00                   | S A +5000 =2000
  A 150.00             | S:thresholdOff steps=100.00:10.00,200.00:20%                     | S A +5000 =3000
  A 150.00             | S:thresholdOff steps=100.00:30.00 / T:thresholdOff steps=200.00:20.00 |
  A 150.00             | S:thresholdOff steps=100.00:30.00 / T:thresholdOff steps=200.00:50.00 | T A +5000 =2000
  A 350.00             | S:everyXMinusY every=400.00 off=50.00                            | S A +5000 =5000
  A 400.00             | S:everyXMinusY every=400.00 off=50.00                            |
  A 450.00             | S:everyXMinusY every=400.00 off=50.00                            | S A +35000 =5000
  A 100.00             | S:everyXMinusY every=30.00 off=5.00                              | S A +2000 =500
  A 100.00             | S:everyXMinusY every=30.00 off=5.00 cap=15.00                    |
  A 10.00 x2           | S:tieredByQuantity steps=3:10%,5:20%                             | S A +1u =300
  A 10.00 x3           | S:tieredByQuantity steps=3:10%,5:20%                             | S A +2u =700
  A 10.00              | S:nthUnit n=2 percent=50                                         | S A +1u =500
  A 10.00, A 6.00      | S:perGroup units=3 price=15.00                                   | S A +1u =700
  A 10.00 x2           | S:buyXGetY buy=2 get=1                                           | S A +1u =1000
  A 90.00, B 20.00     | S:thresholdOff steps=100.00:50.00                                | S A +1000 =5000, S B +8000 =5000
`

test('PR-15 what more would save more is told with the figure and the saving', () => {
  for (const [lines = '', written = '', expected = ''] of rowsOf(cases)) {
    const offers = written.split(' / ').map((text) => {
      const [id = '', effect = ''] = text.split(/:(.*)/)
      return { id, layer: 'shop', effect: effectFrom(effect) }
    })
    const { missing } = quoted({ lines: linesFrom(lines), offers })
    const told = missing.map(({ id, shop, addFen, addUnits, savesFen }) => {
      return `${id} ${shop} +${addFen ?? `${addUnits}u`} =${savesFen}`
    })
    deepEqual(told.join(', '), expected, `${lines} by ${written}`)
  }
})

test('PR-15 nothing is told where an offer of higher priority holds the lines', () => {
  const offers = [
    { id: 'S', layer: 'shop', priority: 1, effect: effectFrom('amountOffTotal off=1.00') },
    { id: 'T', layer: 'shop', effect: effectFrom('thresholdOff steps=200.00:50.00') },
  ]
  deepEqual(quoted({ lines: linesFrom('A 150.00'), offers }).missing, [])
})

test('PR-15 a condition of the offer counts as its steps do', () => {
  const effect = effectFrom('percentOff percent=10')
  const byMoney = { id: 'S', layer: 'item', threshold: '200.00', effect }
  const lines = linesFrom('A 150.00')
  deepEqual(quoted({ lines, offers: [byMoney] }).missing, [
    { id: 'S', shop: 'A', addFen: 5_000, savesFen: 2_000 },
  ])
  const byUnits = { id: 'S', layer: 'item', minUnits: 2, effect }
  deepEqual(quoted({ lines, offers: [byUnits] }).missing, [
    { id: 'S', shop: 'A', addUnits: 1, savesFen: 3_000 },
  ])
})
