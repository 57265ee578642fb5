const seconds = 1_000
const minutes = 60 * seconds
const hours = 60 * minutes

/** How long after each failure the next try is (WH-4). */
const pausesMs = [
  5 * seconds,
  5 * minutes,
  30 * minutes,
  2 * hours,
  5 * hours,
  10 * hours,
  14 * hours,
  20 * hours,
  24 * hours,
]

const mostAskedMs = 24 * hours
const patienceMs = 5 * 24 * hours

/** What came of a try. */
export type Tried =
  | {
      readonly ok: true
      readonly status: number
    }
  | {
      readonly ok: false
      /** Absent: there was no answer. */
      readonly status?: number
      readonly error: string
      /** What the answer asked for as `Retry-After`. */
      readonly retryAfterMs?: number
    }

/** When what failed is tried again; `undefined`: it is set aside (WH-4). `attempts`: with this one. */
export function nextTry(
  failed: Extract<Tried, { readonly ok: false }>,
  attempts: number,
  at: Temporal.Instant,
): Temporal.Instant | undefined {
  const pauseMs = pausesMs[attempts - 1]
  if (pauseMs === undefined) return undefined
  const askedMs = Math.min(failed.retryAfterMs ?? 0, mostAskedMs)
  return at.add({ milliseconds: Math.max(pauseMs, askedMs) })
}

/** Why an endpoint is disabled by a failure; `undefined`: it is not (WH-5). */
export function disabledBy(
  failed: Extract<Tried, { readonly ok: false }>,
  failingSince: Temporal.Instant | undefined,
  at: Temporal.Instant,
): 'gone' | 'failing' | undefined {
  if (failed.status === 410) return 'gone'
  if (failingSince === undefined) return undefined
  const failingMs = at.epochMilliseconds - failingSince.epochMilliseconds
  return failingMs >= patienceMs ? 'failing' : undefined
}

/** How long a replaced secret signs besides the new one (WH-6). */
export const oldSecretLasts = { hours: 24 } as const
