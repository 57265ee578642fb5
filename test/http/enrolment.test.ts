import { deepEqual, equal, ok } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { virtualClock } from '#operations/clock.ts'
import { settleEnrolments } from '#operations/enrolment/settle-enrolments.ts'
import { keyed, testApi, type TestApi, type Told } from '#test/support/api.ts'
import { march, openSpring } from '#test/support/enrolment.ts'
import { forEach } from '#test/support/issuing.ts'
import { makeShops } from '#test/support/shops.ts'

let api: TestApi

before(async () => {
  api = await testApi({ clock: virtualClock(march('02T10:00')) })
  await openSpring(api)
  await makeShops(api.db, [
    { shopId: 'lily' },
    { shopId: 'rose' },
    { shopId: 'young', openedOn: Temporal.PlainDate.from('2016-12-01') },
  ])
})
after(async () => await api.close())

async function asShop(shopId: string, path: string, body?: object, key?: string): Promise<Told> {
  const bearer = await api.as('merchant', `merchant-of-${shopId}`)
  const headers = key === undefined ? keyed(bearer) : keyed(bearer, key)
  const to = `/v1/shops/${shopId}/enrolments${path}`
  const method = body === undefined ? 'GET' : 'POST'
  return await api.ask({ method, path: to, headers, ...(body === undefined ? {} : { body }) })
}

async function moveTo(text: string): Promise<void> {
  api.clock.moveTo(march(text))
  await settleEnrolments(api, api.clock.now())
}

test('a shop sees what the machine would say, and applies once', async () => {
  const checked = await asShop('young', '/spring/check')
  equal(checked.status, 200, checked.text)
  deepEqual(
    [checked.body.ok, checked.body.criteria[0]],
    [false, { name: 'age', saw: 91, needs: 365, test: 'atLeast', ok: false, metric: 'openDays' }],
  )
  const keys = Array.from({ length: 64 }, (_, n) => `apply-${n}`)
  const told = await forEach(keys, (key) => asShop('lily', '', { campaign: 'spring' }, key))
  equal(told.filter(({ status }) => status === 201).length, 1)
  deepEqual(
    new Set(told.map(({ body }) => body.code)),
    new Set([undefined, 'enrolment/applied-before']),
  )
  const won = told.findIndex(({ status }) => status === 201)
  const again = await asShop('lily', '', { campaign: 'spring' }, keys[won])
  equal(again.text, told[won]?.text)
  const reused = await asShop('lily', '', { campaign: 'autumn' }, keys[won])
  deepEqual([reused.status, reused.body.code], [404, 'campaigns/unknown'])
  equal((await asShop('young', '', { campaign: 'spring' })).status, 201)
})

test('a shop of another merchant is out of reach, as one that does not exist', async () => {
  const headers = keyed(await api.as('merchant', 'merchant-of-rose'))
  const tries = [
    ['GET', ''],
    ['GET', '/spring'],
    ['GET', '/spring/check'],
    ['POST', '/spring/withdraw'],
    ['POST', '/spring/leave'],
    ['POST', '/spring/supplements/integrity'],
  ] as const
  for (const [method, path] of tries) {
    const body = path.includes('supplements') ? { body: {} } : {}
    const asked = async (shopId: string) =>
      await api.ask({ method, path: `/v1/shops/${shopId}/enrolments${path}`, headers, ...body })
    const [foreign, unknown] = [await asked('lily'), await asked('nobody')]
    deepEqual([foreign.status, foreign.body.code], [404, 'shops/unknown'], path)
    equal(foreign.body.code, unknown.body.code)
  }
  const operators = await api.ask({ path: '/v1/campaigns/spring/enrolments', headers })
  equal(operators.status, 403)
})

test('nothing of a result is told before the day, to operators it is', async () => {
  await moveTo('05T10:00')
  const waiting = await asShop('young', '/spring')
  deepEqual(
    [waiting.body.status, waiting.body.decision, waiting.body.identity, waiting.body.toldAt],
    ['applied', null, null, null],
  )
  const headers = await api.as('operator')
  const list = await api.ask({ path: '/v1/campaigns/spring/enrolments?limit=1', headers })
  deepEqual(list.body.counts, { passed: 1, refused: 1 })
  deepEqual(
    list.body.enrolments.map((each: { shopId: string; machine: string }) => [
      each.shopId,
      each.machine,
    ]),
    [['lily', 'passed']],
  )
  const next = `/v1/campaigns/spring/enrolments?limit=1&cursor=${list.body.nextCursor}`
  const rest = await api.ask({ path: next, headers })
  deepEqual([rest.body.enrolments[0].shopId, rest.body.nextCursor], ['young', undefined])
  const record = await api.ask({ path: '/v1/campaigns/spring/enrolments/young', headers })
  equal(record.body.decision.criteria.length, 2)

  const path = '/v1/campaigns/spring/enrolments/young/review'
  const body = { outcome: 'passed', note: 'A new branch of an old house.' }
  const first = await api.ask({ path, headers, body })
  deepEqual(first.body.proposed, { outcome: 'passed', by: 'operator:test-operator' })
  const same = await api.ask({ path, headers, body })
  deepEqual([same.status, same.body.code], [409, 'enrolment/second-person-needed'])
  const bob = await api.ask({ path, headers, body: { ...body, outcome: 'refused' } })
  deepEqual([bob.body.status, bob.body.proposed], ['refused', null])
})

