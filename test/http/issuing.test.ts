import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openPolicyBook } from '#operations/policies/policy-book.ts'
import { beginning, keyed, testApi, type TestApi } from '#test/support/api.ts'
import {
  allowanceOf,
  bringInForce,
  couponBatch,
  makeMembers,
  redEnvelopes,
} from '#test/support/issuing.ts'

let api: TestApi

before(async () => {
  api = await testApi()
  const policies = await openPolicyBook(api.db)
  const scope = { db: api.db, policies }
  await makeMembers(api.db, ['lin', 'mei', 'guess'])
  await bringInForce(scope, 'coupon-batch:autumn', couponBatch(2))
  await bringInForce(scope, 'coupon-batch:codes', couponBatch(5))
  await bringInForce(
    scope,
    'coupon-batch:given',
    couponBatch(2, { audience: { members: ['lin'] } }),
  )
  const envelopes = { total: '10.00', count: 3, least: '1.00', most: '8.00' }
  await bringInForce(scope, 'red-envelope:rain', redEnvelopes({ ...envelopes, perMember: 3 }))
  const games = { mostPerDay: '8.00', beyond: 'cut' }
  await bringInForce(scope, 'allowance:play', allowanceOf({ games, issue: month, usable: month }))
  policies.close()
  await settled()
})
after(async () => await api.close())

const month = { from: '2017-11-01T00:00:00+08:00', to: '2017-12-01T00:00:00+08:00' }

