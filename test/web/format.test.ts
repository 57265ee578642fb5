import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { daysUntil, makeFormat } from '#web/kit/format.ts'

const shanghai = { currency: 'CNY', minorDigits: 2, zone: 'Asia/Shanghai' }
const tokyo = { currency: 'JPY', minorDigits: 0, zone: 'Asia/Tokyo' }

const chinese = makeFormat('zh-CN', shanghai)
const english = makeFormat('en', shanghai)

test('Money is written exactly, with the digits of its currency', () => {
  equal(chinese.money(10900), '¥109.00')
  equal(english.money(9_007_199_254_740_991), '¥90,071,992,547,409.91')
  equal(makeFormat('en', tokyo).money(10900), '¥10,900')
  equal(english.oneOfMoney, '¥1')
})

test('A change has its sign; the amounts of money units are money', () => {
  equal(english.change(1088, 'points'), '+1,088')
  equal(english.change(-31, 'points'), '\u221231')
  equal(english.change(0, 'points'), '0')
  equal(english.change(-1250, 'allowance'), '\u2212¥12.50')
  equal(english.amount(40, 'stars'), '40')
})

test('A deadline at the beginning of a day of the market is the end of the day before', () => {
  const newYear = '2018-12-31T16:00:00Z'
  deepEqual(chinese.deadline(newYear), { isDay: true, text: '2018年12月31日' })
  deepEqual(english.deadline(newYear), { isDay: true, text: 'December 31, 2018' })
  deepEqual(english.deadline('2018-11-11T22:30:00+08:00'), {
    isDay: false,
    text: 'November 11, 2018 at 22:30',
  })
})

test('Months and days are those of the market, wherever the reader is', () => {
  equal(chinese.monthOf('2018-10-31T16:00:00Z'), '2018年11月')
  equal(english.month('2018-12'), 'December 2018')
  equal(english.shortDay('2018-12-31'), 'Dec 31')
  equal(chinese.exactTime('2018-11-11T02:23:45Z'), '2018年11月11日 10:23:45')
})

test('A begun day counts as a day left', () => {
  const midnight = '2019-01-01T00:00:00+08:00'
  equal(daysUntil(midnight, '2018-12-31T23:59:59+08:00'), 1)
  equal(daysUntil(midnight, '2018-12-30T00:00:00+08:00'), 2)
  equal(daysUntil(midnight, midnight), 0)
})
