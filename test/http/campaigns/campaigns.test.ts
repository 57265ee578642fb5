import { deepEqual, equal, match } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { virtualClock } from '#operations/clock.ts'
import { testApi, type TestApi } from '#test/support/api.ts'
import { shortlist } from '#test/support/campaigns.ts'
import { makeShops } from '#test/support/shops.ts'

let api: TestApi
const now = Temporal.Instant.from('2017-09-05T15:00:00+08:00')
const clock = virtualClock(now)

before(async () => {
  api = await testApi({ clock })
  const mine = { merchantId: 'lily', mainCategory: 'clothes' }
  await makeShops(api.db, [
    { shopId: 'shop-lily', ...mine },
    { shopId: 'shop-rose', ...mine },
    { shopId: 'shop-else' },
  ])
  await shortlist(api, 'double11-2017', ['shop-lily'])
})
after(() => api.close())

async function get(path: string, headers?: Readonly<Record<string, string>>) {
  return await api.ask({ path, headers: headers ?? (await api.as('operator')) })
}

const phasesOf = (phases: readonly { phase: string }[]) => phases.map(({ phase }) => phase)

test('CP-4 everybody sees the campaigns, what of each is open, and what is next', async () => {
  const headers = await api.as('member', 'lin')
  const { status, body, text } = await get('/v1/campaigns', headers)
  equal(status, 200, text)
  const [campaign] = body.campaigns
  deepEqual(
    [campaign.campaign, campaign.policy, campaign.title.en],
    ['double11-2017', 'campaign:double11-2017@1', 'Tmall Double 11 2017'],
  )
  deepEqual(phasesOf(campaign.timeline.open), ['allowanceSetup', 'results', 'supplements'])
  deepEqual(campaign.timeline.next[0].from, '2017-09-21T00:00:00+08:00')

  const one = await get('/v1/campaigns/double11-2017', headers)
  deepEqual(one.body.venues[0].places.clothes, { capacity: 200, taken: 0, waiting: 0 })
  equal(one.body.terms.price.freezeAt, '2017-11-11T00:00:00+08:00')
  equal((await get('/v1/campaigns/none', headers)).body.code, 'campaigns/unknown')

  const at = encodeURIComponent('2017-11-11T00:00:00+08:00')
  const path = `/v1/campaigns/double11-2017/timeline?at=${at}&for=members`
  const timeline = await get(path, headers)
  deepEqual(phasesOf(timeline.body.open), ['allowanceIssue', 'day'])
})

test('CP-5 a merchant sees what its shop has to do now, with deadlines, and nobody else’s', async () => {
  const headers = await api.as('merchant', 'lily')
  const { status, body, text } = await get('/v1/shops/shop-lily/campaigns/double11-2017', headers)
  equal(status, 200, text)
  deepEqual([body.status, body.identity], ['shortlisted', 'event'])
  const now = (body.toDo as { state: string; supplement?: string; before: string }[]).filter(
    ({ state }) => state === 'now',
  )
  deepEqual(
    now.map(({ supplement, before }) => `${supplement} ${before}`),
    [
      'allowanceSteps 2017-09-11T22:00:00+08:00',
      'freightInsurance 2017-09-12T00:00:00+08:00',
      'identity 2017-09-12T00:00:00+08:00',
      'integrityAgreement 2017-09-12T00:00:00+08:00',
    ],
  )
  const rose = await get('/v1/shops/shop-rose/campaigns', headers)
  deepEqual(
    [rose.body.campaigns[0].status, rose.body.campaigns[0].toDo[0].state],
    ['none', 'missed'],
  )
  const foreign = await get('/v1/shops/shop-else/campaigns', headers)
  deepEqual([foreign.status, foreign.body.code], [404, 'shops/unknown'])
  const merchant = await get('/v1/merchants/lily', headers)
  deepEqual(
    merchant.body.shops.map((shop: { shopId: string }) => shop.shopId),
    ['shop-lily', 'shop-rose'],
  )
  equal((await get('/v1/merchants/other', headers)).body.code, 'merchants/unknown')
})

