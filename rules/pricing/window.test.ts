import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { problemsOf } from '#rules/policies/problems.ts'
import { CouponTermsSchema, inZone, OfferTermsSchema } from '#rules/pricing/offer-terms.ts'
import { windowIn, WindowSchema } from '#rules/pricing/window.ts'
import { effectFrom, linesFrom, quoted } from '#test/support/baskets.ts'

const zone = 'Asia/Shanghai'
const [dayBegins, dayEnds] = ['2017-11-11T00:00:00+08:00', '2017-11-12T00:00:00+08:00']
const effect = effectFrom('percentOff percent=10')

// The same day, written in many ways.
const oneDay = [
  { from: dayBegins, to: dayEnds },
  [dayBegins, dayEnds],
  { from: '2017-11-11', to: '2017-11-11' },
  ['2017-11-11', '2017-11-11'],
  ['2017-11-11', dayEnds],
  { from: dayBegins, to: '2017-11-11' },
]

test('PR-5 a window is two instants or days, as an object or a pair, read in the zone of the market', () => {
  const expected = { fromMs: ms(dayBegins), toMs: ms(dayEnds) }
  for (const window of oneDay) {
    for (const terms of [
      OfferTermsSchema.parse({ layer: 'item', window, effect }),
      CouponTermsSchema.parse({ kind: 'shop', window, off: '1.00' }),
    ]) {
      deepEqual(inZone(terms, zone).window, expected, JSON.stringify(window))
    }
  }
  deepEqual(windowIn(WindowSchema.parse(['2017-11-11', '2017-11-12']), 'UTC'), {
    fromMs: ms('2017-11-11T00:00:00Z'),
    toMs: ms('2017-11-13T00:00:00Z'),
  })
})

test('PR-5 an end that is left out is open', () => {
  const isOpen = (window: unknown, at: string): boolean => {
    const offers = [{ id: 'O', layer: 'item', window, effect }]
    return quoted({ at, lines: linesFrom('A 10.00'), offers }).payFen === 900
  }
  const [before, first, last, after] = [
    '2017-11-10T23:59:59.999+08:00',
    dayBegins,
    '2017-11-11T23:59:59.999+08:00',
    dayEnds,
  ]
  const told = (window: unknown): readonly boolean[] =>
    [before, first, last, after].map((at) => isOpen(window, at))
  deepEqual(told({}), [true, true, true, true])
  deepEqual(told({ from: '2017-11-11' }), [false, true, true, true])
  deepEqual(told({ to: '2017-11-11' }), [true, true, true, false])
  deepEqual(told({ to: dayEnds }), [true, true, true, false])
  for (const window of oneDay) deepEqual(told(window), [false, true, true, false])
})

// What is wrong | where.
const wrongWindows = [
  [{ from: dayEnds, to: dayBegins }, 'window.to'],
  [{ from: dayBegins, to: dayBegins }, 'window.to'],
  [[dayEnds, dayBegins], 'window[1]'],
  [{ from: '2017-11-12', to: '2017-11-11' }, 'window.to'],
  [['2017-11-12', '2017-11-11'], 'window[1]'],
  [['2017-11-13', dayBegins], 'window[1]'],
  [{ from: 'noon' }, 'window.from'],
  [{ to: '2017-11-31' }, 'window.to'],
  [['2017-11-11', '2017-11-11T10:00:00'], 'window[1]'],
  [{ until: dayEnds }, 'window.until'],
  ['2017-11-11', 'window'],
  [['2017-11-11'], 'window'],
] as const

test('PR-5 a window that is never open, or is none, is refused with its place', () => {
  for (const [window, path] of wrongWindows) {
    const read = OfferTermsSchema.safeParse({ layer: 'item', window, effect })
    equal(read.success ? 'fits' : problemsOf(read.error)[0]?.path, path, JSON.stringify(window))
  }
})

test('PR-5 an envelope whose last day is told can be used until it is over', () => {
  const payAt = (at: string): number => {
    const redEnvelopes = [{ id: 'R', amount: '1.00', expiresAt: '2017-11-11' }]
    return quoted({ at, lines: linesFrom('A 10.00'), member: { redEnvelopes } }).payFen
  }
  equal(payAt('2017-11-11T23:59:59.999+08:00'), 900)
  equal(payAt(dayEnds), 1_000)
})

function ms(instant: string): number {
  return Temporal.Instant.from(instant).epochMilliseconds
}
