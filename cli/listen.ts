import type { Config } from '#cli/config.ts'
import { codeOf, StartError } from '#cli/postgres/start-error.ts'
import type { Http } from '#http/context.ts'

/** Opens the port; the URL at which the server is reached from this machine. */
export async function listen(http: Http, { HOST, PORT }: Config): Promise<string> {
  try {
    await http.listen({ host: HOST, port: PORT })
  } catch (error) {
    throw listenErrorOf(error, HOST, PORT)
  }
  const address = http.server.address()
  const port = typeof address === 'object' ? (address?.port ?? PORT) : PORT
  const isEverywhere = HOST === '0.0.0.0' || HOST === '::'
  const host = isEverywhere ? 'localhost' : HOST
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function listenErrorOf(error: unknown, host: string, port: number): unknown {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new StartError(
        `Port ${port} is taken by another program: stop that one, or choose another port with --port.`,
      )
    case 'EACCES':
      return new StartError(`Port ${port} is not free for this user: choose one above 1023.`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new StartError(`This machine has no address ${host}: choose another with --host.`)
    default:
      return error
  }
}
