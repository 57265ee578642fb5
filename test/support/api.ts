import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InjectOptions } from 'fastify'
import { connect, type Database } from '#db/connection.ts'
import { readMarket, type Market } from '#db/market.ts'
import type { Role } from '#http/auth/caller.ts'
import { openLocalIssuer, type LocalIssuer } from '#http/auth/local-issuer.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { buildServer } from '#http/server.ts'
import { virtualClock, type Clock } from '#operations/clock.ts'
import { openPolicyBook, type PolicyBook } from '#operations/policies/policy-book.ts'
import { testDatabase } from '#test/support/database.ts'

/** The API on a database of a test file's own, by a virtual clock. */
export type TestApi = {
  readonly http: Http
  readonly db: Database
  readonly policies: PolicyBook
  readonly market: Market
  readonly url: string
  readonly clock: Clock
  readonly issuer: LocalIssuer
  /** Where the issuer keeps its key. */
  readonly home: string
  /** A bearer header: of a role, of a member. */
  readonly as: (role: Role, memberId?: string) => Promise<{ readonly authorization: string }>
  readonly ask: (request: Ask) => Promise<Told>
  readonly close: () => Promise<void>
}

export type Ask = {
  readonly method?: InjectOptions['method']
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON; a text or bytes are sent as they are, as JSON. */
  readonly body?: unknown
}

export type Told = {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  // Answers are of many shapes; tests look into them as they please.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any
}

const noLimits = {
  perMinute: { people: 1_000_000, programs: 1_000_000, strangers: 1_000_000 },
  failuresPerMinute: 1_000_000,
}

/** Where the virtual clock of every test begins. */
export const beginning = Temporal.Instant.from('2017-11-20T10:00:00+08:00')

/** Starts it without a port: requests are injected. */
export async function testApi(settings: Partial<HttpContext> = {}): Promise<TestApi> {
  const database = await testDatabase()
  const home = mkdtempSync(join(tmpdir(), 'jifen-api-'))
  const issuer = await openLocalIssuer(home)
  const db = connect(database.url, { as: 'application', size: 6 })
  const clock = settings.clock ?? virtualClock(beginning)
  const policies = await openPolicyBook(db)
  const market = await readMarket(db)
  const auth = { issuers: [issuer], https: false }
  const { statements } = issuer
  const base = { db, policies, market, clock, auth, statements, limits: noLimits }
  const http = await buildServer({ ...base, ...settings })

  const as = async (role: Role, memberId?: string) => {
    const subject = memberId ?? `test-${role}`
    const token = await issuer.sign({ role, subject, memberId, lifeSeconds: 600 })
    return { authorization: `Bearer ${token}` }
  }
  return {
    http,
    db,
    policies,
    market,
    url: database.url,
    clock,
    issuer,
    home,
    as,
    ask: (request) => ask(http, request),
    close: async () => {
      await http.drain()
      await http.close()
      policies.close()
      await db.destroy()
      await database.drop()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

async function ask(http: Http, { method, path, headers, body }: Ask): Promise<Told> {
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body)
  const payload = body === undefined || isRaw ? body : JSON.stringify(body)
  const answer = await http.inject({
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    url: path,
    headers: {
      ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(payload === undefined ? {} : { payload: payload as string }),
  })
  const text = answer.body
  const isJson = /json/.test(String(answer.headers['content-type']))
  return {
    status: answer.statusCode,
    headers: answer.headers,
    text,
    body: isJson ? JSON.parse(text) : undefined,
  }
}

let requests = 0

/** Headers for a posting under a key of its own. */
export function keyed(headers: Readonly<Record<string, string>>, key = `key-${(requests += 1)}`) {
  return { ...headers, 'idempotency-key': key }
}

/** An event as CloudEvents 1.0. */
export function event(
  memberId: string,
  type: string,
  id: string,
  time: string,
  data: object = {},
): object {
  const source = 'test'
  return {
    specversion: '1.0',
    source,
    id,
    type: `jifen.${type}.v1`,
    time,
    partitionkey: memberId,
    data,
  }
}

/** The three events by which an order of one line is placed, paid and received. */
export function receivedOrder(
  memberId: string,
  orderId: string,
  at: string,
  line: object = {},
): object[] {
  const lines = [{ id: '1', sku: 'sku-1', paid: '109.00', ...line }]
  return [
    event(memberId, 'order.placed', `${orderId}/placed`, at, { orderId, shopId: 'shop-1', lines }),
    event(memberId, 'order.paid', `${orderId}/paid`, at, { orderId }),
    event(memberId, 'order.received', `${orderId}/received`, at, { orderId }),
  ]
}
