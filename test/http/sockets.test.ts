import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { Agent, request as httpRequest } from 'node:http'
import { connect as openSocket, type AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { event, testApi, type TestApi } from '#test/support/api.ts'

let api: TestApi
let port: number
let authorization: string

before(async () => {
  api = await testApi()
  await api.http.listen({ host: '127.0.0.1', port: 0 })
  port = (api.http.server.address() as AddressInfo).port
  const headers = await api.as('service')
  authorization = headers.authorization
  const joined = event('lin', 'member.joined', 'join', '2017-01-01T00:00:00+08:00')
  await api.ask({ path: '/v1/events', headers, body: joined })
})
after(() => api.close())

/** Sends bytes and returns all that comes back until the connection ends or has been quiet. */
async function raw(bytes: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const socket = openSocket({ host: '127.0.0.1', port }, () => socket.write(bytes))
  let said = ''
  socket.setTimeout(1_000, () => socket.end())
  socket.on('data', (piece) => (said += piece.toString()))
  socket.on('error', () => resolve(said))
  socket.on('close', () => resolve(said))
  return await promise
}

const path = '/v1/members/lin/wallets/platform/points/spends'
const head = (...lines: string[]): string => `${lines.join('\r\n')}\r\n\r\n`

test('What is no HTTP is answered with a problem, and the connection ends', async () => {
  for (const [bytes, status] of [
    ['nonsense\r\n\r\n', 400],
    [head('GET / HTTP/9.9'), 400],
    [head('GET /livez HTTP/1.1', 'host: x', 'transfer-encoding: nonsense'), 400],
    [head('POST / HTTP/1.1', 'host: x', 'content-length: 5', 'content-length: 6'), 400],
    [head('GET /livez HTTP/1.1', 'host: x', `x-large: ${'x'.repeat(20_000)}`), 431],
  ] as const) {
    const said = await raw(bytes)
    ok(said.startsWith(`HTTP/1.1 ${status} `), said.slice(0, 200))
    match(said, /application\/problem\+json/)
    match(said, /"code":"requests\//)
  }
})

test('A body that is shorter than it says is never acted on', async () => {
  const body = '{"amount":1'
  const said = await raw(
    head(
      `POST ${path} HTTP/1.1`,
      'host: x',
      `authorization: ${authorization}`,
      'idempotency-key: cut',
      'content-type: application/json',
      'content-length: 5000',
    ) + body,
  )
  ok(!said.includes('201'), said)
})

test('A posting whose connection ended before the answer is done once, and told when asked again', async () => {
  const posting = {
    port,
    path: '/v1/members/lin/wallets/platform/drops/earns',
    method: 'POST',
    headers: { authorization, 'idempotency-key': 'drop', 'content-type': 'application/json' },
  }
  const body = JSON.stringify({ amount: 9, expiresAt: null })
  for (let count = 0; count < 5; count += 1) {
    const { promise, resolve } = Promise.withResolvers<void>()
    const sent = httpRequest(posting).on('error', () => resolve())
    sent.end(body, () => setTimeout(() => sent.destroy(), count * 3))
    sent.on('close', () => resolve())
    await promise
  }
  const told = await api.ask({
    path: posting.path,
    headers: { authorization, 'idempotency-key': 'drop' },
    body: JSON.parse(body),
  })
  deepEqual([told.status, told.body.seq, told.body.after.available], [201, 1, 9])
})

test('A thousand idle connections keep nobody from being served', async () => {
  const sockets = Array.from({ length: 1_000 }, () => openSocket({ host: '127.0.0.1', port }))
  for (const socket of sockets) socket.on('error', () => undefined)
  await Promise.all(
    sockets.map(async (socket) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      socket.on('connect', resolve)
      await promise
    }),
  )
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`)
  equal(answer.status, 200)
  await answer.arrayBuffer()
  for (const socket of sockets) socket.destroy()
})

test('A server that stops answers what it was asked, and sends its clients elsewhere', async () => {
  const stopping = await testApi()
  await stopping.http.listen({ host: '127.0.0.1', port: 0 })
  const { port: own } = stopping.http.server.address() as AddressInfo
  const agent = new Agent({ keepAlive: true, maxSockets: 4 })
  const statuses: unknown[] = []
  let isOver = false
  const client = async (): Promise<void> => {
    while (!isOver) statuses.push(await status(own, agent))
  }
  const clients = [client(), client(), client(), client()]
  while (statuses.length <= 20) await pause(10)
  const stopped = stopping.close()
  await pause(1_500)
  isOver = true
  await Promise.all([...clients, stopped])
  agent.destroy()
  const kinds = [...new Set(statuses)]
  ok(statuses.filter((each) => each === 200).length > 20)
  deepEqual(
    kinds.filter((each) => each !== 200 && each !== 'ECONNREFUSED'),
    [],
    'nobody was cut off',
  )
})

/** The status of an answer, or the code of the error instead of one. */
async function status(to: number, agent: Agent): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>()
  const sent = httpRequest({ port: to, agent, path: '/livez' }, (response) => {
    response.resume()
    response.on('end', () => resolve(response.statusCode))
  })
  sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
  sent.end()
  return await promise
}

async function pause(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  setTimeout(resolve, ms)
  await promise
}
