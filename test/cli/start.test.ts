import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { discardPostgres } from '#cli/postgres/start-postgres.ts'
import { openLocalIssuer } from '#http/auth/local-issuer.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'

const home = mkdtempSync(join(tmpdir(), 'jifen-start-'))
let database: TestDatabase

before(async () => {
  database = await testDatabase()
})
after(async () => {
  await database.drop()
  await discardPostgres(home)
})

type Started = { readonly url: string; readonly child: ChildProcess; readonly said: () => string }

/** Starts the program and waits until it says that it runs, or has ended. */
async function start(
  options: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Started> {
  const { DATABASE_URL: _url, PORT: _port, ...inherited } = process.env
  const child = spawn(process.execPath, ['cli/main.ts', 'start', '--port', '0', ...options], {
    env: { ...inherited, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stdout.on('data', (piece: Buffer) => (said += piece.toString()))
  child.stderr.on('data', (piece: Buffer) => (said += piece.toString()))
  while (!said.includes('Ctrl-C stops everything') && child.exitCode === null) await wait(30)
  const url = /http:\/\/[^/\s]+/.exec(said)?.[0] ?? ''
  return { url, child, said: () => said }
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const { promise, resolve } = Promise.withResolvers<number | null>()
  child.on('exit', resolve)
  child.kill(signal)
  return await promise
}

async function read(url: string, token?: string) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const answer = await fetch(url, { headers })
  const text = await answer.text()
  return { status: answer.status, text }
}

test('The first start serves pages, API and demo; a second one is refused; Ctrl-C stops it', async () => {
  const first = await start(['--home', home])
  match(first.said(), /jifen runs: CNY, Asia\/Shanghai, preset tmall-2017/)
  for (const path of ['/', '/member', '/sign-in', '/docs/', '/readyz', '/openapi.json']) {
    equal((await read(first.url + path)).status, 200, path)
  }
  const { text } = await read(`${first.url}/v1/demo/accounts`)
  equal(JSON.parse(text).accounts.length, 10)
  const wallets = await walletsOf(first.url)
  match(wallets, /"debt":[1-9]/)
  match(wallets, /"held":[1-9]/)
  match(wallets, /"pending":[1-9]/)
  match(wallets, /"expiringSoon":\{"amount":[1-9]/)

  const second = await start(['--home', home])
  equal(second.child.exitCode, 1)
  match(second.said(), /jifen is already running in .+: use that one, or stop it first/)

  equal(await stop(first.child, 'SIGINT'), 0)
  match(first.said(), /Stopped\.\n$/)
})

test('A later start finds everything as it was and tells the demo no second time', async () => {
  const one = await start(['--home', home])
  const wallets = await walletsOf(one.url)
  equal(await stop(one.child, 'SIGTERM'), 0)
  const two = await start(['--home', home])
  equal(await walletsOf(two.url), wallets)
  equal(await stop(two.child, 'SIGTERM'), 0)
})

test('With a database of one’s own there is no demo unless it is asked for', async () => {
  const environment = { DATABASE_URL: database.url, JIFEN_HOME: home }
  const clock = '2017-11-11T00:00:00+08:00'
  const started = await start(['--clock', clock], environment)
  equal((await read(`${started.url}/v1/demo/accounts`)).status, 404)

  const issuer = await openLocalIssuer(home)
  const token = await issuer.sign({ role: 'operator', subject: 'mei', lifeSeconds: 600 })
  const post = async (path: string, body: object): Promise<number> => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': path,
    }
    const sent = { method: 'POST', headers, body: JSON.stringify(body) }
    const answer = await fetch(started.url + path, sent)
    await answer.arrayBuffer()
    return answer.status
  }
  const attributes = { specversion: '1.0', source: 'test', id: 'join', time: clock }
  const type = 'jifen.member.joined.v1'
  equal(await post('/v1/events', { ...attributes, type, partitionkey: 'lin', data: {} }), 200)
  const wallet = '/v1/members/lin/wallets/platform/gift'
  const expiresAt = '2017-11-12T00:00:00+08:00'
  equal(await post(`${wallet}/earns`, { amount: 5, expiresAt }), 201)

  equal(await post('/v1/clock', { to: '2017-11-13T00:00:00+08:00' }), 200)
  let kinds: string[] = []
  for (let tries = 0; tries < 100 && kinds.length < 2; tries += 1) {
    const { text } = await read(`${started.url}${wallet}/entries`, token)
    kinds = JSON.parse(text).entries.map((entry: { kind: string }) => entry.kind)
    await wait(50)
  }
  deepEqual(kinds, ['expire', 'earn'])
  equal(await stop(started.child, 'SIGTERM'), 0)
})

test('A port that is taken and settings that are wrong are one sentence each', async () => {
  const squatter = createServer()
  await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve))
  const { port } = squatter.address() as AddressInfo
  const environment = { DATABASE_URL: database.url, JIFEN_HOME: home }
  const taken = await start(['--port', String(port)], environment)
  squatter.close()
  equal(taken.child.exitCode, 1)
  match(taken.said(), new RegExp(`^Port ${port} is taken by another program: .+\\.$`, 'm'))
  ok(!/\n {4}at /.test(taken.said()))

  const wrong = await start([], { JIFEN_LOG: 'loud', JIFEN_CONNECTIONS: 'many' })
  equal(wrong.child.exitCode, 1)
  match(wrong.said(), /^These settings are not right: JIFEN_LOG .+; JIFEN_CONNECTIONS .+\.$/m)
})

/** The wallets of every member of the demo, without the time at which they were read. */
async function walletsOf(url: string): Promise<string> {
  const issuer = await openLocalIssuer(home)
  const token = await issuer.sign({ role: 'service', subject: 'test', lifeSeconds: 60 })
  const members = ['lin', 'gao', 'zhao', 'chen', 'wang', 'zhou', 'sun']
  const all = await Promise.all(
    members.map((member) => read(`${url}/v1/members/${member}/wallets`, token)),
  )
  return all.map(({ text }) => text.replaceAll(/"asOf":"[^"]*"/g, '')).join('\n')
}
