import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Received = {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A system that is sent webhooks: what it got, and how it answers. */
export type Receiver = {
  readonly url: (path: string) => string
  readonly received: Received[]
  readonly close: () => Promise<void>
}

/** Listens on a free port of this machine; `answer` says 204 unless it says otherwise. */
export async function openReceiver(
  answer: (told: Received, response: ServerResponse) => void = (_told, response) => {
    response.writeHead(204).end()
  },
): Promise<Receiver> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { headers, url: path = '' } = request
      const told = { path, headers, body: Buffer.concat(parts).toString('utf8') }
      received.push(told)
      answer(told, response)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    url: (path) => `http://127.0.0.1:${port}${path}`,
    received,
    close: async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}
