import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Days } from '#rules/campaigns/policy.ts'
import { asFen } from '#rules/money/fen.ts'
import { ceilingOf, checkPrice, isSurelyAllowed, type Ceiling } from '#rules/prices/check.ts'
import { PricePolicySchema, priceLaidOver } from '#rules/prices/policy.ts'
import { lowestOf, soldLower, verdictOn } from '#rules/prices/watch.ts'
import { daysAfter, daysBefore, daysText } from '#rules/prices/windows.ts'
import { rowsOf } from '#test/support/table.ts'

const policy = PricePolicySchema.parse({ ratio: '0.90', counts: {} })
const days: Days = [Temporal.PlainDate.from('2017-09-15'), Temporal.PlainDate.from('2017-10-19')]
const promo: Days = [Temporal.PlainDate.from('2017-09-21'), Temporal.PlainDate.from('2017-11-26')]
const at = Temporal.Instant.from('2017-09-20T10:00:00+08:00')

// Columns: lowest deal | lowest marked price | presale price | declared | ceiling | refusals.
const checks = `
  20000 |       |       | 18000 | 18000 |
  20000 |       |       | 18001 | 18000 | prices/above-lowest-deal
  20001 |       |       | 18000 | 18000 |
  19999 |       |       | 18000 | 17999 | prices/above-lowest-deal
  20000 | 17000 |       | 17000 | 17000 |
  20000 | 17000 |       | 17001 | 17000 | prices/above-marked-price
  20000 | 17000 |       | 18001 | 17000 | prices/above-lowest-deal prices/above-marked-price
        | 17000 |       | 17000 | 17000 |
        |       |       | 99999 |       |
  20000 |       | 17500 | 17500 | 18000 |
  20000 |       | 17500 | 17499 | 18000 | prices/below-presale-price
  19000 |       | 17500 | 17400 | 17100 | prices/above-lowest-deal prices/below-presale-price
`

test('PV-8 a price is at most 90 % of the lowest deal and the lowest marked price, and not below the presale', () => {
  for (const [deal, marked, presale, declared, ceiling = '', refusals = ''] of rowsOf(checks)) {
    const found = ceilingOfPrices(deal, marked)
    const presaleFen = presale === '' ? undefined : Number(presale)
    const checked = checkPrice({ priceFen: Number(declared), presaleFen }, found, policy)
    equal(String(checked.ceilingFen ?? ''), ceiling)
    equal(checked.causes.map((each) => each.refusal).join(' '), refusals)
    equal(checked.ok, refusals === '')
    equal(checked.refusal, refusals === '' ? undefined : refusals.split(' ')[0])
  }
})

test('PV-8 every bound that is broken names its deal or price, the time, the window and the limit', () => {
  const { causes } = checkPrice({ priceFen: 18_001 }, ceilingOfPrices('20000', '17000'), policy)
  deepEqual(causes, [
    {
      refusal: 'prices/above-lowest-deal',
      priceFen: 20_000,
      at,
      window: days,
      dealId: 'd',
      limitFen: 18_000,
    },
    {
      refusal: 'prices/above-marked-price',
      priceFen: 17_000,
      at,
      window: promo,
      priceId: 'p',
      limitFen: 17_000,
    },
  ])
})

test('PV-8 what passes at a ceiling is what is not above it, whatever the prices are', () => {
  const fen = fc.integer({ min: 0, max: 1_000_000_000_000 })
  fc.assert(
    fc.property(fen, fen, (lowest, declared) => {
      const ceiling = ceilingOfPrices(String(lowest), '')
      const isAllowed = BigInt(declared) * 10n <= BigInt(lowest) * 9n
      equal(checkPrice({ priceFen: declared }, ceiling, policy).ok, isAllowed)
    }),
  )
})

test('PV-8 bounds that are as low or lower never allow what the ceiling does not', () => {
  const fen = fc.integer({ min: 0, max: 20_000 })
  fc.assert(
    fc.property(fen, fen, fen, (deal, marked, declared) => {
      const ceiling = ceilingOfPrices(String(deal), String(marked))
      const { ok } = checkPrice({ priceFen: declared }, ceiling, policy)
      equal(isSurelyAllowed(declared, { dealFen: deal, markedFen: marked }, policy), ok)
      const lower = { dealFen: deal, markedFen: Math.max(0, marked - 500) }
      equal(isSurelyAllowed(declared, lower, policy) && !ok, false)
    }),
  )
  equal(isSurelyAllowed(99_999, { dealFen: null, markedFen: null }, policy), true)
})

test('PV-7 windows of days are before a day, after one, or those of a campaign', () => {
  deepEqual(daysText(daysBefore(Temporal.PlainDate.from('2016-09-01'), 30)), [
    '2016-08-02',
    '2016-08-31',
  ])
  deepEqual(daysText(daysAfter(Temporal.PlainDate.from('2017-11-11'), 15)), [
    '2017-11-12',
    '2017-11-26',
  ])
})

test('PV-12 a declaration that has become too high is suspended while prices are not frozen', () => {
  const low = ceilingOfPrices('19999', '')
  const high = ceilingOfPrices('20000', '')
  equal(verdictOn(18_000, { now: high, atFreeze: undefined }).what, 'stands')
  equal(verdictOn(18_000, { now: low, atFreeze: undefined }).what, 'suspend')
  equal(verdictOn(18_000, { now: low, atFreeze: low }).what, 'suspend')
})

test('PV-13 one that became too high by what came after the freeze stands, as a breach', () => {
  const before = ceilingOfPrices('20000', '')
  const verdict = verdictOn(18_000, { now: ceilingOfPrices('15000', ''), atFreeze: before })
  equal(verdict.what, 'breach')
  equal(verdict.what === 'breach' && verdict.causes[0]?.limitFen, 13_500)
})

test('PV-14 nothing is sold below the price of the event on the protected days; at it is allowed', () => {
  const deal = { dealId: 'd', orderedAt: at, priceFen: asFen(17_999) }
  const marked = { ...markedAt(17_998) }
  const same = { ...deal, priceFen: asFen(18_000) }
  deepEqual(soldLower(18_000, { deal: same, marked: undefined, days }), [])
  const causes = soldLower(18_000, { deal, marked, days })
  deepEqual(
    causes.map((each) => [each.refusal, each.priceFen, each.limitFen]),
    [
      ['prices/below-event-price', 17_999, 18_000],
      ['prices/below-event-price', 17_998, 18_000],
    ],
  )
  equal(lowestOf(causes)?.priceFen, 17_998)
})

test('PV-2 what a campaign lays over the policy counts for it', () => {
  const laid = priceLaidOver(policy, { ratio: '0.95', counts: { coins: { from: '0.3' } } })
  deepEqual([laid.ratio, laid.counts.coins], [950_000, { from: 300_000 }])
  deepEqual(priceLaidOver(laid, { notBelowPresale: false }), { ...laid, notBelowPresale: false })
})

function ceilingOfPrices(deal = '', marked = ''): Ceiling {
  const lowest = {
    deal: deal === '' ? undefined : { dealId: 'd', orderedAt: at, priceFen: asFen(Number(deal)) },
    marked: marked === '' ? undefined : markedAt(Number(marked)),
    days: { deals: days, promo },
  }
  return ceilingOf(lowest, policy)
}

function markedAt(fen: number) {
  const kind = 'promo' as const
  return { priceId: 'p', kind, priceFen: asFen(fen), from: at, recordedAt: at }
}
