import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decideBenefit, type Asked, type BenefitDecision } from '#rules/benefits/decide-benefit.ts'
import { DefinitionSchema } from '#rules/benefits/definition.ts'
import { groupBenefits } from '#rules/benefits/groups.ts'
import { unlocks } from '#rules/benefits/unlocks.ts'

const at = Temporal.Instant.from('2017-06-08T10:00:00+08:00')
const ladder = [
  { name: 'ordinary', from: 0 },
  { name: 'super', from: 1_000 },
  { name: 'apass', from: 2_500, byInvitation: true },
] as const
const setting = { zone: 'Asia/Shanghai', ladder, excludedCategories: ['gold'] }
const ordinary = { memberId: 'lin', tier: 'ordinary', score: 880, points: 100, paidMember: false }

function termsOf(definition: object) {
  return DefinitionSchema.parse({ id: 'x', ...definition })
}

function decided(definition: object, asked: Partial<Asked> = {}): BenefitDecision {
  const told = { member: ordinary, used: { inPeriod: 0, today: 0 }, at, ...asked }
  return decideBenefit(termsOf(definition), told, setting)
}

function refusalOf(definition: object, asked: Partial<Asked> = {}): string {
  return decided(definition, asked).refusal ?? 'ok'
}

test('BF-1 every condition that is stated has to hold', () => {
  const all = {
    tiers: ['super'],
    scoreFrom: 1_100,
    paidMember: true,
    brandTier: { program: 'brand-a', tiers: ['V3'] },
    audience: { members: ['lin'] },
  }
  const member = {
    memberId: 'lin',
    tier: 'super',
    score: 1_100,
    points: 0,
    paidMember: true,
    brandTiers: { 'brand-a': 'V3' },
  }
  equal(refusalOf({ who: all }, { member }), 'ok')
  const lacking = [
    { tier: 'apass' },
    { tier: null },
    { score: 1_099 },
    { paidMember: false },
    { brandTiers: { 'brand-a': 'V2' } },
    { memberId: 'mei' },
  ]
  for (const lack of lacking) {
    const refusal = refusalOf({ who: all }, { member: { ...member, ...lack } })
    equal(refusal, 'benefits/not-eligible', JSON.stringify(lack))
  }
  equal(refusalOf({}), 'ok')
})

test('BF-2 a grant that runs opens what would be closed, and what is opened by grants alone', () => {
  const grant = { source: 'rise:2017-06', from: at, to: at.add({ hours: 1 }) }
  const granted = { member: { ...ordinary, grant } }
  for (const who of [{ tiers: ['super'] }, { grant: true }]) {
    equal(refusalOf({ who }), 'benefits/not-eligible')
    equal(refusalOf({ who }, granted), 'ok')
  }
  const apass = { member: { ...ordinary, tier: 'apass', score: 3_000 } }
  equal(refusalOf({ who: { grant: true } }, apass), 'benefits/not-eligible')
})

test('BF-3 what was claimed before a quota was lowered leaves nothing of it, not less', () => {
  const used = { inPeriod: 5, today: 5 }
  const { left, why } = decided({ quota: { count: 2, per: 'year' }, dailyMost: 3 }, { used })
  const limits = why.filter(({ rule }) => rule === 'quota' || rule === 'dailyMost')
  deepEqual([left, ...limits.map(({ saw }) => saw)], [0, 0, 0])
})

test('BF-5 of all that stands in the way the first in order is told', () => {
  const closed = {
    who: { tiers: ['super'] },
    window: { to: '2017-06-01T00:00:00+08:00' },
    channel: 'app',
    excludedCategories: ['gold'],
    quota: { count: 1, per: 'week' },
    dailyMost: 1,
    stock: 0,
    prices: [{ points: 500 }],
  }
  const asked = { category: 'gold', used: { inPeriod: 1, today: 1 } }
  const steps: readonly [string, object][] = [
    ['benefits/not-eligible', { who: {} }],
    ['benefits/not-in-window', { window: undefined }],
    ['benefits/wrong-channel', { channel: undefined }],
    ['benefits/excluded-category', { excludedCategories: [], category: undefined }],
    ['benefits/quota-used-up', { quota: undefined, dailyMost: undefined }],
    ['benefits/sold-out', { stock: undefined }],
    ['benefits/insufficient-points', { prices: [{}] }],
    ['ok', {}],
  ]
  let definition: object = closed
  let told: Partial<Asked> = asked
  for (const [refusal, opened] of steps) {
    equal(refusalOf(definition, told), refusal)
    definition = { ...definition, ...opened }
    if ('category' in opened) {
      definition = { ...definition, category: undefined }
      told = { used: asked.used }
    }
  }
})

