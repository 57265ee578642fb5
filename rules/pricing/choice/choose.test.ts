import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { asFen } from '#rules/money/fen.ts'
import type { Ppm } from '#rules/money/rate.ts'
import type { Basket, BasketLine, Coupon, Holder, RedEnvelope } from '#rules/pricing/basket.ts'
import { type Chosen, chooseAndApply } from '#rules/pricing/choice/choose.ts'
import { isChosen } from '#rules/pricing/layers.ts'
import { PricingPolicySchema } from '#rules/pricing/policy.ts'
import { openSheet, type Sheet } from '#rules/pricing/sheet.ts'

const usual = {
  layers: [
    'coupon',
    'platformCoupon',
    'allowance',
    'categoryCoupon',
    'redEnvelope',
    'points',
  ] as string[],
}

const step = { every: asFen(400), off: asFen(50) }

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
    { id: 'super', refusal: 'pricing/wrong-tier' },
    { id: 'gone', refusal: 'pricing/limit-reached' },
    { id: 'other', refusal: 'pricing/no-matching-line' },
    { id: 'three', refusal: 'pricing/not-enough-units', shortUnits: 2 },
    { id: 'late', refusal: 'pricing/not-in-window' },
    { id: 'points', refusal: 'pricing/no-layer' },
  ])
})

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

test('PC-15 a category coupon saves what it takes, less what it displaces on its lines', () => {
  const coupons = [
    coupon('c', { kind: 'category', off: asFen(20) }),
    coupon('d', { kind: 'category', off: asFen(50), threshold: asFen(110) }),
  ]
  deepEqual(chosen([line('a', 100)], { coupons }).missing, [
    { id: 'd', shop: 'a', addFen: 10, savesFen: 30 },
  ])
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

type Told = Pick<Chosen, 'used' | 'missing' | 'optimal' | 'reports'> & {
  readonly left: number
  readonly told: Sheet['notApplied']
}

function chosen(
  lines: readonly BasketLine[],
  held: Partial<Holder>,
  policy: object = {},
  choose: Basket['choose'] = { kind: 'best' },
): Told {
  const sheet = sheetOf(lines, held, policy, choose)
  const { nodes: _, ...own } = chooseAndApply(sheet, sheet.policy.layers.filter(isChosen))
  const left = sheet.left.reduce((sum, fen) => sum + fen, 0)
  return { ...own, left, told: sheet.notApplied }
}

function sheetOf(
  lines: readonly BasketLine[],
  held: Partial<Holder>,
  policy: object,
  choose: Basket['choose'],
): Sheet {
  const basket: Basket = {
    atMs: 0,
    lines,
    freight: [],
    extras: [],
    allowanceStep: step,
    member: { coupons: [], allowance: asFen(0), redEnvelopes: [], points: 0, ...held },
    choose,
  }
  return openSheet(basket, PricingPolicySchema.parse({ ...usual, ...policy }))
}

function line(shop: string, price: number, more: Partial<BasketLine> = {}): BasketLine {
  return {
    id: shop,
    sku: shop,
    shop,
    category: 'any',
    tags: [],
    quantity: 1,
    listPrice: asFen(price),
    ...more,
  }
}

function coupon(id: string, more: Partial<Coupon> = {}): Coupon {
  const usualOnes = { exclusive: false, priority: 0, stacks: false }
  return { id, kind: 'shop', off: asFen(10), ...usualOnes, ...more } as Coupon
}

function envelope(id: string, amount: number, expiresAtMs?: number): RedEnvelope {
  return { id, amount: asFen(amount), ...(expiresAtMs === undefined ? {} : { expiresAtMs }) }
}
