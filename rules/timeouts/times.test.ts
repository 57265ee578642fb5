import { deepEqual, equal } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  beginReceipt,
  extendReceipt,
  isReceiptOver,
  pauseReceipt,
  resumeReceipt,
} from '#rules/timeouts/receipt.ts'
import { noReasonUntil } from '#rules/timeouts/no-reason.ts'
import { TimeoutsPolicySchema } from '#rules/timeouts/policy.ts'
import { opensAgain } from '#rules/timeouts/ask.ts'
import {
  after,
  methodOf,
  receiveTerm,
  remindAt,
  stepTerm,
  termsOfRequest,
} from '#rules/timeouts/terms.ts'
import { instantToText } from '#rules/time/instants.ts'

const zone = 'Asia/Shanghai'
const preset = JSON.parse(
  readFileSync(new URL('../../presets/tmall-2017.json', import.meta.url), 'utf8'),
) as { policies: Record<string, unknown> }
const policy = TimeoutsPolicySchema.parse(preset.policies['timeouts'])
const days = (count: number) => Temporal.Duration.from({ days: count })

// Columns: paid | shipped | method | received by itself at | window.
const receipts = `
  2017-10-01T10:00:00 | 2017-10-02T09:00:01 | express       | 2017-10-12T09:00:01 | -
  2017-10-01T10:00:00 | 2017-10-02T09:00:00 | mail          | 2017-11-01T09:00:00 | -
  2017-10-01T10:00:00 | 2017-10-02T09:00:00 | virtual       | 2017-10-05T09:00:00 | -
  2017-10-01T10:00:00 | 2017-10-02T09:00:00 | automatic     | 2017-10-03T09:00:00 | -
  2017-10-01T10:00:00 | 2017-10-02T09:00:00 | international | 2017-11-11T09:00:00 | -
  2017-11-10T23:59:59 | 2017-11-12T09:00:00 | express       | 2017-11-22T09:00:00 | -
  2017-11-11T00:00:00 | 2017-11-12T09:00:00 | express       | 2017-11-27T09:00:00 | double11-2017
  2017-11-17T23:59:59 | 2017-11-19T09:00:00 | express       | 2017-12-04T09:00:00 | double11-2017
  2017-11-18T00:00:00 | 2017-11-19T09:00:00 | express       | 2017-11-29T09:00:00 | -
  2017-11-11T00:00:00 | 2017-11-12T09:00:00 | mail          | 2017-12-12T09:00:00 | double11-2017
  2017-11-11T00:00:00 | 2017-11-12T09:00:00 | virtual       | 2017-11-15T09:00:00 | -
  2019-02-01T00:00:00 | 2019-02-02T00:00:00 | express       | 2019-02-22T00:00:00 | spring-festival-2019
  2019-02-01T00:00:00 | 2019-02-02T00:00:00 | international | 2019-03-14T00:00:00 | spring-festival-2019
`

test('TO-3, TO-5 each way that goods come has its time from the shipment, by when the order was paid', () => {
  for (const [paid, shipped, method, due, window] of rowsOf(receipts)) {
    const occasion = { paidAt: at(paid), beganAt: at(shipped) }
    const term = receiveTerm(policy, method as 'express', occasion)
    const time = beginReceipt(shippedOn(shipped), term, policy.remindBefore)
    deepEqual([paid, method, told(time.dueAt), term.window ?? '-'], [paid, method, due, window])
  }
})

test('TO-1 a time is over from its due instant on, and not a millisecond before', () => {
  const time = beginReceipt(shippedOn('2017-11-12T09:00:00'), term(15), policy.remindBefore)
  equal(isReceiptOver(time, time.dueAt.subtract({ milliseconds: 1 })), false)
  equal(isReceiptOver(time, time.dueAt), true)
})

test('TO-5 a shipment that becomes known late leaves the time of a reminder', () => {
  const due = (knownAt: string) => {
    const shipped = { shippedAt: at('2017-11-12T09:00:00'), knownAt: at(knownAt) }
    return told(beginReceipt(shipped, term(10), policy.remindBefore).dueAt)
  }
  equal(due('2017-11-21T09:00:00'), '2017-11-22T09:00:00')
  equal(due('2017-11-21T09:00:01'), '2017-11-22T09:00:01')
  equal(due('2018-01-01T00:00:00'), '2018-01-02T00:00:00')
})

test('TO-2 days are 24 hours each, whatever the clocks of a zone do', () => {
  const from = Temporal.Instant.from('2017-10-28T12:00:00Z')
  equal(
    after(from, Temporal.Duration.from('P1W2DT3H4M5S')).epochMilliseconds - from.epochMilliseconds,
    788_645_000,
  )
  deepEqual(
    ['P1M', 'P1Y', 'PT0S'].map((within) => {
      const patched = { ...(preset.policies['timeouts'] as object), answer: within }
      return TimeoutsPolicySchema.safeParse(patched).success
    }),
    [false, false, false],
  )
})

test('TO-3 the first window that fits and names the step goes before the ordinary time', () => {
  const laid = TimeoutsPolicySchema.parse({
    ...(preset.policies['timeouts'] as object),
    exceptions: [
      { name: 'asked', began: span('2017-11-11', '2017-11-26'), confirm: 'P20D' },
      { name: 'paid', paid: span('2017-11-11', '2017-11-18'), answer: 'P10D', confirm: 'P1D' },
    ],
  })
  const occasion = { paidAt: at('2017-11-11T10:00:00'), beganAt: at('2017-11-25T23:59:59') }
  const later = { ...occasion, beganAt: at('2017-11-26T00:00:00') }
  const of = (...asked: Parameters<typeof stepTerm>) => {
    const { within, window } = stepTerm(...asked)
    return `${within.toString()} ${window}`
  }
  equal(of(laid, 'answer', occasion), 'P10D paid')
  equal(of(laid, 'confirm', occasion), 'P20D asked')
  equal(of(laid, 'confirm', later), 'P1D paid')
  equal(of(laid, 'sendBack', occasion), 'P7D null')
  equal(of(laid, 'answer', { ...occasion, paidAt: null }), 'P5D null')
})