test('what is signed is kept with version, hash and instant, and what is wrong is refused', async () => {
  await moveTo('06T14:00')
  const told = await asShop('lily', '/spring')
  deepEqual([told.body.status, told.body.identity], ['approved', 'event'])
  const agreement = told.body.supplements[0]
  const { text } = agreement
  const hash = createHash('sha256').update(`${text.version}\n${text.zh}\n${text.en}`).digest('hex')
  equal(text.hash, hash)

  const to = (name: string, body: object) => asShop('lily', `/spring/supplements/${name}`, body)
  const wrong = await to('integrity', { version: '0', hash })
  deepEqual([wrong.status, wrong.body.code], [409, 'enrolment/text-changed'])
  equal((await to('integrity', { version: '1', hash: 'zz' })).status, 400)
  equal((await to('integrity', { version: '1', hash, at: '2017' })).status, 400)
  const signed = await to('integrity', { version: '1', hash })
  const { done } = signed.body.supplements[0]
  deepEqual([done.version, done.hash, done.by], ['1', hash, 'merchant:merchant-of-lily'])
  ok(done.at.startsWith('2017-03-06T14:00:0'), done.at)
  const twice = await to('integrity', { version: '1', hash })
  deepEqual(twice.body.supplements[0].done, done)

  const none = await to('steps', {
    steps: [{ category: 'toys', threshold: '400.00', off: '50.00' }],
  })
  deepEqual(
    [none.status, none.body.code, none.body.wrong, none.body.category],
    [422, 'enrolment/wrong-steps', 'not-sold', 'toys'],
  )
  const set = await to('steps', { steps: [{ threshold: '400.00', off: '50.00' }] })
  deepEqual(set.body.supplements[1].done.detail, [{ threshold: 40_000, off: 5_000 }])
  equal((await to('identity', { identity: 'event' })).status, 200)
})

test('a refused shop sees why and appeals; an operator who had no part decides with a second', async () => {
  const why = await asShop('young', '/spring')
  deepEqual([why.body.status, why.body.decision.outcome], ['refused', 'refused'])
  ok(why.body.appealUntil.startsWith('2017-03-09T14:00:0'), why.body.appealUntil)
  const appealed = await asShop('young', '/spring/appeal', { grounds: 'An old house.' })
  deepEqual([appealed.status, appealed.body.appeal.status], [201, 'open'])

  const path = '/v1/campaigns/spring/enrolments/young/appeal-decision'
  const body = { grant: true, note: 'True.' }
  const own = await api.ask({ path, headers: await api.as('operator'), body })
  deepEqual([own.status, own.body.code], [409, 'enrolment/another-person-needed'])
  const bob = await api.ask({ path, headers: await api.as('operator', 'bob'), body })
  deepEqual([bob.body.appeal.status, bob.body.appeal.note], ['open', null])
  const cai = await api.ask({ path, headers: await api.as('operator', 'cai'), body })
  deepEqual([cai.body.appeal.status, cai.body.enrolment.status], ['granted', 'approved'])
})

test('a shop that did all is shortlisted, and leaving then costs it points', async () => {
  await moveTo('12')
  equal((await asShop('lily', '/spring')).body.status, 'shortlisted')
  const withdrawn = await asShop('lily', '/spring/withdraw', {})
  deepEqual([withdrawn.status, withdrawn.body.code], [409, 'enrolment/approved'])
  const left = await asShop('lily', '/spring/leave', {})
  deepEqual([left.status, left.body.status], [200, 'left'])
  const list = await asShop('lily', '')
  deepEqual(
    list.body.enrolments.map((each: { status: string }) => each.status),
    ['left'],
  )
})

test('in a market without the policy nobody can apply, and that is said', async () => {
  const checked = await asShop('rose', '/autumn/check')
  deepEqual([checked.status, checked.body.code], [404, 'campaigns/unknown'])
  equal((await asShop('rose', '/spring')).body.code, 'enrolment/unknown')
})
