import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { settleTimeouts } from '#operations/timeouts/settle-timeouts.ts'
import { event, keyed, testApi, type TestApi, type Told } from '#test/support/api.ts'
import { untilOrdersAreRead } from '#test/support/order-feed.ts'
import { makeShops } from '#test/support/shops.ts'

let api: TestApi
type Headers = Readonly<Record<string, string>>
let service: Headers
let operator: Headers
let shop: Headers
let lin: Headers

const paid = '2017-11-17T10:00:00+08:00'
const shipped = '2017-11-18T10:00:00+08:00'

before(async () => {
  api = await testApi()
  await makeShops(api.db, [{ shopId: 'A' }, { shopId: 'B' }])
  service = await api.as('service')
  operator = await api.as('operator')
  shop = await api.as('merchant', 'merchant-of-A')
  lin = await api.as('member', 'lin')
  for (const member of ['lin', 'zhao']) await order(member)
})
after(() => api.close())

async function order(member: string): Promise<void> {
  const lines = [
    { id: '1', sku: 'dress', category: 'apparel', paid: '100.01', quantity: 3 },
    { id: '2', sku: 'fish', category: 'fresh', paid: '20.00' },
  ]
  const placed = { orderId: 'o-1', shopId: 'A', paidAt: paid, lines }
  const facts = [
    event(member, 'order.placed', `${member}-1`, paid, placed),
    event(member, 'order.shipped', `${member}-2`, shipped, { orderId: 'o-1', method: 'express' }),
  ]
  const told = await api.ask({ path: '/v1/events', headers: service, body: facts })
  equal(told.status, 200)
}

async function post(path: string, body: object, headers: Headers): Promise<Told> {
  return await api.ask({ path: `/v1${path}`, headers: keyed(headers), body })
}

const get = async (path: string, headers: Headers) => await api.ask({ path: `/v1${path}`, headers })

function asking(returnId: string, change: object = {}): object {
  const lines = [{ line: '1', quantity: 1 }]
  return { returnId, orderId: 'o-1', kind: 'return', reason: 'damaged', lines, ...change }
}

const own = '/members/lin/return-requests'
const ofShop = '/shops/A/return-requests/lin'

/** The clock of the tests goes on while they run. */
function toMinute(instant: string): string {
  return instant.slice(0, 16)
}

async function settle(): Promise<void> {
  await untilOrdersAreRead(api.db)
  await settleTimeouts({ ...api, now: api.clock.now(), actor: 'jifen' })
}

test('A return goes from the member to the shop and back, and is refunded', async () => {
  const asked = await post(own, asking('r-1', { note: 'It is torn.' }), lin)
  equal(asked.status, 201)
  deepEqual(
    [asked.body.status, asked.body.amountFen, asked.body.freightBy],
    ['asked', 3_333, 'shop'],
  )
  const { dueAt, ...waits } = asked.body.waitsFor
  deepEqual(waits, { what: 'answer', late: 'shop', lapse: 'agreed', leftSeconds: 432_000 })
  equal(toMinute(dueAt), '2017-11-25T10:00')
  const list = await get('/shops/A/return-requests?status=open', shop)
  deepEqual(
    list.body.requests.map((each: { returnId: string }) => each.returnId),
    ['r-1'],
  )
  equal((await post(`${ofShop}/r-1/agreement`, {}, shop)).body.waitsFor.what, 'sendBack')
  const parcel = { carrier: 'SF', number: '770001' }
  equal((await post(`${own}/r-1/parcel`, parcel, lin)).body.waitsFor.what, 'confirm')
  const confirmed = await post(`${ofShop}/r-1/confirmation`, {}, shop)
  deepEqual(
    [confirmed.status, confirmed.body.outcome, confirmed.body.refundedFen, confirmed.body.waitsFor],
    [200, 'refunded', 3_333, null],
  )
  const again = await post(`${ofShop}/r-1/confirmation`, {}, shop)
  deepEqual(
    [again.status, again.body.code, again.body.requestStatus, again.body.outcome],
    [409, 'return-requests/not-now', 'ended', 'refunded'],
  )
  const read = await get(`${own}/r-1`, lin)
  deepEqual(
    read.body.steps.map((each: { turn: string; status: string }) => [each.turn, each.status]),
    [
      ['ask', 'asked'],
      ['agree', 'agreed'],
      ['send', 'sent'],
      ['confirm', 'refunded'],
    ],
  )
  deepEqual(read.body.steps[2].told, parcel)
  equal(read.body.request.note, 'It is torn.')
  equal((await get(`${ofShop}/r-1`, shop)).text, read.text)
})

test('A rejection is taken to the platform, which decides', async () => {
  await post(own, asking('r-2'), lin)
  equal((await post(`${ofShop}/r-2/rejection`, { note: 'Not torn.' }, shop)).status, 200)
  equal((await post(`${own}/r-2/dispute`, { note: 'See the photo.' }, lin)).status, 200)
  const waiting = await get('/return-disputes', operator)
  deepEqual(
    waiting.body.requests.map((each: { returnId: string }) => each.returnId),
    ['r-2'],
  )
  const decided = await post(`${own}/r-2/decision`, { for: 'shop', note: 'As shown.' }, operator)
  deepEqual([decided.body.outcome, decided.body.disputeOutcome], ['refused', 'forShop'])
  deepEqual((await get('/return-disputes', operator)).body.requests, [])
})

