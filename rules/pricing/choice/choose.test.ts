import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { asFen } from '#rules/money/fen.ts'
import type { RedEnvelope } from '#rules/pricing/basket.ts'
import { chooseAndApply } from '#rules/pricing/choice/choose.ts'
import { isChosen } from '#rules/pricing/layers.ts'
import { chosen, coupon, line, sheetOf } from '#test/support/choices.ts'

test('PC-1 what cannot be used at all is told with its reason', () => {
  const { told } = chosen([line('a', 100)], {
    coupons: [
      coupon('early', { window: { fromMs: 1, toMs: 2 } }),
      coupon('app', { channel: 'app' }),
      coupon('super', { tiers: ['super'] }),
      coupon('gone', { limit: { total: 5, used: 5, usedByMember: 0, spent: asFen(0) } }),
      coupon('other', { target: { shops: ['other'] } }),
      coupon('three', { minUnits: 3 }),
    ],
    redEnvelopes: [{ id: 'late', amount: asFen(5), expiresAtMs: 0 }],
    points: 7,
  })
  deepEqual(told, [
    { id: 'early', refusal: 'pricing/not-in-window' },
    { id: 'app', refusal: 'pricing/wrong-channel' },
    { id: 'super', refusal: 'pricing/wrong-tier', unlockedBy: { tiers: ['super'] } },
    { id: 'gone', refusal: 'pricing/limit-reached' },
    { id: 'other', refusal: 'pricing/no-matching-line' },
    { id: 'three', refusal: 'pricing/not-enough-units', shortUnits: 2 },
    { id: 'late', refusal: 'pricing/not-in-window' },
    { id: 'points', refusal: 'pricing/no-layer' },
  ])
})

test('PC-5 the cheaper of a platform coupon and the allowance is used', () => {
  const all = coupon('all', { kind: 'platform', off: asFen(60) })
  const held = { coupons: [all], allowance: asFen(50) }
  const alone = chosen([line('a', 400)], held)
  deepEqual(alone.used.coupons, ['all'])
  equal(alone.left, 340)
  deepEqual(alone.told, [{ id: 'allowance', refusal: 'pricing/does-not-combine', by: 'all' }])

  const both = chosen([line('a', 460)], held, { platformCoupon: { combines: true } })
  equal(both.left, 350)
})

test('PC-5 a buyer who chooses both keeps the allowance', () => {
  const held = {
    coupons: [coupon('all', { kind: 'platform', off: asFen(60) })],
    allowance: asFen(50),
  }
  const choose = { kind: 'own', coupons: ['all'], allowance: true } as const
  const { used, told } = chosen([line('a', 400)], held, {}, choose)
  equal(used.allowanceFen, 50)
  deepEqual(told, [{ id: 'all', refusal: 'pricing/does-not-combine', by: 'allowance' }])
})

test('PC-6 lines of any shops with equal steps are one pool, others are apart', () => {
  const other = { every: asFen(300), off: asFen(30) }
  const lines = [line('a', 200), line('b', 200), line('c', 290, { allowanceStep: other })]
  const { used } = chosen(lines, { allowance: asFen(500) })
  equal(used.allowanceFen, 50)
  const out = [line('a', 200), line('b', 200, { allowanceStep: null })]
  equal(chosen(out, { allowance: asFen(500) }).used.allowanceFen, 0)
})

test('PC-7 the wallet may end inside a step', () => {
  equal(chosen([line('a', 1_200)], { allowance: asFen(120) }).used.allowanceFen, 120)
  equal(chosen([line('a', 1_200)], { allowance: asFen(200) }).used.allowanceFen, 150)
})

test('PC-8 an automatic allowance needs no wallet', () => {
  equal(chosen([line('a', 1_200)], {}, { allowance: { automatic: true } }).used.allowanceFen, 150)
})

test('PC-9 a line that would end at zero takes its shop out of the pool, or stops at zero', () => {
  const lines = [line('a', 399), line('b', 1)]
  const steep = { every: asFen(400), off: asFen(399) }
  const held = { allowance: asFen(1_000) }
  const at = { allowanceStep: steep }
  const tight = lines.map((each) => ({ ...each, ...at }))
  const blocked = chosen(tight, held)
  equal(blocked.left, 400)
  deepEqual(blocked.told[0], { id: 'allowance', refusal: 'pricing/line-at-zero', shop: 'b' })

  const whole = { every: asFen(400), off: asFen(450) }
  const over = lines.map((each) => ({ ...each, allowanceStep: whole }))
  const clamped = chosen(over, held, { allowance: { overflow: 'clamp' } })
  equal(clamped.left, 0)
  equal(clamped.used.allowanceFen, 400)
})

test('PC-10 the own choice is used as far as it can be, and nothing else', () => {
  const held = {
    coupons: [coupon('best', { off: asFen(30) }), coupon('mine'), coupon('also')],
    allowance: asFen(50),
    redEnvelopes: [envelope('r1', 5), envelope('r2', 6)],
  }
  const own = { kind: 'own', coupons: ['mine', 'also', 'what'], redEnvelopes: ['r2'] } as const
  const { used, told } = chosen([line('a', 500)], held, {}, own)
  deepEqual(used, {
    coupons: ['mine'],
    allowanceFen: 50,
    redEnvelopesFen: { r2: 6 },
    points: 0,
  })
  deepEqual(told, [
    { id: 'what', refusal: 'pricing/unknown-instrument' },
    { id: 'best', refusal: 'pricing/not-chosen' },
    { id: 'r1', refusal: 'pricing/not-chosen' },
    { id: 'also', refusal: 'pricing/slot-taken', by: 'mine' },
  ])
})

