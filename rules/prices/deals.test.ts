import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  countedPriceOf,
  dealsAsked,
  lowestDeal,
  type Deal,
  type Reductions,
} from '#rules/prices/deals.ts'
import { components, PricePolicySchema } from '#rules/prices/policy.ts'
import { windowOfDays } from '#rules/prices/windows.ts'
import { rowsOf } from '#test/support/table.ts'

const zone = 'Asia/Shanghai'
const window = windowOfDays(
  [Temporal.PlainDate.from('2017-09-15'), Temporal.PlainDate.from('2017-11-11')],
  zone,
)
const policy = PricePolicySchema.parse({ ratio: '0.90', counts: {} })

// Columns: price | units | what came off | the price that counts.
const prices = `
  10000 | 1 |                                    | 10000
  10000 | 1 | itemCoupon:500                     | 9500
  10000 | 1 | thirdPartyCoupon:500               | 9500
  10000 | 1 | shopReduction:1500                 | 8500
  10000 | 1 | shopCoupon:1500 platformCoupon:500 | 10000
  10000 | 1 | allowance:5000 redEnvelope:888     | 10000
  10000 | 1 | voucher:500 points:200 coins:3000  | 10000
  10000 | 1 | itemCoupon:500 allowance:5000      | 9500
  10000 | 3 |                                    | 3333
  10000 | 3 | itemCoupon:1                       | 3333
  10000 | 3 | itemCoupon:2                       | 3332
  500   | 1 | itemCoupon:501                     | 0
`

test('PV-1 a deal counts at its price less what counts, for one unit, down to the fen', () => {
  const { counted } = dealsAsked(policy, window, undefined)
  for (const [price, units, off = '', wanted] of rowsOf(prices)) {
    const deal = { priceFen: Number(price), units: Number(units), off: offOf(off) }
    equal(String(countedPriceOf(deal, counted)), wanted, off)
  }
})

test('PV-2 a component may count from a part of the price on, exactly', () => {
  const coins = { from: '0.30' }
  const asked = dealsAsked(
    PricePolicySchema.parse({
      ratio: '0.90',
      counts: { coins, allowance: true, itemCoupon: false },
    }),
    window,
    undefined,
  )
  const priceOf = (off: Reductions) =>
    countedPriceOf({ priceFen: 9_999, units: 1, off }, asked.counted)
  equal(priceOf({ coins: 2_999 }), 9_999)
  equal(priceOf({ coins: 3_000 }), 6_999)
  equal(priceOf({ allowance: 1, itemCoupon: 500 }), 9_998)
})

// Columns: ordered at | event | the price that counts, or nothing.
const orders = `
  2017-09-14T23:59:59.999+08:00 |                | no
  2017-09-15T00:00:00+08:00     |                | yes
  2017-11-11T23:59:59.999+08:00 |                | yes
  2017-11-12T00:00:00+08:00     |                | no
  2017-09-20T10:00:00+08:00     | trial          | no
  2017-09-20T10:00:00+08:00     | juhuasuan      | yes
  2017-09-20T10:00:00+08:00     | double11-2017  | no
`

test('PV-3 and PV-4 a deal counts by its day of ordering, both ends included, and its event', () => {
  const countedEvents = ['juhuasuan', 'double11-2017']
  const named = PricePolicySchema.parse({ ratio: '0.90', counts: {}, countedEvents })
  const asked = dealsAsked(named, window, 'double11-2017')
  for (const [at = '', event = '', counts] of rowsOf(orders)) {
    const deal = dealOf({
      orderedAt: Temporal.Instant.from(at),
      event: event === '' ? null : event,
    })
    equal(lowestDeal([deal], asked) === undefined ? 'no' : 'yes', counts, `${at} ${event}`)
  }
  equal(lowestDeal([dealOf({ event: true })], asked), undefined)
})

test('PV-4 deals of the campaign itself never count, whatever the policy names', () => {
  const countedEvents = ['double11-2017']
  const named = PricePolicySchema.parse({ ratio: '0.90', counts: {}, countedEvents })
  const own = [dealOf({ event: 'double11-2017' })]
  equal(lowestDeal(own, dealsAsked(named, window, 'double11-2017')), undefined)
  equal(lowestDeal(own, dealsAsked(named, window, 'double12-2017'))?.priceFen, 10_000)
})

test('PV-5 of equal prices the earliest deal is named, then the lower id, in any order', () => {
  const asked = dealsAsked(policy, window, undefined)
  const deals = [
    dealOf({ dealId: 'c' }),
    dealOf({ dealId: 'b' }),
    dealOf({ dealId: 'z', orderedAt: Temporal.Instant.from('2017-09-16T00:00:00+08:00') }),
    dealOf({ dealId: 'a', priceFen: 10_001 }),
  ]
  fc.assert(
    fc.property(fc.shuffledSubarray(deals, { minLength: 4 }), (shuffled) => {
      equal(lowestDeal(shuffled, asked)?.dealId, 'z')
    }),
  )
  equal(lowestDeal(deals.slice(0, 2), asked)?.dealId, 'b')
})

function dealOf(changes: Partial<Deal>): Deal {
  return {
    dealId: 'd',
    orderedAt: Temporal.Instant.from('2017-09-20T10:00:00+08:00'),
    units: 1,
    priceFen: 10_000,
    off: {},
    event: null,
    paidOnly: false,
    ...changes,
  }
}

function offOf(text: string): Reductions {
  const pairs = text.split(' ').filter((each) => each !== '')
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', fen] = pair.split(':')
      equal((components as readonly string[]).includes(name), true, name)
      return [name, Number(fen)]
    }),
  )
}
