import { connect } from 'node:net'

/** A connection that costs next to nothing, so that what is measured is the server. */
export type RawConnection = {
  /** Sends one request and waits for its answer: the status. */
  readonly post: (path: string, headers: string, body: string) => Promise<number>
  readonly close: () => void
}

const endOfHead = Buffer.from('\r\n\r\n')

/**
 * Opens a connection to a server of this machine. It understands only answers with a length. One that
 * the server closed because it was idle is opened again by the next request.
 */
export async function openRawConnection(port: number): Promise<RawConnection> {
  let line = await openLine(port)
  return {
    post: async (path, headers, body) => {
      if (line.isClosed()) line = await openLine(port)
      const length = Buffer.byteLength(body)
      return await line.send(
        `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${headers}content-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`,
      )
    },
    close: () => line.close(),
  }
}

type Line = {
  readonly send: (request: string) => Promise<number>
  readonly isClosed: () => boolean
  readonly close: () => void
}

async function openLine(port: number): Promise<Line> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let waiting: PromiseWithResolvers<number> | undefined
  let received: Buffer = Buffer.alloc(0)
  let isClosed = false

  socket.on('data', (piece: Buffer) => {
    received = received.length === 0 ? piece : Buffer.concat([received, piece])
    const headEnd = received.indexOf(endOfHead)
    if (headEnd < 0) return
    const head = received.toString('latin1', 0, headEnd)
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
    if (received.length < headEnd + endOfHead.length + length) return
    received = Buffer.alloc(0)
    waiting?.resolve(Number(head.slice(9, 12)))
  })
  const fail = (error: Error): void => {
    isClosed = true
    waiting?.reject(error)
  }
  socket.on('error', fail)
  socket.on('end', () => fail(new Error('the server closed the connection')))
  socket.on('close', () => fail(new Error('the server closed the connection')))

  const { promise: opened, resolve } = Promise.withResolvers<void>()
  socket.once('connect', resolve)
  await opened
  return {
    send: async (request) => {
      waiting = Promise.withResolvers<number>()
      socket.write(request)
      return await waiting.promise
    },
    isClosed: () => isClosed,
    close: () => void socket.destroy(),
  }
}
