import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { ProblemSchema } from '#http/problems.ts'
import { event, keyed, testApi, type TestApi, type Told } from '#test/support/api.ts'

let api: TestApi
let service: { readonly authorization: string }
const wallet = '/v1/members/lin/wallets/platform/points'
const path = `${wallet}/earns`

before(async () => {
  api = await testApi()
  service = await api.as('service')
  const joined = event('lin', 'member.joined', 'join', '2017-01-01T00:00:00+08:00')
  await api.ask({ path: '/v1/events', headers: service, body: joined })
})
after(() => api.close())

afterEach(async () => {
  const { body } = await api.ask({ path: '/v1/members/lin/wallets', headers: service })
  deepEqual(body, { wallets: [] }, 'nothing was posted')
})

/** A problem as RFC 9457 has it, by our schema, without anything of our inside. */
function problemOf(told: Told): [number, string] {
  equal(told.headers['content-type'], 'application/problem+json; charset=utf-8')
  const problem = ProblemSchema.strict().parse(told.body)
  equal(problem.status, told.status)
  ok(!/\bat \/|node_modules|select |insert /i.test(told.text), told.text)
  return [told.status, problem.code]
}

async function post(body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Told> {
  return await api.ask({ path, headers: { ...keyed(service), ...headers }, body })
}

test('An amount that is no whole number of 1 or more is refused by name', async () => {
  const amounts = ['-1', '0', '0.1', '1.5', '"5"', 'null', 'true', '[]', '{}', '1e13', '-0']
  for (const amount of amounts) {
    const told = await post(`{"amount":${amount}}`)
    deepEqual([amount, ...problemOf(told)], [amount, 400, 'requests/invalid'])
    equal(told.body.errors[0].path, 'body.amount')
  }
})

test('A number that cannot be kept as it is written is refused by name', async () => {
  for (const amount of [
    '1e309',
    '-1e309',
    '9007199254740992',
    '9007199254740993',
    '9223372036854775808',
  ]) {
    const told = await post(`{"amount":${amount}}`)
    deepEqual([amount, ...problemOf(told)], [amount, 400, 'requests/not-json'])
    equal(told.body.errors[0].path, 'body.amount')
  }
})

test('What is no JSON, or JSON that means two things, is refused', async () => {
  const deep = 100_000
  const bodies = [
    '{',
    '{"amount":1',
    '{"amount":1}{}',
    "{'amount':1}",
    '{"amount":01}',
    '{"amount":NaN}',
    '{"amount":1,}',
    '{"amount":1,"amount":2}',
    '{"amount":1,"\\u0061mount":2}',
    '{"amount":1,"__proto__":{"x":1}}',
    '{"amount":1,"reason":"a\\u0000b"}',
    '{"amount":1,"reason":"a\u0000b"}',
    '{"amount":1,"reason":"\\ud800"}',
    '['.repeat(deep) + ']'.repeat(deep),
    '{"a":'.repeat(deep) + '1' + '}'.repeat(deep),
    '['.repeat(deep),
    Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    Buffer.from('{"amount":1}', 'utf16le'),
  ]
  for (const body of bodies) {
    const told = await post(body)
    const shown = body.toString().slice(0, 40)
    deepEqual([shown, ...problemOf(told)], [shown, 400, 'requests/not-json'])
  }
})

test('A body that is no object of the schema is refused', async () => {
  for (const body of ['[]', '1', '"x"', 'null', '{}', '{"amount":1,"constructor":{}}']) {
    deepEqual([body, ...problemOf(await post(body))], [body, 400, 'requests/invalid'])
  }
  deepEqual(problemOf(await post('')), [400, 'requests/invalid'])
})

test('Instants without offset, texts that are too long and funders of other shapes are refused', async () => {
  for (const [field, value] of [
    ['expiresAt', '2027-01-01'],
    ['expiresAt', '2027-01-01T00:00:00'],
    ['expiresAt', '2027-02-30T00:00:00Z'],
    ['expiresAt', 1_500_000_000],
    ['activeAt', null],
    ['reason', 'x'.repeat(201)],
    ['ref', ''],
    ['ref', 'x'.repeat(101)],
    ['ref', 'line\nbreak'],
    ['funder', 'me'],
    ['funder', "shop:' or 1=1"],
    ['target', ''],
  ] as const) {
    const told = await post({ amount: 1, [field]: value })
    deepEqual([field, value, ...problemOf(told)], [field, value, 400, 'requests/invalid'])
    equal(told.body.errors[0].path, `body.${field}`)
  }
})

test('Other content types, packed bodies and bodies that are too large are refused', async () => {
  const good = JSON.stringify({ amount: 1 })
  for (const type of [
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json-patch+json',
    'nonsense',
  ]) {
    const told = await post(good, { 'content-type': type })
    deepEqual([type, ...problemOf(told)], [type, 415, 'requests/media-type'])
  }
  const packed = gzipSync(Buffer.alloc(1_000_000))
  const unpacked = await post(packed, { 'content-encoding': 'gzip' })
  deepEqual(problemOf(unpacked), [415, 'requests/media-type'])
  const large = await post(`{"amount":1,"reason":"${'x'.repeat(1_100_000)}"}`)
  deepEqual(problemOf(large), [413, 'requests/too-large'])
})

test('Paths that lead nowhere, are badly encoded or take other methods are told apart', async () => {
  const asked = async (method: 'GET' | 'PUT' | 'DELETE' | 'OPTIONS', url: string) =>
    problemOf(await api.ask({ method, path: url, headers: service }))
  deepEqual(await asked('GET', '/v1/nothing'), [404, 'requests/not-found'])
  deepEqual(await asked('GET', '/v1/members/lin/wallets/'), [404, 'requests/not-found'])
  deepEqual(await asked('GET', '/v1/members/%E0%A4%A'), [400, 'requests/bad-url'])
  deepEqual(await asked('GET', '/v1/members/%00'), [400, 'requests/invalid'])
  deepEqual(await asked('GET', '/v1/members/..%2F..%2Fetc'), [400, 'requests/invalid'])
  deepEqual(await asked('GET', `/v1/members/${'x'.repeat(65)}`), [400, 'requests/invalid'])
  deepEqual(await asked('PUT', path), [405, 'requests/method-not-allowed'])
  deepEqual(await asked('OPTIONS', '/v1/market'), [405, 'requests/method-not-allowed'])
  deepEqual(await asked('DELETE', '/v1/members/lin'), [405, 'requests/method-not-allowed'])
  const put = await api.ask({ method: 'PUT', path, headers: service })
  equal(put.headers['allow'], 'POST')
})
