import { deepEqual, equal } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { recordViolations } from '#operations/merchants/violations/record-violations.ts'
import { transact } from '#operations/_transact.ts'
import { settleTransformations } from '#operations/transformation/settle-transformations.ts'
import { makeEndpoint } from '#operations/webhooks/change-endpoints.ts'
import { verifyTransformations } from '#operations/transformation/verify-transformations.ts'
import { limitsOf, metricsSinceOf } from '#db/governance/probations.ts'
import { endpointsOf } from '#db/webhooks/endpoints.ts'
import { testApi, type TestApi } from '#test/support/api.ts'
import {
  callerOf,
  documentOf,
  goodCallerOf,
  passHours,
  type Caller,
} from '#test/support/governance.ts'
import { bringInForce } from '#test/support/issuing.ts'
import { makeShops } from '#test/support/shops.ts'
import tmall2017 from '#presets/tmall-2017.json' with { type: 'json' }

let api: TestApi
let call: Caller
let good: Caller

before(async () => {
  api = await testApi()
  call = callerOf(api)
  good = goodCallerOf(api)
  const ids = ['wide', 'race', 'key', 'bad', 'sold', 'taker-own', 'type', 'late', 'crash', 'more']
  await makeShops(
    api.db,
    ids.map((shopId) => ({ shopId, type: 'specialty' })),
  )
})
after(() => api.close())

const widen = { kind: 'widenCategories', add: ['toys'] }
const plan = documentOf('categoryPlan')

function of(shopId: string): `merchant ${string}` {
  return `merchant merchant-of-${shopId}`
}

async function submitted(shopId: string, change: object, documents: object[]): Promise<string> {
  const { body } = await good(of(shopId), `/shops/${shopId}/transformations`, { change, documents })
  const path = `/shops/${shopId}/transformations/${body.transformationId}/submission`
  await good(of(shopId), path, undefined, { method: 'POST' })
  return body.transformationId as string
}

async function approve(id: string, stage: string, by: string, reason = '') {
  const body = { stage, decision: 'approve', reason }
  return await call(`operator ${by}`, `/transformations/${id}/decisions`, body)
}

async function settle(): Promise<void> {
  await settleTransformations(api, api.clock.now())
}

test('a shop widens its categories: approved, in effect at the beginning of a day, on probation, passed', async () => {
  const { body } = await good(of('wide'), '/shops/wide/transformations', { change: widen })
  const path = `/shops/wide/transformations/${body.transformationId}`
  deepEqual([body.status, body.round, body.policy], ['draft', 0, 'transformation@1'])
  const incomplete = await call(of('wide'), `${path}/submission`, undefined, { method: 'POST' })
  deepEqual(
    [incomplete.body.code, incomplete.body.missing],
    ['transformation/documents-missing', [{ kind: 'categoryPlan', missing: 1 }]],
  )
  await good(of('wide'), `${path}/documents`, { documents: [plan] })
  const handedIn = await good(of('wide'), `${path}/submission`, undefined, { method: 'POST' })
  deepEqual([handedIn.body.status, handedIn.body.stage], ['inReview', 'qualification'])

  const queue = await good('operator', '/transformations?status=inReview&stage=qualification')
  equal(queue.body.transformations[0].transformationId, body.transformationId)
  const approved = await approve(body.transformationId, 'qualification', 'ann')
  deepEqual([approved.body.status, approved.body.dueAt], ['approved', '2017-11-21T00:00:00+08:00'])
  await settle()
  deepEqual((await good(of('wide'), '/shops/wide')).body.categories, ['clothes'])
  passHours(api, 14)
  await settle()
  const shop = await good(of('wide'), '/shops/wide')
  deepEqual([shop.body.categories, shop.body.mainCategory], [['clothes', 'toys'], 'clothes'])

  const record = await good(of('wide'), path)
  deepEqual(
    [record.body.transformation.status, record.body.transformation.effectiveAt],
    ['effective', '2017-11-21T00:00:00+08:00'],
  )
  deepEqual(
    record.body.decisions.map((each: { by: string }) => each.by),
    ['market'],
  )
  const [statement] = record.body.statements as {
    content: string
    sha256: string
    lines: { subject: string; before: number | null; carried: number; dropped: number }[]
  }[]
  equal(
    createHash('sha256')
      .update(statement?.content ?? '')
      .digest('hex'),
    statement?.sha256,
  )
  deepEqual(
    statement?.lines.filter(
      (line) => line.before !== null && line.before !== line.carried + line.dropped,
    ),
    [],
  )
  deepEqual((await limitsOf(api.db, ['wide', 'race'])).get('wide'), {
    enrols: true,
    declarationsAtMost: 500,
  })

  passHours(api, 24 * 60)
  await settle()
  const { body: ended } = await good(of('wide'), '/shops/wide/probations')
  deepEqual([ended.probations[0].status, ended.probations[0].isLimiting], ['passed', false])
  equal((await limitsOf(api.db, ['wide'])).size, 0)
  const told = await good(of('wide'), '/shops/wide/announcements?limit=100')
  const types = told.body.announcements.map((each: { type: string }) => each.type)
  equal(types.includes('jifen.transformation.effective.v1'), true, told.text)
  equal(types.includes('jifen.probation.turned.v1'), true)
  deepEqual(await verifyTransformations(api.db, api.policies), [])
})

