import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { settleBadges } from '#operations/badges/settle-badges.ts'
import { beginning, event, receivedOrder, testApi, type TestApi } from '#test/support/api.ts'

let api: TestApi
before(async () => {
  api = await testApi()
  const headers = await api.as('service')
  const ring = ['lin', 'hao', 'wen', 'yu'].flatMap((memberId, at) => [
    ...receivedOrder(memberId, `${memberId}-1`, '2017-11-10T10:00:00+08:00'),
    event(memberId, 'review.posted', `${memberId}-review`, `2017-11-1${at + 1}T10:00:00+08:00`, {
      orderId: `${memberId}-1`,
      sku: 'sku-1',
      device: 'telephone-77',
    }),
  ])
  for (const each of ring) {
    const { status } = await api.ask({ path: '/v1/events', headers, body: each })
    ok(status < 300, String(status))
  }
  await settleBadges(api, beginning)
})
after(async () => await api.close())

test('A member reads its badges, how far the next are, and what waits', async () => {
  const headers = await api.as('member', 'lin')
  const { status, body } = await api.ask({ path: '/v1/members/lin/badges', headers })
  equal(status, 200)
  equal(body.points, 10)
  equal(body.level, null)
  deepEqual(body.nextLevel, { name: 'L1', title: { zh: '新秀', en: 'Newcomer' }, missing: 10 })
  deepEqual(body.waiting, [{ behaviour: 'review', facts: 1 }])
  const buyer = body.badges.find((each: { badge: string }) => each.badge === 'buyer')
  deepEqual([buyer.have, buyer.next], [1, { step: 'bronze', needed: 5, missing: 4 }])

  const foreign = await api.ask({ path: '/v1/members/hao/badges', headers })
  equal(foreign.status, 404)
})

test('A reviewer sees the evidence, but no device, and strikes a whole ring', async () => {
  const headers = await api.as('operator')
  const queue = await api.ask({ path: '/v1/badge-reviews?rule=review-ring', headers })
  equal(queue.body.suspicions.length, 4)
  const [first] = queue.body.suspicions
  equal(first.facts, 1)

  const path = `/v1/badge-reviews/${first.memberId}/${first.suspicionId}`
  const seen = await api.ask({ path, headers })
  deepEqual(seen.body.ringMembers, ['hao', 'lin', 'wen', 'yu'])
  equal(seen.text.includes('telephone'), false)
  deepEqual(seen.body.facts[0].data, { orderId: `${first.memberId}-1`, sku: 'sku-1' })
  equal(seen.body.facts[0].ringMembers, 4)

  const body = { decision: 'strike', reason: 'one telephone', wholeRing: true, seen: 0 }
  const struck = await api.ask({ path: `${path}/decisions`, headers, body })
  equal(struck.status, 200)
  deepEqual(struck.body.others, { decided: 3, refused: 0 })
  const reversed = await api.ask({
    path: `${path}/decisions`,
    headers,
    body: { decision: 'clear', reason: 'a family' },
  })
  equal(reversed.status, 403)
  equal(reversed.body.code, 'badges/same-reviewer')
  const open = await api.ask({ path: '/v1/badge-reviews', headers })
  deepEqual(open.body.suspicions, [])
  const unknown = await api.ask({ path: '/v1/badge-reviews/nobody/review-ring.1', headers })
  equal(unknown.status, 404)
})

test('The queue is read page by page', async () => {
  const headers = await api.as('operator')
  const one = await api.ask({ path: '/v1/badge-reviews?status=struck&limit=3', headers })
  equal(one.body.suspicions.length, 3)
  const cursor = one.body.nextCursor as string
  const rest = await api.ask({
    path: `/v1/badge-reviews?status=struck&limit=3&cursor=${cursor}`,
    headers,
  })
  equal(rest.body.suspicions.length, 1)
  equal(rest.body.nextCursor, undefined)
})

test('The report tells what each behaviour paid and what came with it', async () => {
  const headers = await api.as('operator')
  const path = '/v1/behaviour-report?from=2017-11-01&to=2017-11-30'
  const { status, body } = await api.ask({ path, headers })
  equal(status, 200)
  const by = Object.fromEntries(
    body.behaviours.map((row: { behaviour: string }) => [row.behaviour, row]),
  )
  equal(by.purchase.badgePoints, 40)
  equal(by.purchase.purchasesFen, 43_600)
  equal(by.purchase.fenPerPoint, 1_090)
  equal(by.review.struckPpm, 1_000_000)
  deepEqual(by.review.flags, [])

  const wrong = await api.ask({
    path: '/v1/behaviour-report?from=2017-11-30&to=2017-11-01',
    headers,
  })
  equal(wrong.status, 400)
  const member = await api.ask({ path, headers: await api.as('member', 'lin') })
  equal(member.status, 403)
})
