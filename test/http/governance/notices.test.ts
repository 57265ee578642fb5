import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { settleNotices } from '#operations/notices/settle-notices.ts'
import { testApi, type TestApi } from '#test/support/api.ts'
import { callerOf, goodCallerOf, passHours, type Caller } from '#test/support/governance.ts'
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
  await makeShops(api.db, [
    { shopId: 'lily', merchantId: 'm-lily' },
    { shopId: 'lily-2', merchantId: 'm-lily' },
    { shopId: 'rose', merchantId: 'm-rose' },
    { shopId: 'shut', merchantId: 'm-shut', status: 'closed' },
  ])
})
after(() => api.close())

const said = {
  title: { zh: '规则变更', en: 'A change' },
  text: { zh: '四十八小时发货', en: 'Ship in 48 hours' },
}

async function draft(body: object = said): Promise<string> {
  return (await good('operator ann', '/rule-notices', body)).body.noticeId as string
}

async function publish(noticeId: string, who: 'ann' | 'bob' = 'ann', body: object = {}) {
  return await call(`operator ${who}`, `/rule-notices/${noticeId}/publication`, body)
}

async function toldTo(shopId: string): Promise<string[]> {
  const { body } = await good('operator', `/shops/${shopId}/announcements?limit=100`)
  return body.announcements.map((each: { type: string; data: { noticeId?: string } }) => each.type)
}

async function settle(): Promise<void> {
  await settleNotices(api, api.clock.now())
}

test('RN-8 a notice is published to every open shop once; who has not read is reminded', async () => {
  const noticeId = await draft()
  equal((await call('merchant m-lily', `/merchants/m-lily/rule-notices/${noticeId}`)).status, 404)
  const { body } = await publish(noticeId)
  deepEqual(
    [body.status, body.publishedAt.slice(0, 10), body.opinionsUntil, body.endsAt],
    ['published', '2017-11-20', '2017-11-26T00:00:00+08:00', '2017-11-28T00:00:00+08:00'],
  )
  await Promise.all([settle(), settle()])
  const published = 'jifen.rule-notice.published.v1'
  deepEqual(
    [await toldTo('lily'), await toldTo('lily-2'), await toldTo('rose'), await toldTo('shut')],
    [[published], [published], [published], []],
  )
  const path = `/merchants/m-lily/rule-notices/${noticeId}`
  const read = await good('merchant m-lily', `${path}/reading`, undefined, { method: 'POST' })
  const again = await good('merchant m-lily', `${path}/reading`, undefined, { method: 'POST' })
  equal(again.text, read.text)
  passHours(api, 24 * 4)
  await settle()
  deepEqual(await toldTo('lily'), [published])
  deepEqual((await toldTo('rose')).toSorted(), ['jifen.rule-notice.ending.v1', published])
  const record = await good('operator', `/rule-notices/${noticeId}`)
  deepEqual(record.body.readings, { read: 1, merchants: 2 })
})

test('each merchant has one opinion, changed until they end; the summary counts it once', async () => {
  const noticeId = await draft({ ...said, title: { zh: '意见', en: 'Opinions' } })
  await publish(noticeId)
  const say = (merchantId: string, stance: string) =>
    call(
      `merchant ${merchantId}`,
      `/merchants/${merchantId}/rule-notices/${noticeId}/opinion`,
      { stance, text: 'because' },
      { method: 'PUT' },
    )
  const all = await Promise.all(
    ['for', 'against', 'neutral', 'for'].map((each) => say('m-lily', each)),
  )
  deepEqual(new Set(all.map(({ status }) => status)), new Set([200]))
  equal((await say('m-lily', 'against')).body.stance, 'against')
  equal((await say('m-rose', 'for')).status, 200)
  equal((await say('m-nobody', 'for')).body.code, 'merchants/unknown')
  const record = await good('operator', `/rule-notices/${noticeId}`)
  deepEqual(record.body.opinions, { for: 1, against: 1, neutral: 0 })
  const page = await good('operator', `/rule-notices/${noticeId}/opinions?limit=1`)
  deepEqual([page.body.opinions[0].merchantId, page.body.nextCursor], ['m-lily', 'm-lily'])
  const rest = await good('operator', `/rule-notices/${noticeId}/opinions?limit=1&cursor=m-lily`)
  deepEqual([rest.body.opinions[0].merchantId, rest.body.nextCursor], ['m-rose', undefined])

  const summary = { zh: '谢谢', en: 'Thank you' }
  const path = `/rule-notices/${noticeId}/summary`
  equal((await call('operator ann', path, summary)).body.code, 'notices/opinions-run')
  passHours(api, 24 * 6)
  equal((await say('m-rose', 'against')).body.code, 'notices/opinions-over')
  const answered = await good('operator ann', path, summary)
  deepEqual(answered.body.summary, { ...summary, opinions: { for: 1, against: 1, neutral: 0 } })
  equal((await good('operator ann', path, summary)).text, answered.text)
  equal(
    (await call('operator ann', path, { ...summary, en: 'No' })).body.code,
    'notices/wrong-status',
  )
  await settle()
  equal((await toldTo('rose')).includes('jifen.rule-notice.answered.v1'), true)
})

