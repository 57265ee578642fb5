import { gzipSync } from 'node:zlib'
import { apiOperations } from '#test/accept/support/api-operations.ts'
import type { Request } from '#test/accept/support/client.ts'
import { sampleOf, type ApiDescription } from '#test/accept/support/openapi.ts'
import type { Random } from '#test/accept/support/random.ts'

/** A request that nobody in their right mind would send, and what is wild about it. */
export type Wild = {
  readonly what: string
  readonly request: Request
  /** So large that the server may hang up before it has read it all. */
  readonly isHuge?: boolean
}

/** What stands in the place of a value: texts of JSON, not all of them right. */
const values = [
  ...`-1 0 -0 0.1 1e3 1e309 -1e309 1E400 .5 01 0x10 NaN
     9007199254740992 9007199254740993 9223372036854775808 99999999999999999999999999
     "5" "" null true [] {} [[[]]] {"$ne":null} "\\u0000" "\\ud800"
     "2017-11-11" "2017-02-30T00:00:00Z" "9999-99-99T99:99:99Z" "+275760-09-13"
     "-271821-04-20T00:00:00Z" "2017-11-11T00:00:00+99:00"`.split(/\s+/),
  '" "',
  '"\u0000"',
  `"${'x'.repeat(5_000)}"`,
]

const contentTypes = [
  'text/plain',
  'application/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json; charset=utf-16',
  'application/json;charset=',
  'application/jsonp',
  'APPLICATION/JSON',
  '',
]

const queries = [
  'limit=1e9',
  'limit=-1',
  'limit=0',
  'limit=5&limit=6',
  'limit[]=5',
  'limit=%00',
  'cursor=%ff',
  'cursor=a'.padEnd(3_000, 'a'),
  'kind=spend%27%20or%201=1',
  'sort=seq;drop',
  'filter[a][b]=c',
  '__proto__[a]=b',
  '%',
  '&&&=',
]

/** Makes one wild request, by the description of the API or against it. */
export function wildRequest(api: ApiDescription, random: Random): Wild {
  const ways = [bySchema, bySchema, byValue, byValue, byValue, byBody, byPath, byHeader]
  return random.pick(ways)(api, random)
}

function bySchema(api: ApiDescription, random: Random): Wild {
  const operation = random.pick(api.operations)
  const path = operation.path.replace(/\{(\w+)\}/g, () =>
    encodeURIComponent(random.pick(['lin', 'platform', 'points', 'member-1', '1', 'x', '积分'])),
  )
  const content = operation.requestBody?.content['application/json']
  const json = content === undefined ? undefined : sampleOf(api, content.schema, random)
  const headers = { 'idempotency-key': `wild-${random.int(1, 1e9)}` }
  const method = operation.method.toUpperCase()
  return { what: `schema of ${operation.operationId}`, request: { method, path, headers, json } }
}

/** A right request with one value that is not. */
function byValue(_api: ApiDescription, random: Random): Wild {
  const { name, request } = rightRequest(random)
  const text = JSON.stringify(request.json ?? {})
  const places = [...text.matchAll(/:("(?:[^"\\]|\\.)*"|-?\d+)/g)]
  const value = random.pick(values)
  if (places.length === 0) return { what: `a value of ${name}`, request: asRaw(request, value) }
  const place = random.pick(places)
  const raw = `${text.slice(0, place.index)}:${value}${text.slice(place.index + place[0].length)}`
  return { what: `${value.slice(0, 30)} in ${name}`, request: asRaw(request, raw) }
}

function byBody(_api: ApiDescription, random: Random): Wild {
  const { name, request } = rightRequest(random)
  const text = JSON.stringify(request.json ?? {})
  const bodies: readonly [string, Buffer | string, Record<string, string>?][] = [
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
    ['a mark of byte order', `\ufeff${text}`],
    ['a body cut short', text.slice(0, random.int(1, text.length))],
    ['two bodies', text + text],
    ['a key twice', text.replace('{', '{"amount":1,"amount":2,')],
    ['JSON 100,000 deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['objects 50,000 deep', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
    ['many keys', `{${Array.from({ length: 20_000 }, (_, n) => `"k${n}":1`).join(',')}}`],
    ['an array', `[${text}]`],
    ['a text', '"hello"'],
    ['a number', '5'],
    ['nothing', ''],
    ['blanks', '   '],
    ['another language', '<xml/>'],
    ['a gzip bomb', gzipSync(Buffer.alloc(2_000_000)), { 'content-encoding': 'gzip' }],
  ]
  if (random.chance(0.03)) {
    const raw = `{"reason":"${'x'.repeat(random.pick([1_100_000, 6_000_000]))}"}`
    return { what: `a huge body to ${name}`, request: asRaw(request, raw), isHuge: true }
  }
  const [what, raw, headers] = random.pick(bodies)
  const wild = asRaw(request, raw)
  return {
    what: `${what} to ${name}`,
    request: { ...wild, headers: { ...wild.headers, ...headers } },
  }
}

function byPath(_api: ApiDescription, random: Random): Wild {
  const { name, request } = rightRequest(random)
  const spoilt = random.pick([
    `${request.path}?${random.pick(queries)}`,
    `${request.path}/`,
    request.path.replace('/v1', '/v1/..'),
    request.path.replace(/[^/]+$/, '%ff'),
    request.path.replace(/[^/]+$/, '%00'),
    request.path.replace(/[^/]+$/, '%'),
    request.path.replace(/[^/]+$/, 'x'.repeat(5_000)),
    request.path.replace(/[^/]+$/, encodeURIComponent("' or 1=1 --")),
    `${request.path}${'/x'.repeat(200)}`,
  ])
  const method = random.pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'TRACE'])
  return {
    what: `${method} of a spoilt path of ${name}`,
    request: { ...request, method, path: spoilt },
  }
}

function byHeader(_api: ApiDescription, random: Random): Wild {
  const { name, request } = rightRequest(random)
  const json = { raw: JSON.stringify(request.json ?? {}) }
  const spoilt = random.pick<[string, Record<string, string>]>([
    ['content type', { 'content-type': random.pick(contentTypes) }],
    ['key', { 'idempotency-key': random.pick(['', ' ', 'a b', 'ü', 'x'.repeat(256), 'a,b']) }],
    ['cookie', { cookie: `jifen_session=${'x'.repeat(random.int(0, 6_000))}` }],
    ['accept', { accept: '*/*;q=x', 'accept-encoding': 'zip' }],
    ['range', { range: 'bytes=0-1', 'if-match': '"x"', 'if-none-match': '*' }],
    ['authorization', { authorization: random.pick(['Bearer', 'Bearer  ', 'Digest x', 'jf_x_y']) }],
  ])
  const headers = { 'content-type': 'application/json', ...request.headers, ...spoilt[1] }
  const { json: _, ...rest } = request
  return { what: `a wild ${spoilt[0]} to ${name}`, request: { ...rest, ...json, headers } }
}

function rightRequest(random: Random): { readonly name: string; readonly request: Request } {
  const [name, operation] = random.pick(Object.entries(apiOperations))
  return { name, request: operation.request(random.pick(['lin', 'member-1'])) }
}

function asRaw(request: Request, raw: Buffer | string): Request {
  const { json: _, ...rest } = request
  const headers = { 'content-type': 'application/json', ...request.headers }
  return { ...rest, method: request.method ?? 'POST', headers, raw }
}
