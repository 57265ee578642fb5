import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bringInForce } from '#test/support/issuing.ts'
import { event, keyed, testApi, type TestApi } from '#test/support/api.ts'

let api: TestApi
let service: { readonly authorization: string }
let operator: { readonly authorization: string }

const at = '2017-11-19T10:00:00+08:00'

before(async () => {
  api = await testApi()
  service = await api.as('service')
  operator = await api.as('operator')
  await bringInForce(api, 'instantRefund', {
    limits: [{ limit: '300.00' }, { scoreFrom: 1_000, limit: '600.00' }],
    mostPerCase: '250.00',
    lessPerUnpaid: '100.00',
    blockedFromUnpaid: 2,
  })
  await order('lin')
})
after(() => api.close())

async function order(memberId: string): Promise<void> {
  const lines = [{ id: '1', sku: 's', paid: '400.00', quantity: 4 }]
  const placed = {
    ...event(memberId, 'order.placed', `${memberId}-o`, at),
    data: { orderId: 'o-1', shopId: 'A', paidAt: at, lines },
  }
  await api.ask({ path: '/v1/events', headers: service, body: placed })
}

const post = (path: string, body: object, headers: Record<string, string> = keyed(service)) =>
  api.ask({ path: `/v1/members/${path}`, headers, body })

function asking(returnId: string, quantity: number) {
  return { returnId, orderId: 'o-1', returned: [{ line: '1', quantity }] }
}

test('A member has a return refunded at once, within the limit, and reads what became of it', async () => {
  const own = await api.as('member', 'lin')
  const made = await post('lin/advances', asking('r-1', 2), keyed(own))
  equal(made.status, 201)
  deepEqual(
    [made.body.status, made.body.amountFen, made.body.openFen, made.body.policy],
    ['open', 20_000, 20_000, 'instantRefund@2'],
  )
  const over = await post('lin/advances', asking('r-2', 2), keyed(own))
  deepEqual([over.status, over.body.code], [409, 'advances/over-limit'])
  deepEqual([over.body.amountFen, over.body.limit.leftFen], [20_000, 10_000])
  const case3 = await post('lin/advances', asking('r-3', 3), keyed(own))
  deepEqual([case3.status, case3.body.code], [409, 'returns/already-returned'])

  const list = await api.ask({ path: '/v1/members/lin/advances', headers: own })
  deepEqual(
    [list.body.limit.limitFen, list.body.limit.leftFen, list.body.advances.length],
    [30_000, 10_000, 1],
  )
  const arrived = await post('lin/advances/r-1/arrived', {})
  deepEqual(
    [arrived.status, arrived.body.status, arrived.body.settledFen],
    [200, 'settled', 20_000],
  )
  const one = await api.ask({ path: '/v1/members/lin/advances/r-1', headers: own })
  deepEqual(
    one.body.entries.map((each: { kind: string }) => each.kind),
    ['advanced', 'settled'],
  )
})

test('The same request is answered as it is, and its key with another is refused', async () => {
  await order('again')
  const key = keyed(service)
  const first = await post('again/advances', asking('r-1', 1), key)
  const second = await post('again/advances', asking('r-1', 1), key)
  deepEqual([first.status, second.status], [201, 201])
  deepEqual(second.body, first.body)
  const reused = await post('again/advances', asking('r-2', 1), key)
  deepEqual([reused.status, reused.body.code], [422, 'requests/key-reused'])
  const other = await post('again/advances', asking('r-1', 2))
  deepEqual([other.status, other.body.code], [422, 'advances/return-id-reused'])
})

test('A lost case is owed and repaid in parts', async () => {
  await order('owing')
  await post('owing/advances', asking('r-1', 1))
  const owed = await post('owing/advances/r-1/recover', {}, keyed(operator))
  deepEqual([owed.status, owed.body.status, owed.body.owedFen], [200, 'owed', 10_000])
  const again = await post('owing/advances/r-1/recover', {})
  deepEqual([again.status, again.body.code], [409, 'advances/not-open'])
  const part = await post('owing/advances/r-1/repayments', { amount: '60.00' })
  deepEqual([part.body.owedFen, part.body.repaidFen], [4_000, 6_000])
  const tooMuch = await post('owing/advances/r-1/repayments', { amount: '40.01' })
  deepEqual([tooMuch.status, tooMuch.body.code], [409, 'advances/more-than-owed'])
  equal(tooMuch.body.owedFen, 4_000)
  const rest = await post('owing/advances/r-1/repayments', { amount: '40.00' })
  equal(rest.body.status, 'repaid')
})

test('Advances come in pages, newest first, and one that is made meanwhile moves none', async () => {
  await order('pages')
  for (const returnId of ['r-1', 'r-2']) await post('pages/advances', asking(returnId, 1))
  const page = (query: string) =>
    api.ask({ path: `/v1/members/pages/advances?${query}`, headers: service })
  const first = await page('limit=1')
  deepEqual(idsOf(first.body), ['r-2'])
  await post('pages/advances', asking('r-3', 1))
  const second = await page(`limit=1&cursor=${first.body.nextCursor}`)
  deepEqual([idsOf(second.body), second.body.nextCursor], [['r-1'], undefined])
  equal(second.body.limit.outstandingFen, 30_000)
  const all = await page('limit=3')
  deepEqual([idsOf(all.body), all.body.nextCursor], [['r-3', 'r-2', 'r-1'], undefined])

  for (const place of ['none', '1/', '1/\0', '-1/r-1', '999999999999999/r-1']) {
    const bad = await page(`cursor=${Buffer.from(place).toString('base64url')}`)
    deepEqual([bad.status, bad.body.code], [400, 'requests/bad-cursor'], place)
  }
})

function idsOf({ advances }: { readonly advances: readonly { readonly returnId: string }[] }) {
  return advances.map((each) => each.returnId)
}

test('A member tells nothing of its own return but that it sends it, and sees no other’s', async () => {
  const own = await api.as('member', 'lin')
  const arrived = await post('lin/advances/r-1/arrived', {}, keyed(own))
  equal(arrived.status, 403)
  const foreign = await post('owing/advances', asking('r-9', 1), keyed(own))
  deepEqual([foreign.status, foreign.body.code], [404, 'members/unknown'])
  const both = { returnId: 'r-9', returned: [{ line: '1', quantity: 1 }] }
  equal((await post('lin/advances', both)).status, 400)
  equal((await post('lin/advances/none/arrived', {})).body.code, 'advances/unknown')
})
