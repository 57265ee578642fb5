import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import tmall2017 from '#presets/tmall-2017.json' with { type: 'json' }
import { assert } from '#rules/assert.ts'
import { isClear, checkFigures } from '#rules/merchants/review/checks.ts'
import { missingDocuments } from '#rules/merchants/review/documents.ts'
import {
  afterProbation,
  carryOver,
  figuresMissing,
  type Held,
} from '#rules/merchants/transformation/carry-over.ts'
import {
  changed,
  undone,
  type Change,
  type ShopState,
} from '#rules/merchants/transformation/change.ts'
import { effectiveAtOf } from '#rules/merchants/transformation/effect.ts'
import {
  reviewRulesOf,
  TransformationPolicySchema,
  type CarryOverRules,
} from '#rules/merchants/transformation/policy.ts'
import { ppmFromText, type Ppm } from '#rules/money/rate.ts'

const zone = 'Asia/Shanghai'
const policy = TransformationPolicySchema.parse(tmall2017.policies.transformation)

const shop: ShopState = {
  merchantId: 'm-lily',
  legalEntity: 'Lily Ltd.',
  type: 'specialty',
  mainCategory: 'clothes',
  categories: ['clothes', 'shoes'],
  brand: 'Lily',
}

function becomes(change: Change, otherShops = 0) {
  const rules = policy.kinds[change.kind]
  assert(rules !== undefined, 'the preset offers every kind')
  const made = changed(change, shop, rules, { otherShops })
  return made.ok ? made.state : made.refusal
}

test('TF-1 a shop becomes what it asks, unless it is that already or its type does not lead there', () => {
  deepEqual(becomes({ kind: 'widenCategories', add: ['food', 'shoes'], mainCategory: 'food' }), {
    ...shop,
    categories: ['clothes', 'shoes', 'food'],
    mainCategory: 'food',
  })
  const nothing = 'transformation/nothing-changes'
  equal(becomes({ kind: 'widenCategories', add: ['shoes'] }), nothing)
  equal(
    becomes({ kind: 'widenCategories', add: ['food'], mainCategory: 'toys' }),
    'transformation/not-its-category',
  )
  deepEqual(becomes({ kind: 'shopType', type: 'flagship' }), { ...shop, type: 'flagship' })
  equal(becomes({ kind: 'shopType', type: 'specialty' }), nothing)
  equal(becomes({ kind: 'shopType', type: 'marketplace' }), 'transformation/not-a-step')
})

test('TF-2 categories that need qualifications ask for their documents besides, once', () => {
  const kind = policy.kinds.widenCategories
  assert(kind !== undefined, 'the preset offers it')
  const needs = (categories: readonly string[]) =>
    missingDocuments(reviewRulesOf(policy, kind, categories).documents, []).map(
      (each) => `${each.kind} ${each.missing}`,
    )
  deepEqual(needs(['toys']), ['categoryPlan 1'])
  deepEqual(needs(['food', 'medicine']), ['categoryPlan 1', 'foodLicence 1', 'medicineLicence 1'])
  deepEqual(needs(['constructor']), ['categoryPlan 1'])
})

test('TF-3 a company changes with its only shop; otherwise the shop passes to another merchant', () => {
  const rename = { kind: 'legalEntity', legalEntity: 'Lily Group' } as const
  deepEqual(becomes(rename), { ...shop, legalEntity: 'Lily Group' })
  equal(becomes(rename, 1), 'transformation/other-shops')
  deepEqual(becomes({ ...rename, merchantId: 'm-rose' }, 1), {
    ...shop,
    merchantId: 'm-rose',
    legalEntity: 'Lily Group',
  })
  equal(
    becomes({ kind: 'legalEntity', legalEntity: shop.legalEntity }),
    'transformation/nothing-changes',
  )
})

const figure = fc.option(fc.integer({ min: 0, max: 1_000_000_000_000 }), { nil: null })
const count = fc.integer({ min: 0, max: 1_000_000 })
const held: fc.Arbitrary<Held> = fc.record({
  metrics: count,
  violations: fc.record({ general: count, severe: count, fake: count }),
  points: figure,
  followers: figure,
  brandMembers: figure,
  deposits: figure,
  enrolments: count,
  declarations: count,
  campaigns: count,
})
const thing = fc.constantFrom(
  { how: 'carried' } as const,
  { how: 'reset' } as const,
  { how: 'probation' } as const,
)
const number = fc.oneof(
  thing,
  fc.record({
    how: fc.constant('share' as const),
    share: fc.integer({ min: 0, max: 1_000_000 }).map((share) => share as Ppm),
  }),
)
const rules: fc.Arbitrary<CarryOverRules> = fc.record({
  metrics: thing,
  violations: fc.constant({ how: 'carried' as const }),
  points: fc.constant({ how: 'carried' as const }),
  followers: number,
  brandMembers: number,
  deposits: number,
  enrolments: thing,
  declarations: thing,
  campaigns: thing,
})

test('TF-4 of every subject, what was there is what is carried and what is dropped', () => {
  fc.assert(
    fc.property(held, rules, fc.boolean(), (had, carried, isPassed) => {
      const lines = carryOver(had, carried)
      equal(lines.length, 11)
      for (const line of [...lines, ...afterProbation(lines, isPassed)]) {
        if (line.before === null) {
          deepEqual([line.carried, line.dropped], [null, null])
        } else {
          equal(line.before, (line.carried ?? NaN) + (line.dropped ?? NaN))
          ok((line.carried ?? -1) >= 0 && (line.dropped ?? -1) >= 0)
        }
      }
    }),
  )
})