test('TO-3 the times of a request in 2017 are those that were printed', () => {
  const occasion = { paidAt: at('2017-11-11T10:00:00'), beganAt: at('2017-11-20T10:00:00') }
  const { answer, sendBack, confirm } = termsOfRequest(policy, occasion)
  deepEqual({ answer, sendBack, confirm }, { answer: 'P5D', sendBack: 'P7D', confirm: 'P15D' })
})

test('TO-4 an order comes as its shipment tells, else as all its categories do, else by express', () => {
  equal(methodOf(policy, 'mail', ['virtual']), 'mail')
  equal(methodOf(policy, undefined, ['virtual', 'ticket']), 'virtual')
  equal(methodOf(policy, undefined, ['phoneTopUp']), 'automatic')
  equal(methodOf(policy, undefined, ['virtual', 'apparel']), 'express')
  equal(methodOf(policy, undefined, ['toString']), 'express')
})

test('TO-6 the buyer adds days once, at most five, until the time is over', () => {
  const time = beginReceipt(shippedOn('2017-11-12T09:00:00'), term(10), policy.remindBefore)
  const now = time.dueAt.subtract({ milliseconds: 1 })
  const extended = extendReceipt(time, 5, 5, now)
  equal(extended.ok && told(extended.time.dueAt), '2017-11-27T09:00:00')
  deepEqual(refusalOf(extendReceipt(time, 6, 5, now)), 'timeouts/extension-too-long')
  deepEqual(refusalOf(extendReceipt(time, 5, 5, time.dueAt)), 'timeouts/over')
  if (extended.ok) {
    deepEqual(refusalOf(extendReceipt(extended.time, 1, 5, now)), 'timeouts/already-extended')
  }
})

test('TO-7 a time that stands still is not over, and goes on with what was left of it', () => {
  const time = beginReceipt(shippedOn('2017-11-12T09:00:00'), term(10), policy.remindBefore)
  const paused = pauseReceipt(time, at('2017-11-14T09:00:00'))
  equal(isReceiptOver(paused, at('2018-11-14T09:00:00')), false)
  deepEqual(pauseReceipt(paused, at('2017-11-15T09:00:00')), paused)
  const resumed = resumeReceipt(paused, at('2017-11-17T10:00:00'))
  equal(told(resumed.dueAt), '2017-11-25T10:00:00')
  equal(resumed.remindAt === null ? '' : told(resumed.remindAt), '2017-11-24T10:00:00')
  deepEqual(resumeReceipt(resumed, at('2017-11-18T10:00:00')), resumed)
  deepEqual(pauseReceipt(time, time.dueAt), time)
})

test('TO-9 there is no reminder where the time is no longer than that before its lapse', () => {
  const from = at('2017-11-12T09:00:00')
  equal(remindAt(from, from.add({ hours: 24 }), days(1)), null)
  deepEqual(remindAt(from, from.add({ hours: 25 }), days(1)), from.add({ hours: 1 }))
})

test('RT-1 without a reason: 168 hours from the next midnight, or from the exact time', () => {
  const within = policy.noReason.within
  const signedOn = Temporal.PlainDate.from('2017-11-14')
  equal(told(noReasonUntil({ signedOn }, within, zone)), '2017-11-22T00:00:00')
  const signedAt = at('2017-11-14T18:05:00')
  equal(told(noReasonUntil({ signedAt }, within, zone)), '2017-11-21T18:05:00')
})

test('RT-5 refunds of what is not shipped are closed on 11 November and open at its end', () => {
  const opens = (text: string) => opensAgain(policy.unshippedClosed, at(text))
  equal(opens('2017-11-10T23:59:59'), undefined)
  deepEqual(opens('2017-11-11T00:00:00'), at('2017-11-12T00:00:00'))
  deepEqual(opens('2017-11-11T23:59:59'), at('2017-11-12T00:00:00'))
  equal(opens('2017-11-12T00:00:00'), undefined)
  const twoDays = ['2017-11-12', '2017-11-11'].map((day) => ({
    from: at(`${day}T00:00:00`),
    to: at(`${day}T00:00:00`).add({ hours: 24 }),
  }))
  deepEqual(opensAgain(twoDays, at('2017-11-11T12:00:00')), at('2017-11-13T00:00:00'))
})

function at(text: string): Temporal.Instant {
  return Temporal.PlainDateTime.from(text).toZonedDateTime(zone).toInstant()
}

function shippedOn(text: string) {
  return { shippedAt: at(text), knownAt: at(text) }
}

function told(instant: Temporal.Instant): string {
  return instantToText(instant, zone).slice(0, 19)
}

function term(count: number) {
  return { within: days(count), window: null }
}

function span(from: string, to: string) {
  return { from: `${from}T00:00:00+08:00`, to: `${to}T00:00:00+08:00` }
}

function refusalOf(result: { ok: true } | { ok: false; refusal: string }): string | undefined {
  return result.ok ? undefined : result.refusal
}

function rowsOf(table: string): [string, string, string, string, string][] {
  return table
    .trim()
    .split('\n')
    .map(
      (row) =>
        row.split('|').map((cell) => cell.trim()) as [string, string, string, string, string],
    )
}
