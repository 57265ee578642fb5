import { equal } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { buildWeb } from '#cli/web-build.ts'
import {
  accounts,
  entries,
  explained,
  market,
  members,
  wallets,
} from '#test/support/fake-api-data.ts'
import { fakeCare } from '#test/support/fake-care.ts'
import { fakeClub } from '#test/support/fake-club.ts'
import { fakeShopA } from '#test/support/fake-shop-a.ts'
import { fakeShopB } from '#test/support/fake-shop-b.ts'
import { coupons, lots, tradeDetails, trades } from '#test/support/fake-trades.ts'

/** The built pages and an API that answers from canned data, on a port of its own. */
export type FakeApi = {
  readonly url: string
  /** Requests whose path begins so get this answer instead, until `repair`. */
  readonly spoil: (path: string, status: number, body: object) => void
  /** Requests whose path begins so get no answer, until `repair`. */
  readonly hold: (path: string) => void
  readonly repair: () => void
  /** The Idempotency-Keys of everything that was asked for under one, in that order. */
  readonly keys: () => readonly string[]
  /** Ends every session. */
  readonly expireSessions: () => void
  readonly stop: () => Promise<void>
}

type Answer = { readonly status: number; readonly body?: object; readonly cookie?: string }

/** As strict as the real server's. */
const contentSecurityPolicy =
  "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Starts it; `isDemo: false` has no demo accounts and takes the token "good" for the member xiaoman. */
