import fc from 'fast-check'
import { basketOf, QuoteInputSchema } from '#rules/pricing/input.ts'
import { indexOffers } from '#rules/pricing/offer-index.ts'
import { PricingPolicySchema } from '#rules/pricing/policy.ts'
import { priceBasket } from '#rules/pricing/price.ts'
import { freezeTrade, type FrozenTrade } from '#rules/returns/frozen-trade.ts'

/** Trades that the engine priced: up to four lines of three shops, with every kind of instrument. */
export function pricedTrade(): fc.Arbitrary<FrozenTrade> {
  return fc.tuple(input(), policy()).map(([asked, terms]) => {
    const { basket, offers } = basketOf(QuoteInputSchema.parse(asked), 'Asia/Shanghai')
    const pricing = PricingPolicySchema.parse(terms)
    return freezeTrade(basket, priceBasket(basket, indexOffers(offers), pricing), pricing)
  })
}

const shop = fc.constantFrom('A', 'B', 'C')

function input(): fc.Arbitrary<object> {
  const lines = fc.array(line(), { minLength: 1, maxLength: 4 }).map((given) => {
    return given.map((each, index) => ({ ...each, id: String(index + 1) }))
  })
  const percent = fc.integer({ min: 1, max: 60 })
  return fc.record({
    at: fc.constant('2017-11-11T10:00:00+08:00'),
    lines,
    freight: fc.uniqueArray(fc.record({ shop, amount: fc.nat(2_000) }), {
      selector: (each) => each.shop,
    }),
    extras: fc.array(fc.record({ shop, kind: fc.constant('tax'), amount: fc.nat(500) }), {
      maxLength: 2,
    }),
    offers: fc.tuple(percent, fc.nat(100)).map(([item, freight]) => [
      { id: 'O1', layer: 'item', effect: { type: 'percentOff', percent: item } },
      { id: 'O2', layer: 'freight', effect: { type: 'freightOff', percent: freight } },
    ]),
    member: fc.record({
      coupons: fc.tuple(fc.nat(2_000), percent).map(([off, platform]) => [
        { id: 'C1', kind: 'shop', target: { shops: ['A'] }, off },
        { id: 'C2', kind: 'platform', percent: platform },
      ]),
      allowance: fc.nat(9_000),
      redEnvelopes: fc.tuple(fc.nat(3_000), fc.nat(3_000)).map(([first, second]) => [
        { id: 'R1', amount: first },
        { id: 'R2', amount: second, target: { shops: ['B'] } },
      ]),
      points: fc.nat(3_000),
    }),
    allowanceStep: fc.constant({ every: '100.00', off: '15.00' }),
  })
}

function line(): fc.Arbitrary<object> {
  const presale = fc
    .record({ deposit: fc.integer({ min: 1, max: 40 }), more: fc.nat(40) })
    .map(({ deposit, more }) => ({ deposit, worth: deposit + more }))
  return fc
    .record({
      shop,
      quantity: fc.integer({ min: 1, max: 4 }),
      listPrice: fc.oneof(fc.integer({ min: 81, max: 200 }), fc.integer({ min: 81, max: 30_000 })),
      presale: fc.option(presale, { nil: undefined, freq: 4 }),
    })
    .map((each) => ({ sku: 'sku', ...each }))
}

function policy(): fc.Arbitrary<object> {
  const closing = fc.constantFrom('allClosed', 'perSubOrder')
  return fc.record({
    layers: fc.constant([
      'presale',
      'item',
      'shop',
      'coupon',
      'platformCoupon',
      'allowance',
      'redEnvelope',
      'points',
      'freight',
    ]),
    threshold: fc.constantFrom('sequential', 'parallel'),
    splitBase: fc.constantFrom('remaining', 'itemPrice'),
    allowance: fc.record({ overflow: fc.constantFrom('block', 'clamp'), return: closing }),
    platformCoupon: fc.record({ combines: fc.boolean() }),
    returns: fc.record({
      coupon: fc.constantFrom('fullOnly', 'never'),
      redEnvelope: fc.constantFrom('allClosed', 'perSubOrder', 'never'),
    }),
    points: fc.constant({ pay: { perYuan: 100 } }),
  })
}
