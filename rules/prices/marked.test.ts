import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { asFen } from '#rules/money/fen.ts'
import { lowestMarked, standingsOf, type MarkedPrice } from '#rules/prices/marked.ts'

const kinds = ['promo', 'list'] as const

test('PV-6 the lowest price in force in the window counts, whenever it began and however it goes on', () => {
  const window = { fromMs: 100, toMs: 200 }
  const asked = { window, kinds, campaign: 'x' }
  const at = (fromMs: number, toMs: number | null, priceFen: number): MarkedPrice =>
    priceOf({ priceId: `${fromMs}`, fromMs, toMs, priceFen: asFen(priceFen) })
  equal(lowestMarked([at(0, 100, 50)], asked), undefined)
  equal(lowestMarked([at(200, 300, 50)], asked), undefined)
  equal(lowestMarked([at(0, 101, 50)], asked)?.priceFen, 50)
  equal(lowestMarked([at(199, 300, 50)], asked)?.priceFen, 50)
  equal(lowestMarked([at(150, 160, 60), at(0, null, 70)], asked)?.priceFen, 60)
  const own = priceOf({ fromMs: 150, priceFen: asFen(1), campaign: 'x' })
  equal(lowestMarked([own], asked), undefined)
  equal(lowestMarked([own], { ...asked, campaign: 'y' })?.priceFen, 1)
  const list = priceOf({ kind: 'list', fromMs: 150 })
  equal(lowestMarked([list], { ...asked, kinds: ['promo'] }), undefined)
})

test('PV-10 a correction ends what it replaces when it is recorded; a mistake was never in force', () => {
  const wrong = priceOf({ priceId: 'a', fromMs: 100, toMs: 300, recordedMs: 50 })
  const corrected = (recordedMs: number, voids: boolean) =>
    priceOf({ priceId: 'b', fromMs: 100, toMs: 300, corrects: 'a', recordedMs, voids })
  deepEqual(spans([wrong, corrected(200, false)]), ['a 100-200', 'b 100-300'])
  deepEqual(spans([wrong, corrected(60, false)]), ['b 100-300'])
  deepEqual(spans([wrong, corrected(200, true)]), ['b 100-300'])
})

test('PV-11 a price without an end ends where the next such of its kind begins', () => {
  const first = priceOf({ priceId: 'a', kind: 'list', fromMs: 100, toMs: null })
  const second = priceOf({ priceId: 'b', kind: 'list', fromMs: 200, toMs: null })
  const limited = priceOf({ priceId: 'c', kind: 'list', fromMs: 120, toMs: 130 })
  const promo = priceOf({ priceId: 'd', kind: 'promo', fromMs: 150, toMs: null })
  const ofCampaign = priceOf({ priceId: 'e', kind: 'list', fromMs: 160, toMs: null, campaign: 'x' })
  deepEqual(spans([first, second, limited, promo, ofCampaign]), [
    'a 100-200',
    'b 200-Infinity',
    'c 120-130',
    'd 150-Infinity',
    'e 160-Infinity',
  ])
  const again = priceOf({ priceId: 'f', kind: 'list', fromMs: 100, toMs: null, recordedMs: 90 })
  deepEqual(spans([first, again]), ['f 100-Infinity'])
  const withdrawn = priceOf({ priceId: 'g', kind: 'list', corrects: 'b', voids: true, fromMs: 250 })
  deepEqual(spans([first, second, { ...withdrawn, toMs: null }]), ['a 100-250', 'g 250-Infinity'])
})

function spans(prices: readonly MarkedPrice[]): string[] {
  return standingsOf(prices)
    .map(({ price, window }) => `${price.priceId} ${window.fromMs}-${window.toMs}`)
    .toSorted()
}

function priceOf(changes: Partial<MarkedPrice>): MarkedPrice {
  return {
    priceId: 'p',
    kind: 'promo',
    priceFen: asFen(100),
    fromMs: 0,
    toMs: 1_000,
    campaign: null,
    corrects: null,
    voids: false,
    recordedMs: 0,
    ...changes,
  }
}
