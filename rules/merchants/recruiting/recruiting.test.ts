import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import tmall2017 from '#presets/tmall-2017.json' with { type: 'json' }
import { checkFigures, isClear } from '#rules/merchants/review/checks.ts'
import { recruitingRulesOf, RecruitingPolicySchema } from '#rules/merchants/recruiting/policy.ts'
import {
  accepts,
  isRevocable,
  recruitingStatuses,
  signed,
} from '#rules/merchants/recruiting/steps.ts'

const policy = RecruitingPolicySchema.parse(tmall2017.policies.recruiting)
const zone = 'Asia/Shanghai'
const at = Temporal.Instant.from('2017-11-20T10:00:00+08:00')

test('RC-1 every criterion of the type is held against what was told', () => {
  const criteria = policy.types.flagship?.criteria ?? []
  const brand = { brandOpenYears: 3, annualSalesYuan: 20_000_000, trademarkRegistered: 1 }
  equal(isClear(checkFigures(criteria, brand)), true)
  equal(isClear(checkFigures(criteria, { ...brand, annualSalesYuan: 9_999_999 })), false)
  const saw = checkFigures(criteria, { brandOpenYears: 3 })
  deepEqual(
    saw.map(({ check, met, saw: value }) => [check, met, value]),
    [
      ['brandOpenYears', true, '3'],
      ['annualSalesYuan', false, null],
      ['trademarkRegistered', false, null],
      ['offlineShops', false, null],
    ],
  )
})

test('RC-2 a token accepts while the window is open, and never again', () => {
  const invited = { status: 'invited', tokenSha256: 'a', dueAt: at.add({ hours: 1 }) } as const
  equal(accepts(invited, 'a', at), true)
  equal(accepts(invited, 'b', at), false)
  equal(accepts(invited, 'a', at.add({ hours: 1 })), false)
  for (const status of recruitingStatuses.filter((each) => each !== 'invited')) {
    equal(accepts({ ...invited, status }, 'a', at), false, status)
  }
})

test('RC-3 the level of the brand decides the channel, and the green one is the shorter', () => {
  const rules = (level: string) => recruitingRulesOf(policy, 'flagship', level)
  deepEqual(
    ['international', 'leading', 'national', 'nobody', 'constructor'].map((l) => rules(l)?.channel),
    ['green', 'green', 'usual', undefined, undefined],
  )
  const hours = (level: string) =>
    (rules(level)?.stages ?? []).reduce(
      (sum, { within }) => sum + within.total({ unit: 'hours', relativeTo: '2017-11-20' }),
      0,
    )
  ok(hours('international') < hours('national'))
})

test('RC-4 a company with fake-goods points in another shop meets no checks of the preset', () => {
  const clean = { 'merchant.violations.severe': 0, 'merchant.violations.fake': 0 }
  equal(isClear(checkFigures(policy.checks, clean)), true)
  equal(isClear(checkFigures(policy.checks, { ...clean, 'merchant.violations.fake': 2 })), false)
})

test('RC-5 the contract is signed in the version in force, within its time', () => {
  const approved = { status: 'approved', dueAt: at.add({ hours: 1 }) } as const
  const sign = (version: string, hours = 0) => {
    const made = signed(policy, approved, version, { at: at.add({ hours }), zone })
    return made.ok ? made.dueAt.toString() : made.refusal
  }
  equal(sign('2017-1'), at.add({ hours: 24 * 60 }).toString())
  equal(sign('2016-1'), 'recruiting/other-contract')
  equal(sign('2017-1', 1), 'recruiting/wrong-status')
})

test('RC-7 an invitation is revoked until it is approved', () => {
  deepEqual(recruitingStatuses.filter(isRevocable), [
    'invited',
    'draft',
    'inReview',
    'supplement',
    'rejected',
  ])
})
