import { deepEqual, equal, ok } from 'node:assert/strict'
import { createHmac, createPublicKey } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { generateKeyPair, importJWK, SignJWT, type JWK } from 'jose'
import { roles } from '#http/auth/caller.ts'
import { openLocalIssuer } from '#http/auth/local-issuer.ts'
import { createKey } from '#operations/keys/create-key.ts'
import { revokeKey } from '#operations/keys/revoke-key.ts'
import { beginning, event, keyed, testApi, type TestApi, type Told } from '#test/support/api.ts'
import { operationsOf, pathFor, type Operation } from '#test/support/operations.ts'

let api: TestApi
let operations: readonly Operation[]
const home = mkdtempSync(join(tmpdir(), 'jifen-other-'))

before(async () => {
  api = await testApi()
  operations = operationsOf(api.http)
  const headers = await api.as('service')
  const body = ['lin', 'zhao'].map((member) =>
    event(member, 'member.joined', 'join', '2017-01-01T00:00:00+08:00'),
  )
  await api.ask({ path: '/v1/events', headers, body })
})
after(async () => {
  await api.close()
  rmSync(home, { recursive: true })
})

async function ask(
  operation: Operation,
  headers: Readonly<Record<string, string>>,
  memberId = 'lin',
): Promise<Told> {
  const path = pathFor(operation, memberId)
  const given = operation.isPosting ? keyed(headers) : headers
  return await api.ask({ method: operation.method, path, headers: given, body: operation.body })
}

/** Without what differs from one request to the next. */
function told({ status, text }: Told): readonly [number, string] {
  return [status, text.replaceAll(/urn:uuid:[0-9a-f-]+/g, '')]
}

function closed(): readonly Operation[] {
  return operations.filter(({ access }) => !access.includes('anyone'))
}

test('Every operation says who may ask, and only these are open to anyone', () => {
  const open = operations.filter(({ access }) => access.includes('anyone')).map(({ id }) => id)
  deepEqual(open.toSorted(), [
    'getMetrics',
    'isLive',
    'isReady',
    'listDemoAccounts',
    'readTierStatementKeys',
    'signIn',
    'signInToDemo',
    'signOut',
  ])
  ok(closed().length >= 20)
  for (const { access } of closed()) ok(access.every((each) => roles.some((role) => role === each)))
})

test('Without a valid proof of who asks, every operation answers 401 and nothing else', async () => {
  for (const [name, headers] of Object.entries(await forgeries())) {
    for (const operation of closed()) {
      const { status, body, headers: given } = await ask(operation, headers)
      deepEqual([name, operation.id, status], [name, operation.id, 401])
      equal(body.code, 'requests/unauthenticated')
      ok(String(given['www-authenticate']).startsWith('Bearer'))
    }
  }
})

/** All that looks like a proof and is none. */
async function forgeries(): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>> {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  const { issuer, audience } = api.issuer
  const nowSeconds = Math.floor(Temporal.Now.instant().epochMilliseconds / 1_000)
  const claims = { iss: issuer, aud: audience, sub: 'x', role: 'operator', exp: nowSeconds + 600 }
  const stranger = await generateKeyPair('EdDSA')
  const signed = async (change: object, key = stranger.privateKey): Promise<string> =>
    await new SignJWT({ ...claims, ...change }).setProtectedHeader({ alg: 'EdDSA' }).sign(key)
  const other = await openLocalIssuer(home)
  const otherToken = await other.sign({ role: 'operator', subject: 'x', lifeSeconds: 600 })
  const good = (await api.as('operator')).authorization.slice('Bearer '.length)
  const { key } = await createKey(api.db, {
    role: 'operator',
    subject: 'x',
    note: '',
    at: beginning,
  })
  return {
    nothing: {},
    'an empty bearer': bearer(''),
    'another scheme': { authorization: `Basic ${btoa('admin:admin')}` },
    'alg none': bearer(unsigned({ alg: 'none' }, claims)),
    'alg None': bearer(unsigned({ alg: 'None' }, claims)),
    'HS256 with the public key': bearer(hmacWithPublicKey(claims)),
    'a key of a stranger': bearer(await signed({})),
    'another issuer of ours': bearer(otherToken),
    expired: bearer(await ownToken({ exp: nowSeconds - 10 })),
    'another audience': bearer(await ownToken({ aud: 'elsewhere' })),
    'another issuer by name': bearer(await ownToken({ iss: 'https://elsewhere.example' })),
    'an unknown role': bearer(await ownToken({ role: 'root' })),
    'no role': bearer(await ownToken({ role: undefined })),
    'no end': bearer(await ownToken({ exp: undefined })),
    'not begun': bearer(await ownToken({ nbf: nowSeconds + 600 })),
    'cut off': bearer(good.slice(0, -2)),
    'a changed claim': bearer(withRole(await ownToken({ role: 'member' }), 'operator')),
    'an API key with another secret': bearer(`${key.slice(0, -3)}abc`),
    'an API key of nobody': bearer(`jf_000000000000_${'a'.repeat(43)}`),
    'a session cookie of nonsense': { cookie: 'jifen_session=nonsense' },
    'a word of a proxy': { 'x-forwarded-user': 'admin', 'x-role': 'operator' },
  }
}

