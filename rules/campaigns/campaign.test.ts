import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { copyOf, type CopyAsked } from '#rules/campaigns/copy.ts'
import { isOpen, openPhases, phaseNamed } from '#rules/campaigns/phases.ts'
import { findingsOf, type Surroundings } from '#rules/campaigns/plausible.ts'
import { CampaignSchema, laidOver, type Campaign } from '#rules/campaigns/policy.ts'
import { timelineOf } from '#rules/campaigns/timeline.ts'
import { toDoOf, type ShopStanding } from '#rules/campaigns/to-do.ts'
import { windowsIn } from '#rules/campaigns/windows.ts'
import { parsePolicy } from '#rules/policies/catalogue.ts'
import { overlay } from '#rules/policies/overlay.ts'
import { instantToText } from '#rules/time/instants.ts'

const zone = 'Asia/Shanghai'
const preset = JSON.parse(
  readFileSync(new URL('../../presets/tmall-2017.json', import.meta.url), 'utf8'),
) as { readonly policies: Readonly<Record<string, object>> }
const body = preset.policies['campaign:double11-2017']!
const allowance = preset.policies['allowance:double11-2017']!
const campaign = CampaignSchema.parse(body)

const instant = (text: string) => Temporal.Instant.from(`${text}+08:00`)
const changed = (patch: object): Campaign => CampaignSchema.parse(overlay(body, patch))

// Seed 003 and rulebook 4, 5 and 10: phase | from | the last second of it.
const dates = `
  results            | 2017-09-05T00:00:00 | 2017-09-11T23:59:59
  supplements        | 2017-09-05T00:00:00 | 2017-09-11T23:59:59
  allowanceSetup     | 2017-09-05T14:00:00 | 2017-09-11T21:59:59
  presaleDeclaration | 2017-09-21T00:00:00 | 2017-10-19T23:59:59
  presale            | 2017-10-20T00:00:00 | 2017-11-10T23:59:59
  allowanceIssue     | 2017-11-01T00:00:00 | 2017-11-11T23:59:59
  day                | 2017-11-11T00:00:00 | 2017-11-11T23:59:59
  protection         | 2017-11-12T00:00:00 | 2017-11-26T23:59:59
  shipping           | 2017-11-11T00:00:00 | 2017-11-20T23:59:59
`

test('CP-1 the preset has every date of the Double 11 of 2017, and names what is there once', () => {
  for (const line of dates.trim().split('\n')) {
    const [name = '', from = '', last = ''] = line.split('|').map((text) => text.trim())
    const phase = phaseNamed(campaign, name)
    ok(phase, name)
    equal(instantToText(phase.window.from, zone), `${from}+08:00`, name)
    equal(instantToText(phase.window.to.subtract({ seconds: 1 }), zone), `${last}+08:00`, name)
  }
  const { price } = campaign
  const days = (pair: readonly Temporal.PlainDate[] = []) => pair.map(String)
  deepEqual(days(price?.presale.deals), ['2017-09-15', '2017-10-19'])
  deepEqual(days(price?.presale.promo), ['2017-09-21', '2017-11-26'])
  deepEqual(days(price?.spot.deals), ['2017-09-15', '2017-11-11'])
  deepEqual(days(price?.spot.promo), ['2017-11-12', '2017-11-26'])
  deepEqual(days(price?.protect), ['2017-11-12', '2017-11-26'])
  deepEqual(
    campaign.identities.map(({ name, goods }) => `${name}/${goods}`),
    ['event/all', 'happyMobilisation/all'],
  )
  const phases = [...campaign.phases, campaign.phases[0]!].map(({ name, window }) => ({
    name,
    window: { from: String(window.from), to: String(window.to) },
  }))
  const twice = CampaignSchema.safeParse({ ...body, phases })
  equal(twice.error?.issues[0]?.message, '"signUp" is there twice.')
  const unknown = overlay(body, { supplements: [{ ...campaign.supplements[0], within: 'never' }] })
  equal(CampaignSchema.safeParse(unknown).success, false)
})

test('CP-2 a phase is open from its first instant until just before its last', () => {
  equal(isOpen(campaign, 'allowanceSetup', instant('2017-09-05T13:59:59.999')), false)
  equal(isOpen(campaign, 'allowanceSetup', instant('2017-09-05T14:00:00')), true)
  equal(isOpen(campaign, 'allowanceSetup', instant('2017-09-11T21:59:59.999')), true)
  equal(isOpen(campaign, 'allowanceSetup', instant('2017-09-11T22:00:00')), false)
  equal(isOpen(campaign, 'encore', instant('2017-11-11T00:00:00')), false)
  const open = openPhases(campaign, instant('2017-11-11T00:00:00')).map(({ name }) => name)
  deepEqual(open.toSorted(), ['allowanceIssue', 'day', 'shipping'])
})

