import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { settleDeclarationFiles } from '#operations/declarations/declaration-files.ts'
import { virtualClock } from '#operations/clock.ts'
import { keyed, testApi, type TestApi, type Told } from '#test/support/api.ts'
import { campaign, declaring, onTheDay, shortlist } from '#test/support/declarations.ts'

let api: TestApi
let own: Readonly<Record<string, string>>
let other: Readonly<Record<string, string>>

before(async () => {
  api = await testApi({ clock: virtualClock(declaring) })
  await shortlist(api.db, ['A', 'B'])
  own = await api.as('merchant', 'merchant-of-A')
  other = await api.as('merchant', 'merchant-of-B')
})
after(async () => await api.close())

const goods = `/v1/shops/A/campaigns/${campaign}/declarations`

async function declare(
  path: string,
  body: object,
  headers: Readonly<Record<string, string>> = own,
): Promise<Told> {
  return await api.ask({ method: 'PUT', path: `${goods}/${path}`, headers, body })
}

async function read(path: string, headers: Readonly<Record<string, string>> = own): Promise<Told> {
  return await api.ask({ path, headers })
}

test('A merchant declares, changes and takes back, and sees every change', async () => {
  const body = { price: '100.00', quantity: 10 }
  const first = await declare('spot/s1', body)
  deepEqual([first.status, first.body.what], [200, 'declared'], first.text)
  equal((await declare('spot/s1', body)).body.what, 'unchanged')
  const changed = await declare('spot/s1', { ...body, price: '95.00' })
  const { declaration } = changed.body as { declaration: Record<string, unknown> }
  deepEqual(
    [declaration['priceFen'], declaration['sold'], declaration['left'], declaration['category']],
    [9_500, 0, 10, 'clothes'],
  )
  const gone = await api.ask({ method: 'DELETE', path: `${goods}/spot/s1`, headers: own })
  equal(gone.body.what, 'withdrawn', gone.text)
  const { body: all } = await read(`${goods}/spot/s1`)
  deepEqual(
    (all['changes'] as { what: string }[]).map(({ what }) => what),
    ['withdrawn', 'changed', 'declared'],
  )
})

test('A refusal names the field and what is allowed', async () => {
  const deep = await declare('presale/p1', { price: '90.00', quantity: 1, deposit: '50.00' })
  deepEqual(
    [deep.status, deep.body.code, deep.body['field']],
    [422, 'declarations/terms-not-allowed', 'deposit'],
  )
  equal((await declare('presale/p1', { price: '90.00', quantity: 1 })).status, 422)
  equal((await declare('spot/p1', { price: '90.00', quantity: 1, worth: '5.00' })).status, 400)
  equal((await declare('gift/p1', { price: '90.00', quantity: 1 })).status, 400)
  equal((await declare('spot/p1', { price: '-1.00', quantity: 1 })).status, 400)
  equal((await declare('spot/p1', { price: '90.00', quantity: 1.5 })).status, 400)
})

test('A foreign shop is as unknown as one that is not there, in every route of it', async () => {
  const put = await declare('spot/s1', { price: '1.00', quantity: 1 }, other)
  const nowhere = await api.ask({
    method: 'PUT',
    path: goods.replace('/A/', '/nowhere/') + '/spot/s1',
    headers: other,
    body: { price: '1.00', quantity: 1 },
  })
  deepEqual([put.status, put.body.code], [nowhere.status, nowhere.body.code])
  for (const path of [
    goods,
    `${goods}/spot/s1`,
    `/v1/shops/A/campaigns/${campaign}/declaration-files`,
    `/v1/shops/A/campaigns/${campaign}/price-protections`,
  ]) {
    const { status, body } = await read(path, other)
    deepEqual([status, body.code], [404, 'shops/unknown'], path)
  }
  equal((await read(`/v1/campaigns/${campaign}/declarations`, other)).status, 403)
  equal(
    (await declare('spot/s1', { price: '1.00', quantity: 1 }, await api.as('member'))).status,
    403,
  )
})

test('Lists go on by cursor, for a shop and for operators, and are filtered', async () => {
  for (const n of [1, 2, 3, 4, 5]) await declare(`spot/l${n}`, { price: '10.00', quantity: n })
  const operator = await api.as('operator')
  const seen: string[] = []
  let cursor = ''
  do {
    const path = `/v1/campaigns/${campaign}/declarations?status=declared&shop=A&limit=2${cursor}`
    const { body, text } = await read(path, operator)
    const page = body as { declarations?: { sku: string }[]; nextCursor?: string }
    ok(page.declarations !== undefined, text)
    seen.push(...page.declarations.map(({ sku }) => sku))
    cursor = page.nextCursor === undefined ? '' : `&cursor=${page.nextCursor}`
  } while (cursor !== '')
  deepEqual(seen, ['l1', 'l2', 'l3', 'l4', 'l5'])
  equal((await read(`${goods}?cursor=bm9uc2Vuc2U`)).status, 400)
  equal((await read(`${goods}?status=withdrawn`)).status, 200)
  equal((await read(`/v1/shops/A/campaigns/nothing/declarations`)).body.code, 'campaigns/unknown')
})

