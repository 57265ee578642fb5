import { equal } from 'node:assert/strict'
import type { InjectOptions } from 'fastify'
import { keyed, type TestApi, type Told } from '#test/support/api.ts'

/** What a shop hands in: only the digest tells one from another. */
export function documentOf(kind: string, digit = 'a'): object {
  return {
    kind,
    name: `${kind}.pdf`,
    sha256: digit.repeat(64),
    sizeBytes: 1_000,
    mediaType: 'application/pdf',
  }
}

/** Who asks: `merchant m-lily`, `operator ann`, `service`. */
export type Who =
  `merchant ${string}` | `operator ${string}` | 'service' | 'operator' | `member ${string}`

export type Caller = (
  who: Who,
  path: string,
  body?: unknown,
  settings?: { readonly method?: InjectOptions['method']; readonly key?: string },
) => Promise<Told>

/** Asks the API; with a body it posts, under a key of its own where none is given. */
export function callerOf(api: TestApi): Caller {
  return async (who, path, body, { method, key } = {}) => {
    const [role, subject] = who.split(' ') as ['merchant' | 'operator' | 'service', string?]
    const headers = keyed(await api.as(role, subject), key)
    const how = method ?? (body === undefined ? 'GET' : 'POST')
    return await api.ask({ method: how, path: `/v1${path}`, headers, body })
  }
}

/** As `callerOf`, and the answer is a good one. */
export function goodCallerOf(api: TestApi): Caller {
  const call = callerOf(api)
  return async (...asked) => {
    const told = await call(...asked)
    equal(told.status < 300, true, `${asked[1]}: ${told.text}`)
    return told
  }
}

/** Moves the clock of the business on by so many hours. */
export function passHours(api: TestApi, hours: number): Temporal.Instant {
  const to = api.clock.now().add({ hours })
  api.clock.moveTo(to)
  return to
}
