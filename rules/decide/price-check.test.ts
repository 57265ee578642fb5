import { deepEqual, equal } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { decideValue, openSetting } from '#rules/decide/frame.ts'
import { priceCheckDecision } from '#rules/decide/price-check.ts'
import { rowsOf } from '#test/support/table.ts'

const presetFile = new URL('../../presets/tmall-2017.json', import.meta.url)
const preset = JSON.parse(readFileSync(presetFile, 'utf8')) as { policies: Record<string, unknown> }

const deal = { orderedAt: '2017-09-20T10:00:00+08:00', price: '200.00' }

// Columns: kind | ordered at | declared | allowed.
const windows = `
  presale | 2017-09-14T23:59:59+08:00 | 190.00 | yes
  presale | 2017-09-15T00:00:00+08:00 | 190.00 | no
  presale | 2017-10-19T23:59:59+08:00 | 190.00 | no
  presale | 2017-10-20T00:00:00+08:00 | 190.00 | yes
  spot    | 2017-11-11T23:59:59+08:00 | 190.00 | no
  spot    | 2017-11-12T00:00:00+08:00 | 190.00 | yes
  spot    | 2017-09-15               | 180.00 | yes
  spot    | 2017-09-15               | 180.01 | no
`

test('PV-7 the days of Double 11 2017 hold where nothing else is said (S3)', () => {
  for (const [kind, orderedAt, declared, allowed] of rowsOf(windows)) {
    const said = decide({ kind, declared, deals: [{ ...deal, orderedAt }] })
    equal(said['ok'] === true ? 'yes' : 'no', allowed, `${kind} ${orderedAt}`)
  }
})

test('PV-6 a marked price may have no beginning or no end, but does not end before it begins', () => {
  const marked = (price: object) =>
    decide({ kind: 'presale', declared: '90.00', promoPrices: [{ price: '80.00', ...price }] })
  deepEqual(
    [{}, { to: '2017-09-21' }, { to: '2017-09-20' }, { from: '2017-11-26' }].map((price) => {
      return marked(price)['lowestPromoFen']
    }),
    [8000, 8000, null, 8000],
  )
  const [cause] = marked({ to: null })['causes'] as readonly { at: unknown }[]
  equal(cause?.at, null)
  const asked = {
    kind: 'presale',
    declared: '90.00',
    promoPrices: [{ from: '2017-10-05', to: '2017-10-04', price: '80.00' }],
  }
  const opened = openSetting(preset.policies, undefined, priceCheckDecision, 'Asia/Shanghai')
  if (!opened.ok) throw new Error(opened.problem.detail)
  const refused = decideValue(priceCheckDecision, asked, opened.setting)
  equal(!refused.ok && refused.problem.path, 'promoPrices[0].to')
})

test('PV-8 the answer has every figure, and each cause its deal, time and window', () => {
  const said = decide({
    kind: 'spot',
    declared: '180.01',
    presalePrice: '185.00',
    deals: [{ ...deal, price: '210.00', itemCoupon: '10.00', allowance: '50.00', refunded: true }],
    promoPrices: [{ from: '2017-11-26', to: '2017-11-30', price: '150.00' }],
  })
  deepEqual(said, {
    ok: false,
    refusal: 'prices/above-lowest-deal',
    ceilingFen: 15_000,
    floorFen: 18_500,
    lowestDealFen: 20_000,
    lowestPromoFen: 15_000,
    windows: { deals: ['2017-09-15', '2017-11-11'], promo: ['2017-11-12', '2017-11-26'] },
    causes: [
      {
        refusal: 'prices/above-lowest-deal',
        priceFen: 20_000,
        at: '2017-09-20T10:00:00+08:00',
        window: ['2017-09-15', '2017-11-11'],
        limitFen: 18_000,
        id: '1',
      },
      {
        refusal: 'prices/above-marked-price',
        priceFen: 15_000,
        at: '2017-11-26T00:00:00+08:00',
        window: ['2017-11-12', '2017-11-26'],
        limitFen: 15_000,
        id: '1',
      },
      {
        refusal: 'prices/below-presale-price',
        priceFen: 18_500,
        at: null,
        window: null,
        limitFen: 18_500,
      },
    ],
  })
})

