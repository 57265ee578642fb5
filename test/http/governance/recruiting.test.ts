import { deepEqual, equal, match } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { settleRecruiting } from '#operations/recruiting/settle-recruiting.ts'
import { testApi, type TestApi } from '#test/support/api.ts'
import {
  callerOf,
  documentOf,
  goodCallerOf,
  passHours,
  type Caller,
} from '#test/support/governance.ts'

let api: TestApi
let call: Caller
let good: Caller

before(async () => {
  api = await testApi()
  call = callerOf(api)
  good = goodCallerOf(api)
})
after(() => api.close())

const brand = {
  brand: 'Rose',
  level: 'international',
  type: 'flagship',
  mainCategory: 'clothes',
  categories: ['clothes', 'shoes'],
  figures: {
    brandOpenYears: 12,
    annualSalesYuan: 900_000_000,
    trademarkRegistered: 1,
    offlineShops: 40,
  },
}
const company = { name: 'Rose', legalEntity: 'Rose (China) Ltd.' }
const invitations = '/recruiting/invitations'

async function invite(changes: object = {}) {
  const { body } = await good('operator ann', invitations, { ...brand, ...changes })
  return { id: body.invitation.invitationId as string, token: body.token as string }
}

async function accepted(merchantId: string, changes: object = {}): Promise<string> {
  const { id, token } = await invite(changes)
  const path = `/merchants/${merchantId}/recruiting/acceptances`
  await good(`merchant ${merchantId}`, path, { token, ...company })
  return id
}

async function handedIn(merchantId: string, changes: object = {}): Promise<string> {
  const id = await accepted(merchantId, changes)
  const path = `/merchants/${merchantId}/recruiting/${id}`
  const documents = [documentOf('businessLicence'), documentOf('trademark')]
  await good(`merchant ${merchantId}`, `${path}/documents`, { documents })
  await good(`merchant ${merchantId}`, `${path}/submission`, undefined, { method: 'POST' })
  return id
}

test('RC-6 a brand is invited by the green channel, accepts, is approved, signs and opens its shop', async () => {
  const from = api.clock.now()
  const id = await handedIn('m-rose')
  const path = `/merchants/m-rose/recruiting/${id}`
  const queue = await good(
    'operator',
    `${invitations}?status=inReview&channel=green&stage=qualification`,
  )
  equal(queue.body.invitations[0].invitationId, id)
  equal(
    (await good('operator', `${invitations}?status=inReview&channel=usual`)).body.invitations
      .length,
    0,
  )
  const decision = { stage: 'qualification', decision: 'approve' }
  const blocked = await call('operator bob', `${invitations}/${id}/decisions`, decision)
  deepEqual(
    [blocked.body.code, blocked.body.checks.map((each: { check: string }) => each.check)],
    ['recruiting/check-failed', ['entityVerification']],
  )
  const evidence = { name: 'entityVerification', answer: 'passed', reference: 'e-1' }
  await good('service', `${invitations}/${id}/evidence`, evidence)
  const approved = await good('operator bob', `${invitations}/${id}/decisions`, decision)
  equal(approved.body.status, 'approved')

  const { toSign } = (await good('merchant m-rose', path)).body
  equal(toSign.version, '2017-1')
  const other = await call('merchant m-rose', `${path}/signature`, { version: '2016-1' })
  equal(other.body.code, 'recruiting/other-contract')
  const early = await call('service', `${invitations}/${id}/shop`, {
    shopId: 'rose',
    title: 'Rose',
  })
  equal(early.body.code, 'recruiting/wrong-status')
  const signed = await good('merchant m-rose', `${path}/signature`, { version: '2017-1' })
  deepEqual(
    [signed.body.status, signed.body.contract],
    ['signed', { version: '2017-1', sha256: toSign.sha256, signedBy: 'merchant:m-rose' }],
  )
  const opened = await Promise.all(
    Array.from({ length: 8 }, () =>
      call('service', `${invitations}/${id}/shop`, { shopId: 'rose', title: 'Rose flagship' }),
    ),
  )
  deepEqual(new Set(opened.map(({ status }) => status)), new Set([200]))
  const shop = await good('merchant m-rose', '/shops/rose')
  deepEqual(
    [shop.body.type, shop.body.brand, shop.body.categories, shop.body.merchantId],
    ['flagship', 'Rose', ['clothes', 'shoes'], 'm-rose'],
  )
  const to = api.clock.now().add({ hours: 1 })
  const funnel = await good(
    'operator',
    `/recruiting/funnel?from=${from.toString()}&to=${to.toString()}`,
  )
  const [row] = funnel.body.funnel
  deepEqual(
    [
      row.channel,
      row.type,
      row.invited,
      row.accepted,
      row.submitted,
      row.approved,
      row.signed,
      row.opened,
    ],
    ['green', 'flagship', 1, 1, 1, 1, 1, 1],
  )
})

test('a brand that does not meet the criteria is not invited, and is told which', async () => {
  const figures = { ...brand.figures, brandOpenYears: 1 }
  const told = await call('operator ann', invitations, { ...brand, figures })
  deepEqual([told.status, told.body.code], [409, 'recruiting/criteria-not-met'])
  const unmet = told.body.checks.filter((each: { met: boolean }) => !each.met)
  deepEqual(unmet, [
    { check: 'brandOpenYears', severity: 'blocks', met: false, saw: '1', atLeast: '2' },
  ])
  equal(
    (await call('operator ann', invitations, { ...brand, level: 'none' })).body.code,
    'recruiting/not-offered',
  )
  equal((await call('operator ann', invitations, { ...brand, mainCategory: 'food' })).status, 400)
})