test('PC-11 what is pinned is used before anything is weighed, what is kept out is not', () => {
  const held = {
    coupons: [coupon('best', { off: asFen(30) }), coupon('mine')],
    allowance: asFen(50),
  }
  const choose = { kind: 'guided', pin: ['mine'], without: ['allowance'] } as const
  const { used } = chosen([line('a', 500)], held, {}, choose)
  deepEqual([used.coupons, used.allowanceFen], [['mine'], 0])
})

test('PC-12 envelopes are used the soonest to expire first, the last one in part', () => {
  const redEnvelopes = [envelope('r1', 50), envelope('r2', 30, 9), envelope('r3', 30, 5)]
  deepEqual(chosen([line('a', 100)], { redEnvelopes }).used.redEnvelopesFen, {
    r3: 30,
    r2: 30,
    r1: 40,
  })
})

test('PC-13 points come within their part, in whole multiples, not under the least', () => {
  const pay = { perYuan: 100, mostPercent: 50, multipleOf: 20, least: 40 }
  equal(chosen([line('a', 190)], { points: 1_000 }, { points: { pay } }).used.points, 80)
  equal(chosen([line('a', 190)], { points: 59 }, { points: { pay } }).used.points, 40)
  const { used, told } = chosen([line('a', 190)], { points: 39 }, { points: { pay } })
  equal(used.points, 0)
  deepEqual(told, [{ id: 'points', refusal: 'pricing/least-not-reached' }])
  const thousands = { pay: { perYuan: 1_000 } }
  equal(chosen([line('a', 190)], { points: 109 }, { points: thousands }).used.points, 100)
})

test('PC-14 a coupon left out for the sake of a step is told', () => {
  const held = { coupons: [coupon('c')], allowance: asFen(50) }
  const { used, told, optimal } = chosen([line('a', 405)], held)
  deepEqual([used.coupons, used.allowanceFen, optimal], [[], 50, true])
  deepEqual(told, [{ id: 'c', refusal: 'pricing/not-best', baseFen: 405 }])
})

test('PC-15 what is missing to a coupon and to the next step is told', () => {
  const coupons = [coupon('c', { threshold: asFen(110) })]
  const { missing, told } = chosen([line('a', 100)], { coupons, allowance: asFen(20) })
  deepEqual(missing, [
    { id: 'allowance', shop: 'a', addFen: 300, savesFen: 20 },
    { id: 'c', shop: 'a', addFen: 10, savesFen: 10 },
  ])
  deepEqual(told, [
    {
      id: 'c',
      refusal: 'pricing/threshold-not-reached',
      baseFen: 100,
      thresholdFen: 110,
      shortFen: 10,
    },
    {
      id: 'allowance',
      refusal: 'pricing/threshold-not-reached',
      baseFen: 100,
      thresholdFen: 400,
      shortFen: 300,
    },
  ])
})

test('PC-14 an allowance whose lines have nothing to give is told', () => {
  const { told } = chosen([line('a', 405, { minPrice: asFen(405) })], { allowance: asFen(50) })
  deepEqual(told, [{ id: 'allowance', refusal: 'pricing/nothing-left' }])
})

test('PC-14 what is told of the allowance is the same in whatever order coupons are given', () => {
  const coupons = ['x', 'y'].map((id, at) => {
    return coupon(id, { kind: 'category', off: asFen(60), target: { shops: ['ab'[at]!] } })
  })
  for (const given of [coupons, coupons.toReversed()]) {
    const held = { coupons: given, allowance: asFen(50) }
    const { used, told } = chosen([line('a', 400), line('b', 400)], held)
    deepEqual(used.coupons, ['x', 'y'])
    deepEqual(told, [{ id: 'allowance', refusal: 'pricing/does-not-combine', by: 'x' }])
  }
})

test('PC-16 past its budget the best found is used and not called optimal', () => {
  const held = { coupons: [coupon('c'), coupon('d', { off: asFen(4) })], allowance: asFen(50) }
  const sheet = sheetOf([line('a', 405), line('b', 3)], held, {}, { kind: 'best' })
  const { optimal } = chooseAndApply(sheet, sheet.policy.layers.filter(isChosen), 1)
  equal(optimal, false)
})

test('PC-17 of equal combinations the one with fewer instruments, then first ids is used', () => {
  const lines = [line('a', 100), line('b', 100)]
  const coupons = [
    coupon('both', { off: asFen(20) }),
    coupon('a10', { target: { shops: ['a'] } }),
    coupon('b10', { target: { shops: ['b'] } }),
  ]
  deepEqual(chosen(lines, { coupons }).used.coupons, ['both'])
  deepEqual(chosen(lines, { coupons: [coupon('y'), coupon('x')] }).used.coupons, ['x'])
})

function envelope(id: string, amount: number, expiresAtMs?: number): RedEnvelope {
  return { id, amount: asFen(amount), ...(expiresAtMs === undefined ? {} : { expiresAtMs }) }
}
