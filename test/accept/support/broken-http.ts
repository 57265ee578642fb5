import { connect } from 'node:net'
import type { Random } from '#test/accept/support/random.ts'

const path = '/v1/members/lin/wallets/platform/points/earns'

/** Bytes that are not quite HTTP. */
function brokenRequests(random: Random): readonly (Buffer | string)[] {
  const noise = Buffer.from(Array.from({ length: 200 }, () => random.int(0, 255)))
  const post = (headers: string, body: string): string =>
    `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n${headers}\r\n\r\n${body}`
  return [
    noise,
    'GET\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    `GET ${'/x'.repeat(40_000)} HTTP/1.1\r\nhost: a\r\n\r\n`,
    `GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`,
    `GET / HTTP/1.1\r\nhost: a\r\n${'x: y\r\n'.repeat(5_000)}\r\n`,
    'GET / HTTP/1.1\r\n\r\n',
    'GET / HTTP/1.1\r\nhost: a\r\nbad header\r\n\r\n',
    'GET / HTTP/1.1\r\nhost: a\r\nx: a\u0000b\r\n\r\n',
    post('content-length: 5', '{"amount":1}'),
    post('content-length: 500', '{"amount":1}'),
    post('content-length: -1', '{}'),
    post('content-length: 2\r\ncontent-length: 3', '{}'),
    post('transfer-encoding: chunked\r\ncontent-length: 2', '{}'),
    post('transfer-encoding: chunked', 'zz\r\n{}\r\n0\r\n\r\n'),
    post('transfer-encoding: chunked', '2\r\n{}\r\n'),
    'GET http://evil.example/v1/market HTTP/1.1\r\nhost: evil.example\r\n\r\n',
    'CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example\r\n\r\n',
    'GET /livez HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
    'GET /livez HTTP/1.1\r\nhost: a\r\n\r\nGET /livez HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(20),
  ]
}

const patienceMs = 1_500

/** Sends something broken on a connection of its own; what came back, if anything. */
export async function sendBroken(port: number, random: Random): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const socket = connect({ port, host: '127.0.0.1' })
  let received = ''
  socket.on('connect', () => socket.write(random.pick(brokenRequests(random))))
  socket.on('data', (piece: Buffer) => (received += piece.toString('latin1')))
  socket.on('error', () => resolve(received))
  socket.on('close', () => resolve(received))
  setTimeout(() => {
    socket.destroy()
    resolve(received)
  }, patienceMs)
  return await promise
}