test('CP-3 what a campaign lays over a policy of the market is told when it does not fit', () => {
  const odd = changed({ policies: { late: { rate: 'much' } } })
  const laid = parsePolicy('late', overlay(preset.policies['late'], odd.policies.late))
  equal(laid.ok, false)
  const beside = { ...whole, unfit: [{ path: 'policies.late.rate', message: 'A rate is …' }] }
  deepEqual(
    findingsOf(odd, beside).map(({ code }) => code),
    ['overlay-invalid'],
  )
})

test('CP-4 the timeline tells what is open, what is next and when, and for whom', () => {
  const names = (phases: readonly { readonly phase: string }[]) => phases.map(({ phase }) => phase)
  const setup = timelineOf(campaign, instant('2017-09-05T13:00:00'))
  deepEqual(names(setup.open), ['results', 'supplements'])
  deepEqual(names(setup.next), ['allowanceSetup'])
  equal(setup.changesAt?.equals(instant('2017-09-05T14:00:00')), true)
  deepEqual(setup.next[0]?.for, ['approved'])

  const later = timelineOf(campaign, instant('2017-09-05T15:00:00'))
  deepEqual(names(later.open), ['allowanceSetup', 'results', 'supplements'])
  const buyers = timelineOf(campaign, instant('2017-11-10T00:00:00'), 'members')
  deepEqual(names(buyers.open), ['presale', 'warmUp', 'allowanceIssue'])
  deepEqual(names(buyers.next), ['day'])
  const over = timelineOf(campaign, instant('2018-01-01T00:00:00'))
  deepEqual([over.open, over.next, over.changesAt], [[], [], undefined])
  ok(over.phases.every(({ state }) => state === 'over'))
})

const standing = (status: ShopStanding['status'], done: readonly string[] = []): ShopStanding => ({
  status,
  done: new Map(done.map((name) => [name, instant('2017-09-06T10:00:00')])),
})

// Status | done | at | what is to be done now.
const toDos = `
  none        |                | 2017-08-10T00:00:00 | apply/signUp
  none        |                | 2017-09-10T00:00:00 |
  applied     |                | 2017-09-01T00:00:00 |
  approved    |                | 2017-09-07T00:00:00 | allowanceSteps freightInsurance identity integrityAgreement
  approved    | identity       | 2017-09-11T22:00:00 | freightInsurance integrityAgreement
  shortlisted |                | 2017-09-22T00:00:00 | declare/presaleDeclaration
  shortlisted |                | 2017-11-12T00:00:00 | keepPrice/protection
  dropped     |                | 2017-09-22T00:00:00 |
`

test('CP-5 what a shop has to do follows from how far it is, what it did, and the windows', () => {
  for (const line of toDos.trim().split('\n')) {
    const [status, done = '', at = '', expected = ''] = line.split('|').map((text) => text.trim())
    const shop = standing(status as ShopStanding['status'], done.split(' '))
    const now = toDoOf(campaign, shop, instant(at)).filter(({ state }) => state === 'now')
    const told = now.map(({ task, phase, supplement }) => supplement ?? `${task}/${phase}`)
    equal(told.join(' '), expected, line)
  }
  const missed = toDoOf(campaign, standing('approved'), instant('2017-09-12T00:00:00'))
  deepEqual(new Set(missed.map(({ state }) => state)), new Set(['missed']))
  const waits = toDoOf(campaign, standing('passed'), instant('2017-09-01T00:00:00'))
  deepEqual(waits, toDoOf(campaign, standing('applied'), instant('2017-09-01T00:00:00')))
})

const whole: Surroundings = {
  zone,
  attached: [
    {
      name: 'allowance:double11-2017',
      isNamed: true,
      isKnown: true,
      isInForce: true,
      windows: windowsIn(allowance, zone),
    },
  ],
  policies: new Set(laidOver),
  unfit: [],
}

