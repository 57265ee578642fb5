import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type HookRequest = {
  readonly kind: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly atMs: number
  /** The status that was answered; 0: none. */
  readonly answered: number
}

/** A machine with a receiver of each kind: good, flaky, one that stalls ... */
export type HookReceiver = {
  readonly kinds: readonly string[]
  readonly url: (kind: string) => string
  readonly received: readonly HookRequest[]
  /** The ids of the events that a kind has acknowledged. */
  readonly acknowledged: (kind: string) => ReadonlySet<string>
  readonly close: () => Promise<void>
}

/** What each kind answers; 0: nothing, -1: the connection is reset. `dice`: 0 to 99. */
const answers: Readonly<Record<string, (dice: number) => number>> = {
  good: () => 204,
  flaky: (dice) => (dice < 30 ? 500 : 200),
  redirects: (dice) => (dice < 30 ? 307 : 202),
  resets: (dice) => (dice < 30 ? -1 : 200),
  stalls: () => 0,
  gone: () => 410,
}

/** Opens it on a free port of this machine. */
export async function openHookReceiver(dice: () => number): Promise<HookReceiver> {
  const received: HookRequest[] = []
  const acknowledged = new Map<string, Set<string>>()
  const answer = (status: number, response: ServerResponse): void => {
    if (status === 0) return
    if (status < 0) {
      response.socket?.destroy()
      return
    }
    if (status === 307) response.setHeader('location', '/good')
    response.writeHead(status).end()
  }
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('error', () => undefined)
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const kind = (request.url ?? '').slice(1)
      const body = Buffer.concat(parts).toString('utf8')
      const answered = answers[kind]?.(dice()) ?? 404
      received.push({ kind, headers: request.headers, body, atMs: performance.now(), answered })
      if (answered >= 200 && answered < 300) {
        const own = acknowledged.get(kind) ?? new Set()
        acknowledged.set(kind, own.add((JSON.parse(body) as { readonly id: string }).id))
      }
      answer(answered, response)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    kinds: Object.keys(answers),
    url: (kind) => `http://127.0.0.1:${port}/${kind}`,
    received,
    acknowledged: (kind) => acknowledged.get(kind) ?? new Set(),
    close: async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}