test('two approvers at once decide one stage; approving against withdrawing ends in one of them', async () => {
  const id = await submitted('race', { kind: 'shopType', type: 'flagship' }, [
    documentOf('brandAuthorisation'),
    documentOf('trademark'),
  ])
  const evidence = { name: 'trademarkVerification', answer: 'passed', reference: 'r-1' }
  const blocked = await approve(id, 'brand', 'ann')
  deepEqual(
    [blocked.body.code, blocked.body.checks[0].check],
    ['transformation/check-failed', 'trademarkVerification'],
  )
  await good('service', `/transformations/${id}/evidence`, evidence)
  const people = Array.from({ length: 16 }, (_, n) => `person-${n}`)
  const made = await Promise.all(people.map((by) => approve(id, 'brand', by)))
  equal(made.filter(({ status }) => status === 200).length, 1)
  deepEqual(
    new Set(made.map(({ body }) => body.code)),
    new Set([undefined, 'transformation/other-stage']),
  )

  const [first] = people.filter((_, n) => made[n]?.status === 200)
  equal((await approve(id, 'confirmation', first ?? '')).body.code, 'transformation/same-person')
  const noFigure = await approve(id, 'confirmation', 'zoe')
  deepEqual(
    [noFigure.body.code, noFigure.body.figures],
    ['transformation/figures-missing', ['deposits']],
  )
  await good('service', `/transformations/${id}/figures`, { deposits: 100_001 }, { method: 'PUT' })
  const path = `/shops/race/transformations/${id}/withdrawal`
  const [approved, withdrawn] = await Promise.all([
    approve(id, 'confirmation', 'zoe'),
    call(of('race'), path, undefined, { method: 'POST' }),
  ])
  equal(withdrawn.status, 200, withdrawn.text)
  equal([200, 409].includes(approved.status), true)
  const { body } = await good('operator', `/transformations/${id}`)
  equal(body.transformation.status, 'withdrawn')
  passHours(api, 24 * 3)
  await settle()
  equal((await good('operator', '/shops/race')).body.type, 'specialty')
})

test('a key gives one application; a shop has one that is open, and a foreign one is unknown', async () => {
  const ask = (change: object, key: string) =>
    call(of('key'), '/shops/key/transformations', { change }, { key })
  const all = await Promise.all(Array.from({ length: 8 }, () => ask(widen, 'same')))
  deepEqual([...new Set(all.map(({ status }) => status))], [201])
  const ids = new Set(all.map(({ body }) => body.transformationId))
  equal(ids.size, 1)
  equal((await ask({ ...widen, add: ['food'] }, 'same')).body.code, 'requests/key-reused')
  equal((await ask(widen, 'other')).body.code, 'transformation/open-already')
  const [id] = ids
  const foreign = await call(of('race'), `/shops/race/transformations/${id}`)
  deepEqual([foreign.status, foreign.body.code], [404, 'transformation/unknown'])
  const others = await call(of('race'), `/shops/key/transformations/${id}`)
  deepEqual([others.status, others.body.code], [404, 'shops/unknown'])
  equal((await ask({ kind: 'widenCategories', add: [] }, 'wrong')).status, 400)
  equal((await ask({ kind: 'shopType', type: 'palace' }, 'wrong')).status, 400)
})

test('a severe violation between the approval and its instant rejects it: an approval launders nothing', async () => {
  const id = await submitted('bad', widen, [plan])
  equal((await approve(id, 'qualification', 'ann')).body.status, 'approved')
  const now = api.clock.now()
  const context = { policies: api.policies, market: api.market, now, actor: 'test' }
  const violation = {
    shopId: 'bad',
    violationId: 'v-1',
    kind: 'severe',
    points: 24,
    at: now,
  } as const
  await transact(api.db, (tx) => recordViolations(tx, context, [{ ...violation, cause: {} }]))
  passHours(api, 48)
  await settle()
  const { body } = await good('operator', `/transformations/${id}`)
  equal(body.transformation.status, 'rejected')
  const last = body.decisions.at(-1)
  deepEqual([last.stage, last.by, last.decision], ['effect', 'jifen', 'reject'])
  const saw = last.saw.find((each: { check: string }) => each.check === 'violations.severe')
  deepEqual([saw.met, saw.saw, saw.atMost], [false, '24', '11'])
  deepEqual((await good('operator', '/shops/bad')).body.categories, ['clothes'])
})