test('CP-6 the campaign of the preset is plausible, and each fault of another is found', () => {
  deepEqual(findingsOf(campaign, whole), [])
  const found = (of: Campaign, beside: Partial<Surroundings> = {}) =>
    findingsOf(of, { ...whole, ...beside }).map(({ code, path }) => `${code} ${path}`)
  const phasesBut = (name: string, window?: object) =>
    (body as { phases: { name: string }[] }).phases.flatMap((phase) => {
      if (phase.name !== name) return [phase]
      return window === undefined ? [] : [{ ...phase, window }]
    })
  deepEqual(found(changed({ phases: phasesBut('day') }))[0], 'phase-missing phases')
  const late = { from: '2017-08-01T00:00:00+08:00', to: '2017-09-06T00:00:00+08:00' }
  deepEqual(found(changed({ phases: phasesBut('signUp', late) })), [
    'phases-out-of-order phases.signUp',
  ])
  const deals = ['2017-09-15', '2017-10-20']
  const early = ['2017-11-11', '2017-11-26']
  const price = { presale: { deals }, protect: early, freezeAt: '2017-11-12T00:00:00+08:00' }
  deepEqual(found(changed({ price })), [
    'window-outside price.presale.deals',
    'window-outside price.protect',
    'window-outside price.freezeAt',
  ])
  const lacking = { policies: new Set(laidOver.filter((name) => name !== 'price')) }
  deepEqual(found(campaign, lacking), ['policy-missing policies.price'])
  const [known] = whole.attached
  deepEqual(found(campaign, { attached: [{ ...known!, isNamed: false }] }), [
    'attached-unknown attached[0]',
  ])
  const usable = { from: '2017-11-10T00:00:00+08:00', to: '2017-11-11T00:00:00+08:00' }
  const windows = windowsIn({ ...allowance, usable }, zone)
  deepEqual(found(campaign, { attached: [{ ...known!, isInForce: false, windows }] }), [
    'attached-not-in-force attached[0]',
    'window-outside attached[0]',
  ])
  const venue = { name: 'x', title: { zh: '无', en: 'None' }, identities: ['guest'], capacity: {} }
  deepEqual(found(changed({ venues: [venue] })), [
    'identity-unknown venues[0].identities',
    'no-places venues[0].capacity',
  ])
  const steps = [{ threshold: '50.00', off: '50.00' }]
  deepEqual(found(changed({ allowance: { steps }, supplements: [] })), [
    'allowance-takes-all allowance.steps[0]',
    'allowance-not-set-up allowance',
  ])
})

const nextYear: CopyAsked = {
  campaign: 'double11-2017',
  as: 'double11-2018',
  fromYear: 2017,
  toYear: 2018,
  zone,
}

test('CP-7 a copy has every date on the same day of the new year, and copies of what is attached', () => {
  const forms = [
    { name: 'allowance:double11-2017', body: allowance },
    { name: 'offer:always', body: { layer: 'item' } },
    { name: 'offer:eve', body: { window: ['2017-11-10', '2017-11-10'] } },
  ]
  const attached = forms.map(({ name }) => name)
  const { policies, shared } = copyOf({ ...body, attached }, forms, nextYear)
  deepEqual(
    policies.map(({ name }) => name),
    ['campaign:double11-2018', 'allowance:double11-2018', 'offer:eve-2018'],
  )
  deepEqual(shared, ['offer:always'])
  const copy = CampaignSchema.parse(policies[0]?.body)
  deepEqual(copy.attached, ['allowance:double11-2018', 'offer:always', 'offer:eve-2018'])
  equal(copy.title.en, 'Tmall Double 11 2018')
  for (const phase of campaign.phases) {
    const { from } = phaseNamed(copy, phase.name)!.window
    const before = phase.window.from.toZonedDateTimeISO(zone)
    equal(from.toZonedDateTimeISO(zone).equals(before.add({ years: 1 })), true, phase.name)
  }
  deepEqual(copy.price?.protect.map(String), ['2018-11-12', '2018-11-26'])
  deepEqual(policies[1]?.body, JSON.parse(JSON.stringify(allowance).replaceAll('2017', '2018')))
  const there = policies.map(({ name, body: form }) => ({ name, body: form }))
  const back = {
    ...nextYear,
    campaign: nextYear.as,
    as: nextYear.campaign,
    fromYear: 2018,
    toYear: 2017,
  }
  deepEqual(copyOf(there[0]?.body, [], back).policies[0]?.body, {
    ...body,
    attached: ['allowance:double11-2018', 'offer:always', 'offer:eve-2018'].map((name) =>
      name.replace('2018', '2017'),
    ),
  })
})

test('CP-7 29 February becomes the 28th, and a time of the day stays what it is in the zone', () => {
  const asked = { ...nextYear, fromYear: 2020, toYear: 2021 }
  const form = { day: '2020-02-29', at: '2020-02-29T23:59:59+08:00', utc: '2019-12-31T16:00:00Z' }
  deepEqual(copyOf(form, [], asked).policies[0]?.body, {
    day: '2021-02-28',
    at: '2021-02-28T23:59:59+08:00',
    utc: '2021-01-01T00:00:00+08:00',
  })
  const summer = { at: '2020-04-01T10:00:00-04:00' }
  const newYork = { ...asked, zone: 'America/New_York', toYear: 2023 }
  deepEqual(copyOf(summer, [], newYork).policies[0]?.body, { at: '2023-04-01T10:00:00-04:00' })
})