const claimsOf = (token: string) => JSON.parse(atob(token.split('.')[1] ?? '')) as object

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function unsigned(header: object, claims: object): string {
  return `${encoded(header)}.${encoded(claims)}.`
}

function withRole(token: string, role: string): string {
  const [header, , signature] = token.split('.')
  return `${header}.${encoded({ ...claimsOf(token), role })}.${signature}`
}

/** Signed by our issuer's own key, with claims it would not make. */
async function ownToken(change: object): Promise<string> {
  const token = await api.issuer.sign({ role: 'operator', subject: 'x', lifeSeconds: 600 })
  const header = JSON.parse(atob(token.split('.')[0] ?? '')) as { alg: string; kid: string }
  return await new SignJWT({ ...claimsOf(token), ...change })
    .setProtectedHeader(header)
    .sign(await importJWK(ownKey(), 'EdDSA'))
}

function ownKey(): JWK {
  return JSON.parse(readFileSync(join(api.home, 'issuer-key.json'), 'utf8')) as JWK
}

function hmacWithPublicKey(claims: object): string {
  const { d: _secret, ...publicPart } = ownKey()
  const pem = createPublicKey({ key: { ...publicPart }, format: 'jwk' })
  const text = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(claims)}`
  const secret = pem.export({ type: 'spki', format: 'pem' })
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}

test('A role that an operation does not name is refused, one that it names is not', async () => {
  for (const role of roles) {
    const headers = await api.as(role, role === 'member' ? 'lin' : undefined)
    for (const operation of closed()) {
      const { status, body } = await ask(operation, headers)
      const isRefused = status === 403 && body.code === 'requests/forbidden'
      const isNamed = operation.access.includes(role)
      deepEqual([operation.id, role, !isRefused], [operation.id, role, isNamed])
    }
  }
})

test('A member is answered about another member as about one that does not exist', async () => {
  const headers = await api.as('member', 'lin')
  const ofMembers = closed().filter(
    ({ path, access }) => path.includes('{memberId}') && access.includes('member'),
  )
  ok(ofMembers.length >= 7)
  for (const operation of ofMembers) {
    const foreign = await ask(operation, headers, 'zhao')
    const unknown = await ask(operation, headers, 'nobody')
    deepEqual([operation.id, ...told(foreign)], [operation.id, ...told(unknown)])
    deepEqual([foreign.status, foreign.body.code], [404, 'members/unknown'])
    equal(foreign.headers['content-length'], unknown.headers['content-length'])
  }
})

test('An encoded path does not lead a member to another', async () => {
  const headers = await api.as('member', 'lin')
  for (const path of [
    '/v1/members/%7Ahao/wallets',
    '/v1/members/lin%2F..%2Fzhao/wallets',
    '/v1/members/lin/../zhao/wallets',
    '/v1//members/zhao/wallets',
    '/V1/members/zhao/wallets',
    '/v1/members/zhao;lin/wallets',
  ]) {
    const { status } = await api.ask({ path, headers })
    ok(status === 404 || status === 400, `${path}: ${status}`)
  }
  equal((await api.ask({ path: '/v1/members/%6Cin', headers })).status, 200)
})

test('An API key is taken until it is revoked, and within a second not any more', async () => {
  const settings = { role: 'service', subject: 'importer', note: '', at: beginning } as const
  const { keyId, key } = await createKey(api.db, settings)
  const headers = { authorization: `Bearer ${key}` }
  const asked = async (): Promise<number> =>
    (await api.ask({ path: '/v1/session', headers })).status
  equal(await asked(), 200)
  equal(await revokeKey(api.db, keyId, beginning), true)
  await wait(1_000)
  equal(await asked(), 401)
  equal(await revokeKey(api.db, keyId, beginning), false)
})

test('An API key of a member is that member', async () => {
  const settings = { role: 'member', subject: 'zhao', note: '', at: beginning } as const
  const { key } = await createKey(api.db, settings)
  const headers = { authorization: `Bearer ${key}` }
  const { body } = await api.ask({ path: '/v1/session', headers })
  deepEqual(body, { role: 'member', subject: 'zhao', memberId: 'zhao', demo: false })
  equal((await api.ask({ path: '/v1/members/lin', headers })).status, 404)
})

test('Failed proofs from one address are limited', async () => {
  const limited = await testApi({ limits: { failuresPerMinute: 5 } })
  try {
    const statuses: number[] = []
    for (let count = 0; count < 7; count += 1) {
      const headers = { authorization: `Bearer jf_00000000000${count}_${'a'.repeat(43)}` }
      statuses.push((await limited.ask({ path: '/v1/session', headers })).status)
    }
    deepEqual(statuses, [401, 401, 401, 401, 401, 429, 429])
  } finally {
    await limited.close()
  }
})