test('a draft of a policy counts from the end of the notice that announced it, and not before', async () => {
  const drafted = await good('operator ann', '/policies/tickets/drafts', {
    body: tmall2017.policies.tickets,
  })
  const { version } = drafted.body
  const unknown = await draft({ ...said, implementedBy: { name: 'tickets', version: 99 } })
  equal((await publish(unknown)).body.code, 'notices/unknown-draft')
  const noticeId = await draft({ ...said, implementedBy: { name: 'tickets', version } })
  const { body } = await publish(noticeId)
  const path = `/policies/tickets/versions/${version}/approval`
  const early = await call('operator bob', path, {
    effectiveAt: api.clock.now().add({ hours: 24 }).toString(),
  })
  deepEqual(
    [early.body.code, early.body.detail],
    ['notices/not-over', `Not before ${body.endsAt}.`],
  )
  const approved = await good('operator bob', path, {})
  equal(approved.body.effectiveAt, body.endsAt)
})

test('a policy that needs a notice is not approved without one', async () => {
  await bringInForce(
    api,
    'ruleNotices',
    { ...tmall2017.policies.ruleNotices, needed: ['tickets'] },
    api.clock.now(),
  )
  passHours(api, 1)
  await api.policies.refresh()
  const drafted = await good('operator ann', '/policies/tickets/drafts', {
    body: tmall2017.policies.tickets,
  })
  const path = `/policies/tickets/versions/${drafted.body.version}/approval`
  equal((await call('operator bob', path, {})).body.code, 'notices/needed')
})

test('RN-1 a published text does not change: a revision is a version that begins everything anew', async () => {
  const noticeId = await draft({ ...said, title: { zh: '紧急', en: 'Urgent' } })
  const emergency = { emergency: 'A hole in the rules' }
  equal((await publish(noticeId, 'ann', emergency)).body.code, 'notices/second-person')
  const { body } = await publish(noticeId, 'bob', emergency)
  equal(
    Temporal.Instant.from(body.endsAt)
      .since(Temporal.Instant.from(body.publishedAt))
      .total('hours'),
    24,
  )
  equal((await publish(noticeId, 'ann')).body.code, 'notices/wrong-status')
  const path = `/merchants/m-rose/rule-notices/${noticeId}`
  await good('merchant m-rose', `${path}/opinion`, { stance: 'against' }, { method: 'PUT' })

  const text = { zh: '改', en: 'Revised' }
  const revised = await good(
    'operator ann',
    `/rule-notices/${noticeId}`,
    { ...said, text },
    { method: 'PUT' },
  )
  deepEqual([revised.body.version, revised.body.status], [2, 'draft'])
  equal((await good('merchant m-rose', path)).body.notice.version, 1)
  await publish(noticeId)
  const now = await good('merchant m-rose', path)
  deepEqual([now.body.notice.version, now.body.opinion, now.body.notice.text], [2, null, text])
  const { versions } = (await good('operator', `/rule-notices/${noticeId}`)).body
  deepEqual(
    versions.map((each: { status: string }) => each.status),
    ['replaced', 'published'],
  )
  passHours(api, 24 * 9)
  await settle()
  equal((await good('merchant m-rose', path)).body.notice.status, 'over')
})