// Columns: a marked price from | to | counts in the presale's window.
const marked = `
  2017-09-01 | 2017-09-20                | no
  2017-09-01 | 2017-09-21                | yes
  2017-09-01 | 2017-09-21T00:00:00+08:00 | no
  2017-09-01 |                           | yes
  2017-11-26 | 2017-11-26                | yes
  2017-11-27 | 2017-12-31                | no
`

test('PV-6 a day is included in a marked price, an instant is the first one after it', () => {
  for (const [from, to, counts] of rowsOf(marked)) {
    const price = { from, price: '100.00', ...(to === '' ? {} : { to }) }
    const said = decide({ kind: 'presale', declared: '100.01', promoPrices: [price] })
    equal(said['ok'] === true ? 'no' : 'yes', counts, `${from} ${to}`)
  }
})

test('PV-7 windows that are given stand over days before, and these over the campaign’s', () => {
  const at = '2016-09-01T10:00:00+08:00'
  const back = decide({ kind: 'spot', declared: '1.00', at })
  deepEqual(back['windows'], {
    deals: ['2016-08-02', '2016-08-31'],
    promo: ['2016-08-02', '2016-08-31'],
  })
  const given = { deals: ['2016-01-01', '2016-01-31'] }
  const both = decide({ kind: 'spot', declared: '1.00', at, lookBackDays: 15, windows: given })
  deepEqual(both['windows'], { ...given, promo: ['2016-08-17', '2016-08-31'] })
})

// Columns: at | declared | event ends | allowed.
const after = `
  2017-11-11T23:59:59+08:00 | 179.99 |            | yes
  2017-11-12T00:00:00+08:00 | 179.99 |            | no
  2017-11-12T00:00:00+08:00 | 180.00 |            | yes
  2017-11-26T23:59:59+08:00 | 179.99 |            | no
  2017-11-27T00:00:00+08:00 | 179.99 |            | yes
                            | 179.99 |            | no
  2018-01-26                | 179.99 | 2018-01-11 | no
  2018-01-27                | 179.99 | 2018-01-11 | yes
`

test('PV-14 after the event the floor is its price, on the days that are protected', () => {
  for (const [at = '', declared, eventEnds = '', allowed] of rowsOf(after)) {
    const said = decide({
      kind: 'after',
      declared,
      eventPrice: '180.00',
      ...(at === '' ? {} : { at }),
      ...(eventEnds === '' ? {} : { eventEnds }),
    })
    equal(said['floorFen'], 18_000)
    equal(said['ok'] === true ? 'yes' : 'no', allowed, `${at} ${declared}`)
  }
})

test('PV-4 deals of an event do not count unless the policy names it, those of the campaign never', () => {
  const of = (event: string | boolean, policy?: object) =>
    decide({
      kind: 'spot',
      declared: '190.00',
      deals: [{ ...deal, event }],
      ...(policy === undefined ? {} : { policy }),
    })['lowestDealFen']
  equal(of(true), null)
  equal(of(false), 20_000)
  equal(of('juhuasuan'), null)
  equal(of('juhuasuan', { countedEvents: ['juhuasuan'] }), 20_000)
  equal(of('double11-2017', { countedEvents: ['double11-2017'] }), null)
})

test('PV-8 without deals and prices nothing limits; a campaign that is not known is told', () => {
  deepEqual(decide({ kind: 'presale', declared: '1.00' })['ceilingFen'], null)
  const unknown = decide({ kind: 'presale', campaign: 'x', declared: '1.00' })
  deepEqual([unknown['ok'], unknown['refusal']], [false, 'campaigns/unknown'])
})

function decide(input: object): Record<string, unknown> {
  const opened = openSetting(preset.policies, undefined, priceCheckDecision, 'Asia/Shanghai')
  if (!opened.ok) throw new Error(JSON.stringify(opened.problem))
  const decided = decideValue(priceCheckDecision, input, opened.setting)
  if (!decided.ok) throw new Error(JSON.stringify(decided.problem))
  priceCheckDecision.outputSchema.parse(decided.output)
  return decided.output as Record<string, unknown>
}
