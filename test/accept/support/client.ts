import { Agent, request as httpRequest } from 'node:http'
import { pause } from '#test/accept/support/program.ts'

/** One request of HTTP. `json` is sent as JSON; `raw` as it is. */
export type Request = {
  readonly method?: string
  readonly path: string
  readonly token?: string | undefined
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly json?: unknown
  readonly raw?: Buffer | string
  /** Cuts the connection so many milliseconds after the request went out. */
  readonly dropAfterMs?: number
}

/** An answer; `status` 0 stands for none, with the reason as `text`. Times are of `performance`. */
export type Reply = {
  readonly status: number
  readonly text: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly sentAtMs: number
  readonly receivedAtMs: number
}

export type Client = {
  readonly send: (request: Request) => Promise<Reply>
  readonly close: () => void
}

const patienceMs = 60_000

/** A client that keeps its connections, at most `connections` of them. */
export function openClient(url: string, connections: number, localAddress?: string): Client {
  const { hostname, port } = new URL(url)
  const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'lifo' })

  const send = async (request: Request): Promise<Reply> => {
    const { promise, resolve } = Promise.withResolvers<Reply>()
    const body = request.raw ?? (request.json === undefined ? '' : JSON.stringify(request.json))
    const sentAtMs = performance.now()
    const answer = (status: number, text: string, headers: Reply['headers'] = {}): void =>
      resolve({ status, text, headers, sentAtMs, receivedAtMs: performance.now() })

    const sent = httpRequest(
      {
        agent,
        hostname,
        port,
        path: request.path,
        method: request.method ?? (body.length > 0 ? 'POST' : 'GET'),
        headers: headersOf(request, body),
        timeout: patienceMs,
        ...(localAddress === undefined ? {} : { localAddress }),
      },
      (response) => {
        const pieces: Buffer[] = []
        response.on('data', (piece: Buffer) => pieces.push(piece))
        response.on('end', () => {
          const text = Buffer.concat(pieces).toString('utf8')
          answer(response.statusCode ?? 0, text, response.headers)
        })
        response.on('error', (error) => answer(0, codeOf(error)))
      },
    )
    sent.on('timeout', () => sent.destroy(new Error('no answer within a minute')))
    sent.on('error', (error) => answer(0, codeOf(error)))
    sent.end(body)
    if (request.dropAfterMs !== undefined) {
      setTimeout(() => sent.destroy(new Error('dropped')), request.dropAfterMs)
    }
    return await promise
  }
  return { send, close: () => agent.destroy() }
}

const mostTurnsAway = 50

/** Sends a request, again while the server says that it is too busy just now, as it asks callers to. */
export async function sendPatiently(client: Client, request: Request): Promise<Reply> {
  for (let turnedAway = 1; ; turnedAway += 1) {
    const reply = await client.send(request)
    const isBusy = reply.status === 503 && reply.text.includes('"server/overloaded"')
    if (!isBusy || turnedAway >= mostTurnsAway) return reply
    await pause(200)
  }
}

function headersOf(request: Request, body: Buffer | string): Record<string, string | string[]> {
  const given = Object.entries(request.headers ?? {}).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : [...value],
  ])
  return {
    ...(request.token === undefined ? {} : { authorization: `Bearer ${request.token}` }),
    ...(request.json === undefined ? {} : { 'content-type': 'application/json' }),
    ...(body.length > 0 ? { 'content-length': String(Buffer.byteLength(body)) } : {}),
    ...Object.fromEntries(given),
  }
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}