test('TF-5 whatever the policy, violations and points of members are carried whole', () => {
  fc.assert(
    fc.property(held, rules, (had, carried) => {
      const dropped = carryOver(had, carried).filter(
        ({ subject }) => subject === 'points' || subject.startsWith('violations.'),
      )
      equal(dropped.length, 4)
      ok(dropped.every((line) => line.how === 'carried' && (line.dropped ?? 0) === 0))
    }),
  )
  const launder = structuredClone(tmall2017.policies.transformation) as {
    kinds: { legalEntity: { carryOver: Record<string, unknown> } }
  }
  for (const subject of ['violations', 'points']) {
    const { carryOver: had } = launder.kinds.legalEntity
    launder.kinds.legalEntity.carryOver = { ...had, [subject]: { how: 'reset' } }
    equal(TransformationPolicySchema.safeParse(launder).success, false, subject)
    launder.kinds.legalEntity.carryOver = had
  }
})

test('TF-6 a share is rounded down, and the rest is dropped', () => {
  const share = { how: 'share', share: ppmFromText('0.333333') ?? (0 as Ppm) } as const
  const carried = { ...carryAll, deposits: share, followers: { how: 'reset' } } as CarryOverRules
  const lines = carryOver({ ...nothing, deposits: 100, followers: 7 }, carried)
  const line = (subject: string) => lines.find((each) => each.subject === subject)
  deepEqual(line('deposits'), {
    subject: 'deposits',
    how: 'share',
    share: '0.333333',
    before: 100,
    carried: 33,
    dropped: 67,
  })
  deepEqual([line('followers')?.carried, line('followers')?.dropped], [0, 7])
})

const carryAll = {
  metrics: { how: 'carried' },
  violations: { how: 'carried' },
  points: { how: 'carried' },
  followers: { how: 'carried' },
  brandMembers: { how: 'carried' },
  deposits: { how: 'carried' },
  enrolments: { how: 'carried' },
  declarations: { how: 'carried' },
  campaigns: { how: 'carried' },
} as const
const nothing: Held = {
  metrics: 0,
  violations: { general: 0, severe: 0, fake: 0 },
  points: null,
  followers: null,
  brandMembers: null,
  deposits: null,
  enrolments: 0,
  declarations: 0,
  campaigns: 0,
}

// Columns: approved | after | at once or at the beginning of a day | effective.
const effects = `
  2017-11-20T10:00:00+08:00 | PT1H | atOnce   | 2017-11-20T11:00:00+08:00
  2017-11-20T10:00:00+08:00 | PT1H | dayStart | 2017-11-21T00:00:00+08:00
  2017-11-20T23:00:00+08:00 | PT1H | dayStart | 2017-11-21T00:00:00+08:00
  2017-11-20T23:00:01+08:00 | PT1H | dayStart | 2017-11-22T00:00:00+08:00
  2017-11-20T10:00:00+08:00 | P3D  | dayStart | 2017-11-24T00:00:00+08:00
`

test('TF-7 it takes effect no sooner than the policy says, at the beginning of a day where it says so', () => {
  for (const row of effects.trim().split('\n')) {
    const [approved = '', span = '', when = '', wanted = ''] = row
      .split('|')
      .map((cell) => cell.trim())
    const kind = {
      effectAfter: Temporal.Duration.from(span),
      effectAt: when as 'atOnce' | 'dayStart',
    }
    const effective = effectiveAtOf(kind, Temporal.Instant.from(approved), zone)
    ok(effective.equals(Temporal.Instant.from(wanted)), row)
  }
})

test('TF-8 what blocks in the preset: a shop with severe or fake-goods points does not change its company', () => {
  const checks = policy.kinds.legalEntity?.checks ?? []
  const clean = {
    openDays: 365,
    disputesOpen: 0,
    'violations.general': 0,
    'violations.severe': 0,
    'violations.fake': 0,
    'taker.violations.severe': 0,
    'taker.violations.fake': 0,
  }
  equal(isClear(checkFigures(checks, clean)), true)
  equal(isClear(checkFigures(checks, { ...clean, 'violations.severe': 12 })), false)
  equal(isClear(checkFigures(checks, { ...clean, 'taker.violations.fake': 2 })), false)
})

test('TF-9 a share needs its figure, whatever is carried whole does not', () => {
  const share = { how: 'share', share: ppmFromText('0.5') ?? (0 as Ppm) } as const
  deepEqual(figuresMissing(nothing, carryAll), [])
  deepEqual(figuresMissing(nothing, { ...carryAll, deposits: share }), ['deposits'])
  deepEqual(figuresMissing({ ...nothing, deposits: 0 }, { ...carryAll, deposits: share }), [])
})

test('TF-11 a probation that fails undoes what changed, and leaves what else the shop became', () => {
  const wide = { ...shop, categories: ['clothes', 'shoes', 'food'], mainCategory: 'food' }
  const since = { ...wide, categories: [...wide.categories, 'toys'] }
  deepEqual(undone(since, shop, wide), { ...shop, categories: ['clothes', 'shoes', 'toys'] })
  const flagship = { ...shop, type: 'flagship' } as const
  deepEqual(undone(flagship, shop, flagship), shop)
  const text = structuredClone(tmall2017.policies.transformation)
  text.kinds.legalEntity.probation.onFail = 'undo'
  equal(TransformationPolicySchema.safeParse(text).success, false)
  const lines = carryOver(
    { ...nothing, followers: 9 },
    { ...carryAll, followers: { how: 'probation' } },
  )
  deepEqual(afterProbation(lines, false), [
    { subject: 'followers', how: 'reset', before: 9, carried: 0, dropped: 9 },
  ])
})

test('TF-12 the same shop and policy give the same statement', () => {
  fc.assert(
    fc.property(held, rules, (had, carried) => {
      deepEqual(carryOver(had, carried), carryOver(structuredClone(had), carried))
    }),
  )
})
