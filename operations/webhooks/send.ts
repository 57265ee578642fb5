import { lookup, type LookupAddress, type LookupOptions } from 'node:dns'
import { isIP } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { Agent, buildConnector, request } from 'undici'
import type { Tried } from '#rules/webhooks/retry.ts'
import { isPublicAddress } from '#operations/webhooks/public-address.ts'

/** What is sent once: a body, signed by every secret that counts. */
export type Message = {
  readonly url: string
  readonly messageId: string
  readonly body: string
  /** Each `whsec_...`, the newest first. */
  readonly secrets: readonly string[]
  readonly at: Temporal.Instant
}

export type Send = (message: Message) => Promise<Tried>

/** What sends, until it is closed. */
export type Sender = { readonly send: Send; readonly close: () => Promise<void> }

export type SenderSettings = {
  /** Whether http and addresses that are not public are allowed: for receivers of one's own (WH-7). */
  readonly allowPrivate: boolean
  /** How long a try may take; ten seconds is usual (WH-3). */
  readonly timeoutMs?: number
}

const usualTimeoutMs = 10_000
const mostRead = 64 * 1024

/** Why nothing was sent to an address (WH-7). */
class AddressRefused extends Error {
  override readonly name = 'AddressRefused'
}

/**
 * Opens what sends. An address is looked at after the name was resolved, and again once connected:
 * a name that resolves otherwise in between gains nothing. No redirection is followed.
 */
export function openSender({ allowPrivate, timeoutMs = usualTimeoutMs }: SenderSettings): Sender {
  const agent = new Agent({
    connect: allowPrivate ? { timeout: timeoutMs } : publicOnly(timeoutMs),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    keepAliveTimeout: 4_000,
    pipelining: 1,
  })

  const send: Send = async ({ url, messageId, body, secrets, at }) => {
    const fault = faultOfTarget(url, allowPrivate)
    if (fault !== undefined) return { ok: false, error: fault }
    try {
      const answer = await request(url, {
        dispatcher: agent,
        method: 'POST',
        headers: {
          'content-type': 'application/cloudevents+json',
          'user-agent': 'jifen-webhooks',
          ...signed(messageId, body, secrets, at),
        },
        body,
        signal: AbortSignal.timeout(timeoutMs),
      })
      const { statusCode: status, headers } = answer
      await answer.body.dump({ limit: mostRead }).catch(() => undefined)
      if (status >= 200 && status < 300) return { ok: true, status }
      const retryAfterMs = retryAfterOf(headers['retry-after'])
      const asked = retryAfterMs === undefined ? {} : { retryAfterMs }
      return { ok: false, status, error: `answered ${status}`, ...asked }
    } catch (error) {
      return { ok: false, error: reasonOf(error) }
    }
  }
  return { send, close: async () => await agent.destroy() }
}

/** What is wrong with a target before anything is resolved; `undefined`: nothing. */
function faultOfTarget(url: string, allowPrivate: boolean): string | undefined {
  const { protocol, hostname } = new URL(url)
  if (allowPrivate) return undefined
  if (protocol !== 'https:') return 'only https is sent to'
  const bare = hostname.replace(/^\[(.*)\]$/, '$1')
  return isIP(bare) !== 0 && !isPublicAddress(bare) ? 'the address is not public' : undefined
}

function publicOnly(timeoutMs: number): buildConnector.connector {
  const connect = buildConnector({ timeout: timeoutMs, lookup: lookupPublic })
  return (options, callback) => {
    connect(options, (error, socket) => {
      if (error !== null) return callback(error, null)
      if (isPublicAddress(socket.remoteAddress ?? '')) return callback(null, socket)
      socket.destroy()
      return callback(new AddressRefused('the address is not public'), null)
    })
  }
}

/** Resolves a name to its public addresses; one that has any other is refused whole. */
function lookupPublic(
  hostname: string,
  options: LookupOptions,
  callback: (error: Error | null, address: string | LookupAddress[], family?: number) => void,
): void {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, [])
    const [first] = addresses
    if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address))) {
      return callback(new AddressRefused('the address is not public'), [])
    }
    return options.all === true
      ? callback(null, addresses)
      : callback(null, first.address, first.family)
  })
}

function signed(
  messageId: string,
  body: string,
  secrets: readonly string[],
  at: Temporal.Instant,
): Record<string, string> {
  // The library signs by a Date.
  // oxlint-disable-next-line no-restricted-globals
  const timestamp = new Date(at.epochMilliseconds)
  const signatures = secrets.map((secret) => new Webhook(secret).sign(messageId, timestamp, body))
  return {
    'webhook-id': messageId,
    'webhook-timestamp': String(Math.floor(at.epochMilliseconds / 1_000)),
    'webhook-signature': signatures.join(' '),
  }
}

function retryAfterOf(header: string | string[] | undefined): number | undefined {
  const [text = ''] = [header].flat()
  return /^[0-9]{1,9}$/.test(text) ? Number(text) * 1_000 : undefined
}

/** A word or two for the list of deliveries: nothing of what the receiver said. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed'
  if (error instanceof AddressRefused) return error.message
  if (error.name === 'TimeoutError') return 'not answered in time'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  return code.slice(0, 100)
}
