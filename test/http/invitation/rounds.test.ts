import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { settleInvitations } from '#operations/invitation/settle-invitations.ts'
import { beginning, event, keyed, receivedOrder, testApi, type TestApi } from '#test/support/api.ts'
import { byScore, scoredMembers } from '#test/support/invitation.ts'
import { bringInForce } from '#test/support/issuing.ts'

let api: TestApi

before(async () => {
  api = await testApi()
  const limits = { 'returns.amountRate': { atMost: 200_000 } }
  const changes = { quota: { members: 2 }, limits }
  await bringInForce(api, 'invitation', byScore(changes), beginning.subtract({ hours: 999 }))
  await scoredMembers(api.db, { lin: 2_600, mei: 3_000, ann: 2_900, bea: 2_700, low: 900 })
  const headers = await api.as('service')
  const at = '2017-05-05T10:00:00+08:00'
  const back = { orderId: 'o1', lines: [{ id: '1', amount: '100.00', quantity: 1 }] }
  const body = [
    ...receivedOrder('ann', 'o1', at),
    event('ann', 'refund.succeeded', 'back', '2017-05-09T10:00:00+08:00', back),
    ...receivedOrder('mei', 'o2', at),
  ]
  equal((await api.ask({ path: '/v1/events', headers, body })).status, 200)
})
after(async () => await api.close())

const rounds = '/v1/invitation-rounds'

async function as(operator: string): Promise<{ readonly authorization: string }> {
  const claims = { role: 'operator', subject: operator, lifeSeconds: 600 } as const
  return { authorization: `Bearer ${await api.issuer.sign(claims)}` }
}

const settle = () => settleInvitations(api, api.clock.now())

async function why(memberId: string) {
  const path = `${rounds}/2017/candidates/${memberId}`
  return (await api.ask({ path, headers: await as('bob') })).body
}

async function shortOf(memberId: string) {
  const path = `/v1/members/${memberId}/invitations`
  const told = await api.ask({ path, headers: await api.as('member', memberId) })
  return told.body.invitations[0]
}

test('a round is opened once, and its candidates are those with the score, ranked', async () => {
  const headers = await as('ann')
  const body = { round: '2017' }
  const opened = await api.ask({ path: rounds, headers, body })
  equal(opened.status, 201, opened.text)
  equal(opened.body.places, 2)
  equal((await api.ask({ path: rounds, headers, body })).status, 201)
  const other = await api.ask({ path: rounds, headers, body: { round: 'again' } })
  deepEqual([other.status, other.body.code], [409, 'invitation/round-open'])
  equal((await shortOf('lin')).answer, 'notCollected')

  await settle()
  const list = await api.ask({ path: `${rounds}/2017/candidates?limit=2`, headers })
  deepEqual(
    list.body.candidates.map((each: { memberId: string }) => each.memberId),
    ['mei', 'bea'],
  )
  const more = `${rounds}/2017/candidates?limit=2&cursor=${list.body.nextCursor}`
  const rest = await api.ask({ path: more, headers })
  equal(rest.body.candidates[0].memberId, 'lin')
  equal(rest.body.nextCursor, undefined)
  const out = await api.ask({ path: `${rounds}/2017/candidates?status=excluded`, headers })
  equal(out.body.candidates[0].memberId, 'ann')
})

test('the record tells the indicators of a member and the limit that it failed', async () => {
  const told = await why('ann')
  equal(told.indicators['returns.amountRate'], 917_431)
  equal(told.indicators['returns.afterReceiptRate'], 1_000_000)
  equal(told.indicators['spend.total'], 900)
  deepEqual(told.why, [
    {
      reason: 'limitFailed',
      indicator: 'returns.amountRate',
      value: 917_431,
      atMost: 200_000,
    },
  ])
  const short = await shortOf('ann')
  equal(short.answer, 'limitsFailed')
  deepEqual(short.limits, [{ zh: '退款金额率', en: 'Share refunded' }])
  deepEqual((await why('low')).why, [{ reason: 'scoreTooLow', score: 900, scoreFrom: 2_500 }])
  equal((await why('nobody')).code, 'members/unknown')
})