const papers = ['businessLicence', 'transferAgreement', 'debtStatement'].map((kind) =>
  documentOf(kind),
)

test('a shop is sold: the taker consents, two people approve, violations go with it and nothing is lost unsaid', async () => {
  const now = api.clock.now()
  const context = { policies: api.policies, market: api.market, now, actor: 'test' }
  const violation = { violationId: 'v-1', kind: 'general', points: 6, at: now } as const
  await transact(api.db, (tx) =>
    recordViolations(tx, context, [{ ...violation, shopId: 'sold', cause: {} }]),
  )
  const terms = { url: 'https://example.com/former', types: ['*'], note: '' }
  await makeEndpoint(api.db, { shopId: 'sold', terms, at: now })
  const merchantId = 'merchant-of-taker-own'
  const change = { kind: 'legalEntity', legalEntity: 'merchant-of-taker-own Ltd.', merchantId }
  const nobody = { ...change, merchantId: 'nobody' }
  const unknown = await call(of('sold'), '/shops/sold/transformations', { change: nobody })
  equal(unknown.body.code, 'transformation/taker-unknown')
  const { body } = await good(of('sold'), '/shops/sold/transformations', {
    change,
    documents: papers,
  })
  const id = body.transformationId as string
  const path = `/shops/sold/transformations/${id}/submission`
  const early = await call(of('sold'), path, undefined, { method: 'POST' })
  equal(early.body.code, 'transformation/consent-missing')
  const consent = `/transformations/${id}/consent`
  const stranger = await call(of('wide'), `/merchants/merchant-of-wide${consent}`, undefined, {
    method: 'POST',
  })
  deepEqual([stranger.status, stranger.body.code], [404, 'transformation/unknown'])
  const offered = await good(of('taker-own'), `/merchants/${merchantId}/transformations`)
  equal(offered.body.transformations[0].transformationId, id)
  await good(of('taker-own'), `/merchants/${merchantId}${consent}`, undefined, { method: 'POST' })
  await good(of('sold'), path, undefined, { method: 'POST' })
  const evidence = { name: 'entityVerification', answer: 'passed', reference: 'r-1' }
  await good('service', `/transformations/${id}/evidence`, evidence)
  const figures = { followers: 12_345, brandMembers: 678, deposits: 5_000_000, points: 99 }
  await good('service', `/transformations/${id}/figures`, figures, { method: 'PUT' })
  for (const [stage, by] of [
    ['documents', 'ann'],
    ['risk', 'bob'],
    ['risk', 'cat'],
  ] as const) {
    equal((await approve(id, stage, by)).status, 200, by)
  }
  passHours(api, 24 * 5)
  await settle()
  const shop = await good('operator', '/shops/sold')
  equal(shop.body.merchantId, merchantId)
  // Whoever sold the shop is told nothing more of it.
  deepEqual(await endpointsOf(api.db, 'sold'), [])
  const lines = (await good('operator', `/transformations/${id}`)).body.statements[0].lines as {
    subject: string
  }[]
  const line = (subject: string) => {
    const { subject: _, ...rest } = lines.find((each) => each.subject === subject) ?? { subject }
    return rest
  }
  deepEqual(line('violations.general'), { how: 'carried', before: 6, carried: 6, dropped: 0 })
  deepEqual(line('points'), { how: 'carried', before: 99, carried: 99, dropped: 0 })
  deepEqual(line('followers'), { how: 'probation', before: 12_345, carried: 12_345, dropped: 0 })
  deepEqual(line('deposits'), { how: 'reset', before: 5_000_000, carried: 0, dropped: 5_000_000 })
  deepEqual((await limitsOf(api.db, ['sold'])).get('sold'), {
    enrols: false,
    declarationsAtMost: undefined,
  })
  equal((await limitsOf(api.db, ['sold'])).get('sold')?.enrols, false)

  const severe = {
    shopId: 'sold',
    violationId: 'v-2',
    kind: 'severe',
    points: 1,
    cause: {},
  } as const
  const done = Temporal.Instant.from('2018-01-15T00:00:00+08:00')
  api.clock.moveTo(Temporal.Instant.from('2018-12-20T00:00:00+08:00'))
  const later = { ...context, now: api.clock.now() }
  await transact(api.db, (tx) => recordViolations(tx, later, [{ ...severe, at: done }]))
  await settle()
  const { body: probations } = await good('operator', '/shops/sold/probations')
  const [probation] = probations.probations
  deepEqual([probation.status, probation.isLimiting, probation.extensions], ['failed', true, 2])
  equal((await limitsOf(api.db, ['sold'])).get('sold')?.enrols, false)
  equal((await good('operator', '/shops/sold')).body.merchantId, merchantId)
  deepEqual(await verifyTransformations(api.db, api.policies), [])
})