export async function startFakeApi({ isDemo = true } = {}): Promise<FakeApi> {
  const { folder } = await buildWeb()
  const spoilt = new Map<string, Answer | 'held'>()
  const keys: string[] = []
  const club = fakeClub()
  const care = fakeCare()
  const [shop, day] = [fakeShopA(), fakeShopB()]
  let epoch = 0

  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    if (!path.startsWith('/v1/')) return sendFile(response, folder, path)

    const key = request.headers['idempotency-key']
    if (typeof key === 'string') keys.push(key)
    const wrong = [...spoilt].find(([start]) => path.startsWith(start))?.[1]
    if (wrong === 'held') return
    if (wrong !== undefined) return send(response, wrong)
    void bodyOf(request).then((body) => {
      send(response, answer(request, body, { isDemo, epoch, club, care, shop, day }))
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  equal(typeof address, 'object')

  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    spoil: (path, status, body) => spoilt.set(path, { status, body }),
    hold: (path) => spoilt.set(path, 'held'),
    repair: () => spoilt.clear(),
    keys: () => keys,
    expireSessions: () => (epoch += 1),
    stop: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

type State = {
  readonly isDemo: boolean
  readonly epoch: number
  readonly club: ReturnType<typeof fakeClub>
  readonly care: ReturnType<typeof fakeCare>
  readonly shop: ReturnType<typeof fakeShopA>
  readonly day: ReturnType<typeof fakeShopB>
}

function answer(request: IncomingMessage, body: unknown, state: State): Answer {
  const { isDemo, epoch, club, care, shop, day } = state
  const url = new URL(request.url ?? '/', 'http://localhost')
  const signedIn = new RegExp(`jifen_session=${epoch}\\.(\\w+)`).exec(request.headers.cookie ?? '')
  const account = accounts.find((each) => each.account === signedIn?.[1])
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /v1/demo/accounts':
      return isDemo ? { status: 200, body: { accounts } } : notFound
    case 'POST /v1/demo/sign-in':
      return signIn(textIn(body, 'account'), epoch)
    case 'POST /v1/sign-in':
      return textIn(body, 'token') === 'good' ? signIn('xiaoman', epoch) : unauthorised
    case 'POST /v1/sign-out':
      return { status: 204, cookie: 'jifen_session=; Max-Age=0; Path=/' }
  }
  if (account === undefined) return unauthorised
  if (url.pathname === '/v1/market') return { status: 200, body: market }
  if (url.pathname === '/v1/session') return { status: 200, body: sessionOf(account, isDemo) }
  const whole = url.pathname.split('/').slice(2).map(decodeURIComponent)
  if (account.role === 'merchant') {
    const call = { method: request.method ?? 'GET', parts: whole, query: url.searchParams, body }
    return shop(call) ?? day(call) ?? notFound
  }
  const [, memberId = '', ...parts] = whole
  const own = memberId === account.account
  const method = request.method ?? 'GET'
  const told = own ? club({ method, memberId, parts }) : undefined
  const cared = care({ method, memberId: account.account, parts: whole })
  return told ?? cared ?? memberAnswer(url, account.account)
}

function sessionOf({ account, role }: (typeof accounts)[number], demo: boolean): object {
  const memberId = role === 'member' ? { memberId: account } : {}
  return { role, subject: account, ...memberId, demo }
}

function memberAnswer(url: URL, memberId: string): Answer {
  const parts = url.pathname.split('/').slice(2).map(decodeURIComponent)
  if (parts[1] !== memberId) return notFound
  const [, , resource, program, unit, part, seq] = parts
  if (resource === 'coupons') return { status: 200, body: { coupons: coupons[memberId] ?? [] } }
  if (resource === 'trades') return tradesAnswer(memberId, program)
  if (part === 'lots') {
    const there = lots[`${memberId}/${unit}`]
    return there === undefined ? notFound : { status: 200, body: { lots: there } }
  }
  if (parts.length === 2) return { status: 200, body: members[memberId] ?? {} }
  if (parts.length === 3) return { status: 200, body: { wallets: wallets[memberId] ?? [] } }
  if (seq === undefined) return { status: 200, body: entriesPage(url, `${program}/${unit}`) }

  const entry = entries.find((each) => String(each.seq) === seq)
  return entry === undefined ? notFound : { status: 200, body: explained(entry) }
}

function tradesAnswer(memberId: string, tradeId: string | undefined): Answer {
  if (tradeId === undefined) return { status: 200, body: { trades: trades[memberId] ?? [] } }
  const detail = tradeDetails[tradeId]
  return detail === undefined ? notFound : { status: 200, body: detail }
}

function entriesPage(url: URL, wallet: string): object {
  if (wallet !== 'platform/points') return { entries: [] }
  const from = Number(url.searchParams.get('cursor') ?? 0)
  const next = from + Number(url.searchParams.get('limit') ?? 30)
  const page = { entries: entries.slice(from, next) }
  return next < entries.length ? { ...page, nextCursor: String(next) } : page
}

function signIn(account: string, epoch: number): Answer {
  const cookie = `jifen_session=${epoch}.${account}; HttpOnly; SameSite=Strict; Path=/`
  return { status: 204, cookie }
}

function problem(status: number, title: string): Answer {
  return { status, body: { type: 'about:blank', status, title } }
}

const unauthorised = problem(401, 'A valid credential is needed.')
const notFound = problem(404, 'There is no such thing here.')

function send(response: ServerResponse, { status, body, cookie }: Answer): void {
  if (cookie !== undefined) response.setHeader('set-cookie', cookie)
  response.statusCode = status
  if (body === undefined) return void response.end()
  response.setHeader('content-type', status < 400 ? 'application/json' : 'application/problem+json')
  response.end(JSON.stringify(body))
}

/** A file of the build; any other address is a page's, and the page finds out which. */
function sendFile(response: ServerResponse, folder: string, path: string): void {
  const isAsset = path.startsWith('/assets/')
  const file = isAsset ? path : '/index.html'
  response.setHeader('content-security-policy', contentSecurityPolicy)
  response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream')
  response.end(readFileSync(join(folder, file)))
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  if (chunks.length === 0) return undefined
  const text = Buffer.concat(chunks).toString()
  const isJson = request.headers['content-type']?.startsWith('application/json') === true
  return isJson ? JSON.parse(text) : text
}

function textIn(body: unknown, name: string): string {
  return String((body as Readonly<Record<string, unknown>> | undefined)?.[name])
}