test('Without a reason: the category, the condition and the days decide', async () => {
  const noReason = { reason: 'noReason', condition: 'intact' }
  const fish = { ...noReason, lines: [{ line: '2', quantity: 1 }] }
  const fresh = await post(own, asking('r-3', fish), lin)
  deepEqual(
    [fresh.status, fresh.body.code, fresh.body.category],
    [409, 'return-requests/category-excluded', 'fresh'],
  )
  const used = await post(own, asking('r-3', { ...noReason, condition: 'used' }), lin)
  deepEqual(
    [used.body.code, used.body.conditions],
    ['return-requests/not-in-condition', ['intact', 'opened']],
  )
  const signed = event('lin', 'order.signed', 'lin-3', '2017-11-12T10:00:00+08:00', {
    orderId: 'o-1',
    signedOn: '2017-11-12',
  })
  await api.ask({ path: '/v1/events', headers: service, body: signed })
  const late = await post(own, asking('r-3', noReason), lin)
  deepEqual(
    [late.body.code, late.body.until],
    ['return-requests/too-late', '2017-11-20T00:00:00+08:00'],
  )
})

test('What does not fit is refused before anything is done', async () => {
  for (const [change, path] of [
    [{ lines: [{ line: '1', amount: '1.00' }] }, 'body.lines'],
    [{ kind: 'exchange' }, 'body.lines'],
    [{ lines: [{ line: '1', quantity: 1, sku: 'other' }] }, 'body.lines'],
    [
      {
        lines: [
          { line: '1', quantity: 1 },
          { line: '1', quantity: 1 },
        ],
      },
      'body.lines',
    ],
    [{ reason: 'mood' }, 'body.reason'],
  ] as const) {
    const { status, body } = await post(own, asking('r-4', change), lin)
    deepEqual([status, body.errors?.[0].path], [400, path])
  }
})

test('The shop, the member and the order of another are as if they were not there', async () => {
  await post('/members/zhao/return-requests', asking('r-9'), service)
  equal((await get('/members/zhao/return-requests', lin)).body.code, 'members/unknown')
  const other = await api.as('merchant', 'merchant-of-B')
  const asB = await post('/shops/B/return-requests/zhao/r-9/agreement', {}, other)
  deepEqual([asB.status, asB.body.code], [404, 'return-requests/unknown'])
  const asA = await post('/shops/A/return-requests/zhao/r-9/agreement', {}, other)
  deepEqual([asA.status, asA.body.code], [404, 'shops/unknown'])
  equal((await get('/shops/B/return-requests/zhao/r-9', other)).body.code, asB.body.code)
  const nobody = await post('/shops/B/return-requests/nobody/r-9/agreement', {}, other)
  deepEqual([nobody.status, nobody.body.code], [404, 'return-requests/unknown'])
})

test('The table of an order names what runs, and the buyer adds days to the receipt', async () => {
  await settle()
  const table = await get('/timeouts?memberId=zhao&orderId=o-1', operator)
  const [of] = table.body.orders
  deepEqual(
    of.timeouts.map((each: { what: string; lapse: string; dueAt: string }) => [
      each.what,
      each.lapse,
      toMinute(each.dueAt),
    ]),
    [
      ['answer', 'agreed', '2017-11-25T10:00'],
      ['receive', 'received', '2017-12-03T10:00'],
    ],
  )
  deepEqual([of.receipt.method, of.receipt.exception], ['express', 'double11-2017'])
  ok(of.timeouts[1].pausedAt !== undefined)
  equal((await get('/timeouts?memberId=zhao&orderId=o-1', lin)).body.code, 'members/unknown')
  equal((await get('/timeouts?orderId=o-1', lin)).status, 200)
  equal((await get('/timeouts?orderId=o-1&tradeId=o-1', lin)).status, 400)

  const extension = '/members/lin/orders/o-1/receipt-extension'
  const tooLong = await post(extension, { days: 6 }, lin)
  deepEqual([tooLong.status, tooLong.body.mostDays], [422, 5])
  const extended = await post(extension, { days: 5 }, lin)
  equal(toMinute(extended.body.dueAt), '2017-12-08T10:00')
  equal((await post(extension, { days: 1 }, lin)).body.code, 'timeouts/already-extended')
  const ofA = await get('/shops/A/timeouts', shop)
  deepEqual(
    ofA.body.timeouts.map((each: { memberId: string; what: string }) => [each.memberId, each.what]),
    [
      ['zhao', 'answer'],
      ['zhao', 'receive'],
      ['lin', 'receive'],
    ],
  )
})

test('Lists go on page by page, and a cursor of another list is refused', async () => {
  const first = await get(`${own}?limit=1`, lin)
  equal(first.body.requests.length, 1)
  const second = await get(`${own}?limit=1&cursor=${first.body.nextCursor}`, lin)
  const ids = [first, second].map(({ body }) => body.requests[0].returnId)
  deepEqual(new Set(ids), new Set(['r-1', 'r-2']))
  equal((await get(`${own}?cursor=nonsense`, lin)).body.code, 'requests/bad-cursor')
  const all = await get('/shops/A/return-requests?limit=2', shop)
  const rest = await get(`/shops/A/return-requests?limit=2&cursor=${all.body.nextCursor}`, shop)
  deepEqual([all.body.requests.length, rest.body.requests.length], [2, 1])
  equal((await get('/shops/A/return-requests?cursor=abc', shop)).body.code, 'requests/bad-cursor')
})