test('a reviewer turns down with a reason, which the record tells and the member’s own view does not', async () => {
  const headers = await as('bob')
  const path = `${rounds}/2017/reviews`
  const turnDown = [{ memberId: 'bea', reason: 'a reseller' }]
  const body = { accept: ['lin', 'ann'], turnDown, acceptTop: 1 }
  const reviewed = await api.ask({ path, headers, body })
  equal(reviewed.status, 200, reviewed.text)
  deepEqual(reviewed.body, {
    outcomes: { lin: 'accepted', ann: 'invitation/not-to-be-reviewed', bea: 'turnedDown' },
    acceptedOfTop: 1,
  })
  deepEqual((await why('bea')).why, [
    { reason: 'withinPlaces', rank: 2, places: 2 },
    { reason: 'turnedDown', reviewedBy: 'operator:bob', text: 'a reseller' },
  ])
  deepEqual(await shortOf('bea'), {
    round: '2017',
    tier: 'apass',
    answer: 'turnedDown',
    limits: [],
    respondBy: null,
  })
})

test('IV-9 who released the invitations sends none that he accepted himself; another one’s are sent', async () => {
  const path = `${rounds}/2017/reviews`
  const release = `${rounds}/2017/release`
  const reviewed = await api.ask({ path, headers: await as('cat'), body: { accept: ['lin'] } })
  equal(reviewed.body.outcomes.lin, 'accepted')
  equal((await api.ask({ method: 'POST', path: release, headers: await as('cat') })).status, 200)
  await settle()
  deepEqual((await why('lin')).why, [
    { reason: 'behindPlaces', rank: 3, places: 2 },
    { reason: 'acceptedByReviewer', reviewedBy: 'operator:cat' },
    { reason: 'notYetSent' },
  ])
  equal((await shortOf('mei')).answer, 'invited')

  await api.ask({ path, headers: await as('bob'), body: { accept: ['lin'] } })
  await settle()
  equal((await shortOf('lin')).answer, 'invited')
  const read = await api.ask({ path: `${rounds}/2017`, headers: await as('bob') })
  deepEqual(read.body.candidates, { excluded: 1, invited: 2, turnedDown: 1 })
  equal(read.body.placesTaken, 2)
})

test('a member accepts by HTTP and has the tier, with a notice; others cannot answer for it', async () => {
  const path = '/v1/members/lin/invitations/2017/accept'
  const foreign = keyed(await api.as('member', 'mei'))
  equal((await api.ask({ method: 'POST', path, headers: foreign })).status, 404)
  const headers = keyed(await api.as('member', 'lin'))
  const told = await api.ask({ method: 'POST', path, headers })
  deepEqual([told.status, told.body], [200, { round: '2017', status: 'joined' }])
  equal((await api.ask({ method: 'POST', path, headers })).text, told.text)

  const membership = await api.ask({ path: '/v1/members/lin/membership', headers })
  equal(membership.body.tier, 'apass', membership.text)
  const notices = await api.ask({ path: '/v1/members/lin/announcements', headers })
  const types = notices.body.announcements.map((each: { type: string }) => each.type)
  ok(types.includes('jifen.invitation.made.v1') && types.includes('jifen.tier.changed.v1'))

  const decline = '/v1/members/mei/invitations/2017/decline'
  equal((await api.ask({ method: 'POST', path: decline, headers: foreign })).status, 200)
  equal((await shortOf('mei')).answer, 'declined')
  const none = '/v1/members/bea/invitations/2017/accept'
  const uninvited = keyed(await api.as('member', 'bea'))
  const refused = await api.ask({ method: 'POST', path: none, headers: uninvited })
  deepEqual([refused.status, refused.body.code], [404, 'invitation/not-invited'])
})