test('A file is received, worked off, and reported row by row; sent again it is the same file', async () => {
  const files = `/v1/shops/A/campaigns/${campaign}/declaration-files`
  const send = async (text: string, key: string): Promise<Told> => {
    const headers = { ...own, 'idempotency-key': key, 'content-type': 'text/csv' }
    const answer = await api.http.inject({ method: 'POST', url: files, headers, payload: text })
    return {
      status: answer.statusCode,
      text: answer.body,
      body: answer.json(),
      headers: {},
    } as Told
  }
  const text = 'sku,price,quantity\nf1,10.00,1\n-f2,x,1\n'
  const sent = await send(text, 'f-1')
  deepEqual([sent.status, sent.body.status], [202, 'waiting'], sent.text)
  equal((await send(text, 'f-1')).body['fileId'], sent.body['fileId'])
  equal((await send('sku\n', 'f-1')).body.code, 'requests/key-reused')
  equal((await send('', 'f-2')).status, 400)
  const json = { ...own, 'idempotency-key': 'f-3', 'content-type': 'application/json' }
  equal(
    (await api.http.inject({ method: 'POST', url: files, headers: json, payload: '{}' }))
      .statusCode,
    415,
  )

  const { db, market, policies } = api
  await settleDeclarationFiles({ db, market, policies }, declaring, new AbortController().signal)
  const path = `${files}/${String(sent.body['fileId'])}`
  const done = await read(path)
  deepEqual(
    [done.body.status, done.body['declared'], done.body['refused'], done.body['rowsFound']],
    ['done', 1, 1, 2],
  )
  const { body: refused } = await read(`${path}/rows?outcome=refused`)
  deepEqual(refused['rows'], [
    {
      line: 3,
      outcome: 'refused',
      kind: null,
      sku: '-f2',
      field: 'price',
      reason: 'declarations/bad-value',
      facts: { value: 'x' },
    },
  ])
  const report = await read(`${path}/report`)
  ok(report.text.includes("3,refused,,'-f2,price,declarations/bad-value"), report.text)
  equal((await read(`${files}?limit=1`)).status, 200)
  equal((await read(path.replace(campaign, 'other'))).body.code, 'declarations/unknown-file')
  equal((await read(path.replace('/A/', '/B/'), other)).body.code, 'declarations/unknown-file')
})

test('A trade of a sold-out SKU, or at another price, is refused by its name', async () => {
  await declare('spot/few', { price: '50.00', quantity: 1 })
  api.clock.moveTo(onTheDay)
  const headers = await api.as('service')
  const place = async (tradeId: string, listPrice: string) => {
    const lines = [{ id: '1', sku: 'few', shop: 'A', quantity: 1, listPrice }]
    const body = { memberId: tradeId, tradeId, lines }
    return await api.ask({ path: '/v1/trades', headers: keyed(headers), body })
  }
  const cheap = await place('t-1', '49.00')
  deepEqual(
    [cheap.body.code, cheap.body['sku'], cheap.body['declaredFen'], cheap.body['askedFen']],
    ['declarations/other-price', 'few', 5_000, 4_900],
  )
  equal((await place('t-2', '50.00')).status, 201)
  const gone = await place('t-3', '50.00')
  deepEqual(
    [gone.status, gone.body.code, gone.body['sku'], gone.body['shop']],
    [409, 'declarations/sold-out', 'few', 'A'],
  )
  const ask = await api.ask({
    path: '/v1/members/t-2/price-protections',
    headers: await api.as('member', 't-2'),
    body: { tradeId: 't-2', lineId: '1' },
  })
  equal(ask.body.code, 'protection/no-lower-price')
  const list = await read('/v1/members/t-2/price-protections', await api.as('member', 't-2'))
  deepEqual(list.body, { claims: [] })
  const late = await declare('spot/late', { price: '90.00', quantity: 1 })
  deepEqual(
    [late.body.code, late.body['opens'], late.body['closes']],
    ['declarations/not-in-window', '2017-10-12T00:00:00+08:00', '2017-11-11T00:00:00+08:00'],
  )
})
