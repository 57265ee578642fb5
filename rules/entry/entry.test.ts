import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  barredUntil,
  cancel,
  checkInWindow,
  givenBack,
  mayRegister,
  type EventTold,
  type Registrant,
} from '#rules/entry/entry.ts'
import { EntrySchema, type Entry } from '#rules/entry/policy.ts'

const zone = 'Asia/Shanghai'
const instant = (text: string) => Temporal.Instant.from(`${text}+08:00`)

const body = {
  title: { zh: '夜跑', en: 'Night run' },
  points: 100,
  register: { from: '2017-11-01T00:00:00+08:00', to: '2017-11-10T19:00:00+08:00' },
  event: { from: '2017-11-10T20:00:00+08:00', to: '2017-11-10T22:00:00+08:00' },
}

function entryOf(changes: object = {}): Entry {
  return EntrySchema.parse({ ...body, ...changes })
}

const registrant: Registrant = {
  member: { tier: 'super', score: 1_200 },
  isRegistered: false,
  missedAt: [],
  accepts: undefined,
}
const told: EventTold = {
  isCalledOff: false,
  rules: undefined,
  at: instant('2017-11-01T00:00:00'),
  zone,
}

function refusal(
  changes: object,
  who: Partial<Registrant> = {},
  event: Partial<EventTold> = {},
): string {
  const may = mayRegister(entryOf(changes), { ...registrant, ...who }, { ...told, ...event })
  return may.ok ? 'ok' : may.refusal
}

test('EE-1 members register inside the window, and only those whom the event is for', () => {
  equal(refusal({}), 'ok')
  equal(refusal({}, {}, { at: instant('2017-10-31T23:59:59.999') }), 'entry/not-open')
  equal(refusal({}, {}, { at: instant('2017-11-10T18:59:59.999') }), 'ok')
  equal(refusal({}, {}, { at: instant('2017-11-10T19:00:00') }), 'entry/not-open')
  equal(refusal({ who: { scoreFrom: 1_201 } }), 'entry/not-eligible')
  equal(refusal({ who: { tiers: ['super'] } }), 'ok')
  equal(refusal({}, {}, { isCalledOff: true }), 'entry/called-off')
  const late = { ...body.register, to: '2017-11-10T20:00:00.001+08:00' }
  equal(EntrySchema.safeParse({ ...body, register: late }).success, false)
})

test('EE-3 a member has one open entry to an event', () => {
  equal(refusal({}, { isRegistered: true }), 'entry/already-registered')
})

test('EE-10 the version of the temporary rules that is in force has to be accepted', () => {
  const rules = 'points-event:run@2'
  equal(refusal({}, {}, { rules }), 'entry/rules-not-accepted')
  equal(refusal({}, { accepts: 'points-event:run@1' }, { rules }), 'entry/rules-not-accepted')
  equal(refusal({}, { accepts: rules }, { rules }), 'ok')
})

test('EE-6 what cancelling costs and what comes back are the points, whenever it is', () => {
  const part = fc.integer({ min: 0, max: 1_000_000 })
  fc.assert(
    fc.property(fc.nat(1_000_000_000), part, fc.nat(100), (points, ppm, hours) => {
      const lateKeeps = (ppm / 1_000_000).toFixed(6)
      const entry = entryOf({ points, cancel: { freeUntil: 'PT24H', lateKeeps } })
      const at = entry.event.from.subtract({ hours: hours + 1 })
      const entered = { status: 'admitted', points, isCaptured: false } as const
      const decided = cancel(entry, entered, at, zone)
      if (!decided.ok) throw new Error(decided.refusal)
      equal(decided.kept + decided.back, points)
      equal(decided.kept, hours >= 24 ? 0 : Number((BigInt(points) * BigInt(ppm)) / 1_000_000n))
    }),
  )
  const waiting = { status: 'waiting', points: 100, isCaptured: false } as const
  deepEqual(cancel(entryOf(), waiting, instant('2017-11-10T19:59:59'), zone), {
    ok: true,
    kept: 0,
    back: 0,
  })
})

test('EE-8 doors open some time before the event, and part of the points comes back', () => {
  const { from, to } = checkInWindow(entryOf({ checkIn: { opens: 'PT90M' } }), zone)
  deepEqual(
    [from, to].map(String),
    [instant('2017-11-10T18:30:00'), instant('2017-11-10T22:00:00')].map(String),
  )
  deepEqual(
    ['0', '0.5', '0.333', '1'].map((givesBack) => {
      return givenBack(entryOf({ attendance: { givesBack } }), 101)
    }),
    [0, 50, 33, 101],
  )
})

// Missed on days of 2017 | until when he is barred: twice within 30 days bars for 90.
const bars = `
  06-01             |
  06-01 07-02       |
  06-01 07-01       | 2017-09-29
  06-01 06-11 08-30 | 2017-09-09
  08-30 06-11 06-01 | 2017-09-09
`

test('EE-9 whoever missed so many within a time is barred from the last of them on', () => {
  const entry = entryOf({ noShow: { count: 2, within: 'P30D', bars: 'P90D' } })
  for (const line of bars.trim().split('\n')) {
    const [days = '', until = ''] = line.split('|').map((text) => text.trim())
    const missedAt = days.split(' ').map((day) => instant(`2017-${day}T00:00:00`))
    const found = barredUntil(entry, missedAt, zone)?.toZonedDateTimeISO(zone).toPlainDate()
    equal(found === undefined ? '' : found.toString(), until, line)
  }
  const missedAt = [instant('2017-10-20T00:00:00'), instant('2017-10-25T00:00:00')]
  const noShow = { count: 2, within: 'P30D', bars: 'P90D' }
  equal(refusal({ noShow }, { missedAt }), 'entry/barred')
  equal(refusal({ noShow }, { missedAt: missedAt.slice(1) }), 'ok')
})