test('a probation that fails undoes the change, drops what was on it, and says so', async () => {
  const preset = structuredClone(tmall2017.policies.transformation)
  const { widenCategories } = preset.kinds
  const changed = {
    ...preset,
    kinds: {
      ...preset.kinds,
      widenCategories: {
        ...widenCategories,
        carryOver: {
          ...widenCategories.carryOver,
          followers: { how: 'probation' },
          metrics: { how: 'reset' },
        },
        probation: {
          ...widenCategories.probation,
          checks: [{ metric: 'openDays', atLeast: '100000' }],
          extensionsAtMost: 1,
        },
      },
    },
  }
  await bringInForce(api, 'transformation', changed, api.clock.now())
  passHours(api, 1)
  const id = await submitted('late', widen, [plan])
  await good('service', `/transformations/${id}/figures`, { followers: 10 }, { method: 'PUT' })
  equal((await approve(id, 'qualification', 'ann')).status, 200)
  passHours(api, 48)
  await settle()
  deepEqual((await good('operator', '/shops/late')).body.categories, ['clothes', 'toys'])
  equal((await metricsSinceOf(api.db, ['late'])).size, 1)
  passHours(api, 24 * 90)
  await settle()
  const extended = await good('operator', '/shops/late/probations')
  deepEqual(
    [extended.body.probations[0].status, extended.body.probations[0].extensions],
    ['running', 1],
  )
  passHours(api, 24 * 30)
  await settle()
  const ended = await good('operator', '/shops/late/probations')
  deepEqual(
    [ended.body.probations[0].status, ended.body.probations[0].isLimiting],
    ['failed', false],
  )
  deepEqual((await good('operator', '/shops/late')).body.categories, ['clothes'])
  const { statements } = (await good('operator', `/transformations/${id}`)).body
  deepEqual(statements[1].lines, [
    { subject: 'followers', how: 'reset', before: 10, carried: 0, dropped: 10 },
  ])
  deepEqual(await verifyTransformations(api.db, api.policies), [])
})

test('what lapses is done as of its instant, whoever comes first: no decision after a stage has lapsed', async () => {
  const id = await submitted('type', widen, [plan])
  passHours(api, 24 * 4)
  const late = await approve(id, 'qualification', 'ann')
  equal(late.body.isEscalated, false, late.text)
  equal(late.body.status, 'approved')
  const { body } = await good('operator', `/transformations/${id}`)
  deepEqual(
    body.decisions.map((each: { decision: string }) => each.decision),
    ['escalate', 'approve'],
  )
  const { body: draft } = await good(of('more'), '/shops/more/transformations', {
    change: widen,
    documents: [plan],
  })
  passHours(api, 24 * 31)
  const path = `/shops/more/transformations/${draft.transformationId}/submission`
  const lapsed = await call(of('more'), path, undefined, { method: 'POST' })
  equal(lapsed.body.code, 'transformation/wrong-status')
})

test('an effect that is stopped in the middle leaves nothing, and is done by the next beat', async () => {
  const id = await submitted('crash', widen, [plan])
  equal((await approve(id, 'qualification', 'ann')).status, 200)
  passHours(api, 48)
  const broken = await api.db
    .transaction()
    .execute(async (tx) => {
      const { lockSettled } = await import('#operations/transformation/_settle.ts')
      await lockSettled(tx, api, id, api.clock.now())
      throw new Error('killed')
    })
    .catch((error: unknown) => (error as Error).message)
  equal(broken, 'killed')
  equal((await good('operator', `/transformations/${id}`)).body.transformation.status, 'approved')
  deepEqual((await good('operator', '/shops/crash')).body.categories, ['clothes'])
  await Promise.all([settle(), settle()])
  deepEqual((await good('operator', '/shops/crash')).body.categories, ['clothes', 'toys'])
  equal((await good('operator', `/transformations/${id}`)).body.statements.length, 1)
})