test('CP-6 a campaign is looked at before it is drafted, and unknown names are told', async () => {
  const headers = await api.as('operator')
  const found = await get('/v1/campaigns/double11-2017/findings', headers)
  equal(found.status, 200, found.text)
  const errors = (found.body.findings as { level: string; path: string }[]).filter(
    ({ level }) => level === 'error',
  )
  deepEqual(errors, [])
  const { terms } = (await get('/v1/campaigns/double11-2017', headers)).body
  const body = { ...terms, attached: ['allowance:nobody', 'wish:x'] }
  const checked = await api.ask({ path: '/v1/campaign-checks', headers, body: { body } })
  deepEqual(
    (checked.body.findings as { path: string; message: string }[]).map(({ message }) => message),
    ['Nobody has drafted "allowance:nobody".', 'There is no policy called "wish:x".'],
  )
  const drafts = '/v1/policies/campaign:odd/drafts'
  const drafted = await api.ask({ path: drafts, headers, body: { body } })
  deepEqual([drafted.status, drafted.body.errors[0].path], [422, 'attached[1]'])
  const laid = { ...terms, policies: { late: { rate: 'much' } } }
  const odd = await api.ask({ path: drafts, headers, body: { body: laid } })
  deepEqual([odd.status, odd.body.errors[0].path], [422, 'policies.late.rate'])
})

test('CP-7 next year’s campaign is drafted with what is attached, and another approves it', async () => {
  const headers = await api.as('operator')
  const path = '/v1/campaigns/double11-2017/copies'
  const body = { campaign: 'double11-2018', year: 2018 }
  const told = await api.ask({ path, headers, body })
  equal(told.status, 201, told.text)
  const names = (told.body.drafts as { name: string }[]).map(({ name }) => name)
  equal(names[0], 'campaign:double11-2018')
  equal(names.includes('allowance:double11-2018'), true)
  deepEqual((await api.ask({ path, headers, body })).body.names, names)
  const same = await api.ask({ path, headers, body: { campaign: 'again', year: 2017 } })
  equal(same.body.code, 'campaigns/same-year')

  const approval = `/v1/policies/${names[0]}/versions/1/approval`
  const own = await api.ask({ method: 'POST', path: approval, headers, body: {} })
  equal(own.body.code, 'policies/approver-is-author')
  const other = {
    authorization: `Bearer ${await api.issuer.sign({
      role: 'operator',
      subject: 'second',
      lifeSeconds: 600,
    })}`,
  }
  const approved = await api.ask({ method: 'POST', path: approval, headers: other, body: {} })
  equal(approved.status, 200, approved.text)
  await api.policies.refresh()
  clock.moveTo(now.add({ seconds: 10 }))
  const copy = await get('/v1/campaigns/double11-2018', headers)
  equal(copy.body.terms.price.protect[1], '2018-11-26')
  match(copy.body.title.zh, /2018/)
})

test('CP-8 operators alone place shops, and see who stands where', async () => {
  const path = '/v1/campaigns/double11-2017/venues/main/placements'
  const body = { shopId: 'shop-lily' }
  const merchant = await api.as('merchant', 'lily')
  equal((await api.ask({ path, headers: merchant, body })).status, 403)
  const headers = await api.as('operator')
  const placed = await api.ask({ path, headers, body })
  deepEqual(
    [placed.status, placed.body.status, placed.body.sku],
    [200, 'placed', null],
    placed.text,
  )
  const refused = await api.ask({ path, headers, body: { shopId: 'shop-rose' } })
  deepEqual([refused.status, refused.body.code], [409, 'campaigns/not-shortlisted'])
  const page = await get(`${path}?status=placed`, headers)
  equal(page.body.placements[0].shopId, 'shop-lily')
  const own = await get('/v1/shops/shop-lily/campaigns/double11-2017', merchant)
  equal(own.body.placements[0].venue, 'main')
  const removals = path.replace('placements', 'removals')
  const removed = await api.ask({ path: removals, headers, body })
  equal(removed.body.status, 'removed')
  const none = await get(path.replace('main', 'none'), headers)
  equal(none.body.code, 'campaigns/unknown-venue')
})