test('a token accepts once, for one of many at once; wrong, used and late answer alike', async () => {
  const { id, token } = await invite()
  match(token, /^[A-Za-z0-9_-]{43}$/)
  const accept = (merchantId: string, given = token) =>
    call(`merchant ${merchantId}`, `/merchants/${merchantId}/recruiting/acceptances`, {
      token: given,
      ...company,
    })
  const merchants = Array.from({ length: 12 }, (_, n) => `m-at-once-${n}`)
  const all = await Promise.all(merchants.map((each) => accept(each)))
  equal(all.filter(({ status }) => status === 200).length, 1)
  const wrong = await accept('m-other', 'a'.repeat(43))
  const late = await invite()
  passHours(api, 24 * 15)
  const tooLate = await accept('m-other', late.token)
  const used = await accept('m-other')
  for (const told of [wrong, tooLate, used]) {
    deepEqual([told.status, told.body.code], [404, 'recruiting/token-not-valid'])
  }
  await settleRecruiting(api, api.clock.now())
  equal((await good('operator', `${invitations}/${late.id}`)).body.invitation.status, 'lapsed')
  const winner = merchants.find((_, n) => all[n]?.status === 200) ?? ''
  equal((await accept(winner)).status, 200)
  const foreign = await call('merchant m-other', `/merchants/m-other/recruiting/${id}`)
  deepEqual([foreign.status, foreign.body.code], [404, 'recruiting/unknown'])
  const others = await call('merchant m-other', `/merchants/${winner}/recruiting/${id}`)
  deepEqual([others.status, others.body.code], [404, 'merchants/unknown'])
})

test('the same key gives the same invitation, and its token once', async () => {
  const ask = (body: object) => call('operator ann', invitations, body, { key: 'one' })
  const all = await Promise.all(Array.from({ length: 6 }, () => ask(brand)))
  equal(new Set(all.map(({ body }) => body.invitation.invitationId)).size, 1)
  equal(all.filter(({ body }) => body.token !== null).length, 1)
  equal((await ask({ ...brand, brand: 'Lily' })).body.code, 'requests/key-reused')
})

test('an invitation is revoked against being accepted, and an approved one is not', async () => {
  const { id, token } = await invite()
  const [revoked, taken] = await Promise.all([
    call('operator ann', `${invitations}/${id}/revocation`, undefined, { method: 'POST' }),
    call('merchant m-now', '/merchants/m-now/recruiting/acceptances', { token, ...company }),
  ])
  equal(revoked.status, 200)
  equal([200, 404].includes(taken.status), true)
  equal((await good('operator', `${invitations}/${id}`)).body.invitation.status, 'revoked')
  const path = `/merchants/m-now/recruiting/${id}/submission`
  const after = await call('merchant m-now', path, undefined, { method: 'POST' })
  equal(after.status >= 400, true)
})

test('RC-6 an id that a shop has already is not opened again, and leaves nothing', async () => {
  const ids = await Promise.all([handedIn('m-x'), handedIn('m-y')])
  for (const [id, merchantId] of [
    [ids[0], 'm-x'],
    [ids[1], 'm-y'],
  ] as const) {
    const evidence = { name: 'entityVerification', answer: 'passed', reference: 'e-1' }
    await good('service', `${invitations}/${id}/evidence`, evidence)
    const decision = { stage: 'qualification', decision: 'approve' }
    await good('operator bob', `${invitations}/${id}/decisions`, decision)
    await good(`merchant ${merchantId}`, `/merchants/${merchantId}/recruiting/${id}/signature`, {
      version: '2017-1',
    })
  }
  const body = { shopId: 'same', title: 'Same' }
  const both = await Promise.all(
    ids.map((id) => call('service', `${invitations}/${id}/shop`, body)),
  )
  deepEqual(
    both.map(({ status }) => status).toSorted((a, b) => a - b),
    [200, 409],
  )
  const loser = both[0]?.status === 409 ? ['m-x', ids[0]] : ['m-y', ids[1]]
  equal((await call('operator', `/merchants/${loser[0]}`)).status, 404)
  equal((await good('operator', `${invitations}/${loser[1]}`)).body.invitation.status, 'signed')
})

test('RC-8 the funnel counts every invitation of its time, however far it came', async () => {
  const from = '2017-11-01T00:00:00Z'
  const { body } = await good('operator', `/recruiting/funnel?from=${from}&to=2018-06-01T00:00:00Z`)
  const all = await good('operator', `${invitations}?limit=100`)
  const sum = (name: string) =>
    body.funnel.reduce((total: number, row: Record<string, number>) => total + (row[name] ?? 0), 0)
  const has = (field: string) =>
    all.body.invitations.filter((each: Record<string, unknown>) => each[field] !== null).length
  const is = (status: string) =>
    all.body.invitations.filter((each: { status: string }) => each.status === status).length
  deepEqual(['invited', 'accepted', 'signed', 'opened', 'lapsed', 'revoked'].map(sum), [
    all.body.invitations.length,
    has('acceptedAt'),
    has('signedAt'),
    has('openedAt'),
    is('lapsed'),
    is('revoked'),
  ])
})
