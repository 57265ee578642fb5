import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { assess, isLate, sentOf, type Ended } from '#rules/delivery/assess.ts'
import { complaintRefusal } from '#rules/delivery/complaint.ts'
import { printedLimit } from '#rules/delivery/limits.ts'
import { rowsOf } from '#test/support/table.ts'

const limit = (text: string) => printedLimit(at(text), 'Asia/Shanghai')
const limits = { ship: limit('20T23:59:59'), trace: limit('25T23:59:59') }

function at(text: string): Temporal.Instant {
  return Temporal.Instant.from(`2017-11-${text.includes('T') ? text : `${text}T12:00:00`}+08:00`)
}

function maybe(text: string): Temporal.Instant | null {
  return text === '' ? null : at(text)
}

// Columns: shipped | recorded | ended | looked at | status, cause or excuse, and what is to be done.
const shipments = `
     |    |    | 15          | waiting ship
     |    |    | 20T23:59:59 | waiting ship
     |    |    | 21T00:00:00 | late notShipped ship
  18 |    |    | 21T00:00:00 | waiting trace
  18 |    |    | 26T00:00:00 | late noRecord trace
  18 | 19 |    | 26T00:00:00 | inTime
  18 | 26 |    | 27          | late recordedLate
  21 | 22 |    | 27          | late shippedLate
  21 |    |    | 22          | late shippedLate trace
     |    | 15 | 27          | excused
     |    | 22 | 27          | late notShipped
  18 |    | 19 | 27          | excused
  18 |    | 26 | 27          | late noRecord
`

test('SH-6, SH-8 a shipment is late from the first limit it misses, unless it had ended by then', () => {
  for (const row of rowsOf(shipments)) {
    const [shipped = '', recorded = '', over = '', now = '', expected = ''] = row
    const ended: Ended | null = over === '' ? null : { at: at(over), excuse: 'closed' }
    const sent = { shippedAt: maybe(shipped), collectedAt: maybe(recorded) }
    const { status, cause, toDo } = assess(limits, sent, ended, at(now))
    equal([status, cause, toDo].filter((each) => each !== null).join(' '), expected, row.join('|'))
  }
})

test('SH-6 late is counted from the limit that was missed, whenever that is found out', () => {
  const none = { shippedAt: null, collectedAt: null }
  const since = (sent: typeof none, now: string) =>
    assess(limits, sent, null, at(now)).lateSince?.toString()
  equal(since(none, '21T00:00:00'), '2017-11-20T16:00:00Z')
  equal(since(none, '30'), '2017-11-20T16:00:00Z')
  equal(since({ ...none, shippedAt: at('18') } as never, '30'), '2017-11-25T16:00:00Z')
})

test('SH-6 asked without a time, what was not told is undecided', () => {
  const told = (shippedAt: string, collectedAt: string, by: string) =>
    isLate(limits, { shippedAt: maybe(shippedAt), collectedAt: maybe(collectedAt) }, maybe(by))
  deepEqual(
    [told('', '', ''), told('18', '', ''), told('18', '19', ''), told('21', '', '')],
    [null, null, false, true],
  )
  deepEqual([told('', '', '15'), told('', '', '21'), told('18', '', '26')], [null, true, true])
  equal(isLate({ ship: null, trace: null }, { shippedAt: null, collectedAt: null }, at('30')), null)
})

test('SH-7 a receipt proves that goods were sent and carried by then', () => {
  const receivedAt = at('19')
  const of = (shippedAt: string, collectedAt: string) => {
    const sent = sentOf({
      shippedAt: maybe(shippedAt),
      collectedAt: maybe(collectedAt),
      receivedAt,
    })
    return assess(limits, sent, null, at('30')).status
  }
  deepEqual([of('', ''), of('18', ''), of('21', '22')], ['inTime', 'inTime', 'inTime'])
})

test('SH-13 a complaint is opened when the shipment is late, and within its time', () => {
  const by = { hasPolicy: true, until: at('30'), now: at('22') }
  const statuses = ['waiting', 'inTime', 'excused', 'free', 'late'] as const
  deepEqual(
    statuses.map((status) => complaintRefusal(status, by)),
    [
      'delivery/not-late-yet',
      'delivery/in-time',
      'delivery/excused',
      'delivery/no-limit',
      undefined,
    ],
  )
  equal(complaintRefusal('late', { ...by, now: at('30') }), 'delivery/complaint-too-late')
  equal(complaintRefusal('late', { ...by, hasPolicy: false }), 'delivery/no-policy')
})