/** Waits until the server knows what was approved. */
async function settled(): Promise<void> {
  const headers = keyed(await api.as('service'))
  for (;;) {
    const path = '/v1/members/lin/allowance-games'
    const told = await api.ask({ path, headers, body: { allowance: 'play', amount: 9_999_999 } })
    if (told.body.code !== 'issuing/unknown-allowance') return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

test('a member claims a coupon for itself, once under a key, and finds it in its list', async () => {
  const path = '/v1/coupon-batches/autumn/claims'
  const headers = keyed(await api.as('member', 'lin'))
  const told = await api.ask({ path, headers, body: {} })
  equal(told.status, 201, told.text)
  equal(told.body.couponId, 'autumn.1')
  equal(told.body.status, 'open')
  deepEqual(told.body.terms, { kind: 'platform', threshold: '100.00', off: '10.00' })
  equal((await api.ask({ path, headers, body: {} })).text, told.text)

  const other = await api.ask({ path, headers: keyed(headers), body: { memberId: 'mei' } })
  deepEqual([other.status, other.body.code], [404, 'members/unknown'])
  const again = await api.ask({ path, headers: keyed(headers), body: {} })
  deepEqual([again.status, again.body.code], [409, 'issuing/member-limit-reached'])
  const list = await api.ask({ path: '/v1/members/lin/coupons', headers })
  deepEqual(list.body.coupons, [told.body])
})

test('a service claims for a member that it names', async () => {
  const path = '/v1/coupon-batches/autumn/claims'
  const headers = keyed(await api.as('service'))
  equal((await api.ask({ path, headers, body: {} })).body.code, 'requests/invalid')
  const told = await api.ask({ path, headers, body: { memberId: 'mei' } })
  equal(told.status, 201, told.text)
  const gone = await api.ask({ path, headers: keyed(headers), body: { memberId: 'guess' } })
  deepEqual([gone.status, gone.body.code], [409, 'issuing/sold-out'])
})

test('a coupon that is given back cannot be given back again for another unit', async () => {
  const headers = await api.as('member', 'mei')
  const give = () =>
    api.ask({ method: 'POST', path: '/v1/members/mei/coupons/autumn.1/return', headers })
  equal((await give()).status, 200)
  equal((await give()).status, 200)
  const foreign = await api.as('member', 'lin')
  const path = '/v1/members/mei/coupons/autumn.1/return'
  equal((await api.ask({ method: 'POST', path, headers: foreign })).status, 404)
})

test('codes are told once, give one coupon each, and wrong ones are answered alike', async () => {
  const operator = await api.as('operator')
  const path = '/v1/coupon-batches/codes/codes'
  const made = await api.ask({ path, headers: operator, body: { count: 2 } })
  equal(made.status, 201, made.text)
  const [first, second] = made.body.codes as string[]
  notEqual(first, second)
  match(first ?? '', /^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/)

  const redeem = async (memberId: string, code: string) =>
    await api.ask({
      path: '/v1/coupon-codes/claims',
      headers: await api.as('member', memberId),
      body: { code },
    })
  const got = await redeem('lin', (first ?? '').toLowerCase().replaceAll('-', ' '))
  equal(got.status, 201, got.text)
  equal((await redeem('lin', first ?? '')).text, got.text)
  const used = await redeem('mei', first ?? '')
  const wrong = await redeem('mei', '0000-0000-0000-0000')
  deepEqual([used.status, used.body.code], [404, 'issuing/code-not-valid'])
  deepEqual([wrong.status, wrong.body.code], [used.status, used.body.code])
})

test('after ten wrong codes in an hour not even a right one is taken', async () => {
  const operator = await api.as('operator')
  const path = '/v1/coupon-batches/codes/codes'
  const made = await api.ask({ path, headers: operator, body: { count: 1 } })
  const headers = await api.as('member', 'guess')
  const redeem = (code: string) =>
    api.ask({ path: '/v1/coupon-codes/claims', headers, body: { code } })
  for (let n = 0; n < 10; n += 1) equal((await redeem('nonsense')).status, 404)
  const right = await redeem(made.body.codes[0])
  deepEqual([right.status, right.body.code], [429, 'issuing/too-many-codes'])
  ok(Number(right.headers['retry-after']) > 3_000)
})

test('a grant gives each member one, and tells what became of each', async () => {
  const headers = await api.as('service')
  const body = { name: 'launch', members: ['lin', 'mei', 'nobody'] }
  const path = '/v1/coupon-batches/given/grants'
  const expected = {
    lin: 'granted',
    mei: 'issuing/not-for-member',
    nobody: 'members/unknown',
  }
  deepEqual((await api.ask({ path, headers, body })).body.outcomes, expected)
  const again = await api.ask({ path, headers, body })
  deepEqual(again.body.outcomes, { ...expected, lin: 'before' })
})

test('the envelopes of a budget add up to it, and are lots of the wallet', async () => {
  const headers = await api.as('member', 'lin')
  const path = '/v1/red-envelopes/rain/claims'
  const amounts: number[] = []
  for (let n = 0; n < 3; n += 1) {
    const told = await api.ask({ path, headers: keyed(headers), body: {} })
    equal(told.status, 201, told.text)
    amounts.push(told.body.amount)
  }
  equal(
    amounts.reduce((sum, each) => sum + each, 0),
    1_000,
  )
  const more = await api.ask({ path, headers: keyed(await api.as('member', 'mei')), body: {} })
  deepEqual([more.status, more.body.code], [409, 'issuing/sold-out'])
  const wallet = await api.ask({ path: '/v1/members/lin/wallets/platform/redEnvelope', headers })
  equal(wallet.body.available, 1_000)
})

test('a game gives up to the limit of the day, and again on the next', async () => {
  const headers = await api.as('service')
  const play = (amount: number, given = keyed(headers)) =>
    api.ask({
      path: '/v1/members/mei/allowance-games',
      headers: given,
      body: { allowance: 'play', amount },
    })
  const key = keyed(headers)
  const first = await play(500, key)
  equal(first.status, 201, first.text)
  equal((await play(500, key)).text, first.text)
  equal((await play(600, key)).body.code, 'requests/key-reused')
  equal((await play(500)).body.amount, 300)
  const beyond = await play(500)
  deepEqual(
    [beyond.status, beyond.body.code, beyond.body.left],
    [409, 'issuing/daily-limit-reached', 0],
  )
  api.clock.moveTo(beginning.add({ hours: 24 }))
  equal((await play(500)).body.amount, 500)
})