test('BF-6 the first price that fits counts, from its score on', () => {
  const paid = { prices: [{ scoreFrom: 1_000, money: '88.00' }, { money: '888.00' }] }
  const priceAt = (score: number) => decided(paid, { member: { ...ordinary, score } }).price
  deepEqual(priceAt(1_000), { points: 0, moneyFen: 8_800 })
  deepEqual(priceAt(999), { points: 0, moneyFen: 88_800 })
  const only = decided({ prices: [{ scoreFrom: 900, points: 1 }] })
  deepEqual([only.refusal, only.price], ['benefits/not-eligible', null])
  deepEqual(only.unlockedBy, { scoreFrom: 900, scoreMissing: 20 })
})

test('BF-7 the cheapest way is told: own score, then paid membership, then what others decide', () => {
  const ways = (who: object, prices: readonly object[] = [{}]) =>
    unlocks(termsOf({ who, prices }), ordinary, ladder)
  deepEqual(ways({ tiers: ['apass', 'super'] }), [
    { tier: 'super', scoreFrom: 1_000, scoreMissing: 120 },
    { tier: 'apass', scoreFrom: 2_500, scoreMissing: 1_620, invitation: true },
  ])
  deepEqual(ways({ scoreFrom: 900, paidMember: true }), [
    { scoreFrom: 900, scoreMissing: 20, paidMember: true },
  ])
  deepEqual(ways({}, [{ paidMember: true }, { scoreFrom: 5_000 }]), [
    { scoreFrom: 5_000, scoreMissing: 4_120 },
    { paidMember: true },
  ])
  deepEqual(ways({ grant: true }), [{ grant: true }])
  deepEqual(ways({ tiers: ['gold'] }), [{ tier: 'gold' }])
})

test('BF-8 categories that are excluded, by the benefit or for points at all, are refused', () => {
  const priced = { prices: [{ points: 10 }] }
  equal(refusalOf(priced, { category: 'gold' }), 'benefits/excluded-category')
  equal(refusalOf({}, { category: 'gold' }), 'ok')
  equal(refusalOf({ ...priced, category: 'gold' }), 'benefits/excluded-category')
  const fresh = { category: 'fresh', excludedCategories: ['virtual'] }
  equal(refusalOf(fresh), 'ok')
  equal(refusalOf(fresh, { category: 'fresh' }), 'ok')
  equal(refusalOf(fresh, { category: 'apparel' }), 'benefits/excluded-category')
})

test('BF-3 what is left and when it begins anew is told with a refusal', () => {
  const quota = { count: 2, per: 'week' } as const
  const once = decided({ quota, stock: 5 }, { used: { inPeriod: 1, today: 1 }, stockLeft: 3 })
  deepEqual([once.left, once.nextAt], [1, undefined])
  const twice = decided({ quota, dailyMost: 1 }, { used: { inPeriod: 2, today: 2 } })
  deepEqual([twice.refusal, twice.left], ['benefits/quota-used-up', 0])
  equal(twice.nextAt?.toString(), '2017-06-11T16:00:00Z')
  const today = decided({ quota, dailyMost: 1 }, { used: { inPeriod: 1, today: 1 } })
  equal(today.nextAt?.toString(), '2017-06-08T16:00:00Z')
})

test('BF-4 claims one after the other never pass the quota of any period', () => {
  const kinds = fc.constantFrom('day', 'week', 'month', 'year', 'ever')
  const hours = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 60 })
  fc.assert(
    fc.property(kinds, fc.integer({ min: 1, max: 3 }), hours, (per, count, asked) => {
      const granted = new Map<string, number>()
      for (const hour of asked.toSorted((a, b) => a - b)) {
        const now = at.add({ hours: hour })
        const ask = (inPeriod: number) =>
          decided({ quota: { count, per } }, { used: { inPeriod, today: 0 }, at: now })
        const { key } = ask(0).period
        const had = granted.get(key) ?? 0
        const told = ask(had)
        equal(told.ok, had < count)
        equal(told.left, count - had)
        if (told.ok) granted.set(key, had + 1)
      }
      for (const had of granted.values()) equal(had <= count, true)
    }),
  )
})

test('BF-16 every benefit is in the groups of whom it is for, and no tier is left out', () => {
  const terms = (name: string, who: object) => ({ name, terms: termsOf({ who }) })
  const all = [
    terms('a', {}),
    terms('b', { tiers: ['super', 'apass'] }),
    terms('c', { paidMember: true }),
    terms('d', { grant: true }),
    terms('e', { scoreFrom: 601 }),
    terms('f', { audience: { members: ['lin'] } }),
    terms('g', { tiers: ['gold'] }),
  ]
  const told = groupBenefits(all, ladder).map(({ group, benefits }) => {
    const called = group.kind === 'tier' ? group.tier : group.kind
    return `${called}: ${benefits.map((each) => each.name).join(' ')}`.trim()
  })
  deepEqual(told, [
    'everybody: a',
    'ordinary:',
    'super: b',
    'apass: b',
    'gold: g',
    'score: e',
    'paidMember: c',
    'grant: d',
    'others: f',
  ])
})
