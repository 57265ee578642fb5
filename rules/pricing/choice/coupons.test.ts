import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { asFen } from '#rules/money/fen.ts'
import type { Ppm } from '#rules/money/rate.ts'
import { chosen, coupon, line } from '#test/support/choices.ts'

test('PC-2 a threshold is reached at equality, and one fen under it is not', () => {
  const coupons = [coupon('c', { threshold: asFen(100) })]
  equal(chosen([line('a', 100)], { coupons }).left, 90)
  equal(chosen([line('a', 99)], { coupons }).left, 99)
})

test('PC-2 a percentage is rounded half up once, and capped', () => {
  const { off: _, ...rest } = coupon('c')
  const percent = 150_000 as Ppm
  equal(chosen([line('a', 130)], { coupons: [{ ...rest, percent }] }).left, 110)
  const capped = { ...rest, percent, maxOff: asFen(12) }
  equal(chosen([line('a', 130)], { coupons: [capped] }).left, 118)
})

test('PC-2 a parallel threshold does not see what other coupons took', () => {
  const coupons = [
    coupon('shop', { off: asFen(10) }),
    coupon('all', { kind: 'platform', threshold: asFen(100), off: asFen(3) }),
  ]
  equal(chosen([line('a', 100)], { coupons }).left, 90)
  equal(chosen([line('a', 100)], { coupons }, { threshold: 'parallel' }).left, 87)
})

test('PC-2 a coupon that would exceed its budget takes nothing', () => {
  const limit = { used: 0, usedByMember: 0, budget: asFen(15), spent: asFen(6) }
  const { left, told } = chosen([line('a', 100)], { coupons: [coupon('c', { limit })] })
  equal(left, 100)
  deepEqual(told, [{ id: 'c', refusal: 'pricing/budget-spent', baseFen: 100 }])
})

test('PC-2 a budget is tested on what is really taken', () => {
  const limit = { used: 0, usedByMember: 0, budget: asFen(15), spent: asFen(0) }
  const coupons = [coupon('c', { off: asFen(20), limit })]
  const tight = { ...line('a', 100), minPrice: asFen(85) }
  equal(chosen([tight], { coupons }).left, 85)
  equal(chosen([{ ...tight, minPrice: asFen(84) }], { coupons }).left, 100)
})

test('PC-3 stacking coupons come last, by priority and id', () => {
  const { used, reports } = chosen([line('a', 100)], {
    coupons: [
      coupon('s2', { stacks: true }),
      coupon('s1', { stacks: true }),
      coupon('s3', { stacks: true, priority: 1 }),
      coupon('c'),
    ],
  })
  deepEqual(
    reports[0]?.applied.map(({ id }) => id),
    ['c', 's3', 's1', 's2'],
  )
  deepEqual(used.coupons, ['c', 's1', 's2', 's3'])
})

test('PC-4 one coupon of items and shops is used per shop', () => {
  const { used, told } = chosen([line('a', 100), line('b', 100)], {
    coupons: [
      coupon('a10', { target: { shops: ['a'] } }),
      coupon('a11', { kind: 'item', off: asFen(11), target: { shops: ['a'] } }),
      coupon('b10', { target: { shops: ['b'] } }),
    ],
  })
  deepEqual(used.coupons, ['a11', 'b10'])
  deepEqual(told, [{ id: 'a10', refusal: 'pricing/slot-taken', by: 'a11' }])
})

test('PC-4 a coupon that spans shops takes the slot of each', () => {
  const { used } = chosen([line('a', 100), line('b', 100)], {
    coupons: [
      coupon('both', { off: asFen(19) }),
      coupon('a10', { target: { shops: ['a'] } }),
      coupon('b10', { target: { shops: ['b'] } }),
    ],
  })
  deepEqual(used.coupons, ['a10', 'b10'])
})

test('PC-4 of category coupons never two are used on one line', () => {
  const coupons = [
    coupon('a', { kind: 'category', target: { shops: ['a'] } }),
    coupon('b', { kind: 'category', target: { shops: ['b'] } }),
    coupon('ab', { kind: 'category', off: asFen(15) }),
  ]
  deepEqual(chosen([line('a', 100), line('b', 100)], { coupons }).used.coupons, ['a', 'b'])
})

test('PC-4 an exclusive coupon leaves no place for stacking ones', () => {
  const coupons = [
    coupon('one', { exclusive: true }),
    coupon('more', { stacks: true, off: asFen(3) }),
  ]
  deepEqual(chosen([line('a', 100)], { coupons }).used.coupons, ['one'])
})

test('PC-15 a category coupon saves what it takes, less what it displaces on its lines', () => {
  const coupons = [
    coupon('c', { kind: 'category', off: asFen(20) }),
    coupon('d', { kind: 'category', off: asFen(50), threshold: asFen(110) }),
  ]
  deepEqual(chosen([line('a', 100)], { coupons }).missing, [
    { id: 'd', shop: 'a', addFen: 10, savesFen: 30 },
  ])
})
