import type { RawConnection } from '#bench/support/raw-http.ts'

/** One request, by its number. */
export type Request = { readonly path: string; readonly headers: string; readonly body: string }

/** What an open loop saw. Latencies count from when a request was due, not from when it could be sent. */
export type OpenLoop = {
  readonly sent: number
  readonly failed: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  /** How many waited at most for a connection. */
  readonly queuedMost: number
}

/**
 * Sends requests at a steady rate, whether or not earlier ones have been answered: a slow server is not
 * spared. Waits for every answer. `wanted` is the status of a success.
 */
export async function openLoop(
  connections: readonly RawConnection[],
  settings: { readonly perSecond: number; readonly seconds: number; readonly wanted: number },
  requestOf: (n: number) => Request,
): Promise<OpenLoop> {
  const total = Math.round(settings.perSecond * settings.seconds)
  const idle = connections.slice()
  const due: { readonly n: number; readonly dueMs: number }[] = []
  const latencies: number[] = []
  const { promise: answered, resolve: finish } = Promise.withResolvers<void>()
  let [failed, queuedMost] = [0, 0]

  const send = async (connection: RawConnection, n: number, dueMs: number): Promise<void> => {
    const { path, headers, body } = requestOf(n)
    const status = await connection.post(path, headers, body).catch(() => 0)
    if (status !== settings.wanted) failed += 1
    latencies.push(performance.now() - dueMs)
    const next = due.shift()
    if (next === undefined) idle.push(connection)
    else void send(connection, next.n, next.dueMs)
    if (latencies.length === total) finish()
  }

  const begunMs = performance.now()
  let begun = 0
  const timer = setInterval(() => {
    const untilNow = ((performance.now() - begunMs) * settings.perSecond) / 1_000
    for (; begun < total && begun <= untilNow; begun += 1) {
      const dueMs = begunMs + (begun * 1_000) / settings.perSecond
      const connection = idle.pop()
      if (connection === undefined) due.push({ n: begun, dueMs })
      else void send(connection, begun, dueMs)
    }
    queuedMost = Math.max(queuedMost, due.length)
    if (begun === total) clearInterval(timer)
  }, 1)
  await answered

  const tookMs = performance.now() - begunMs
  const sorted = latencies.toSorted((a, b) => a - b)
  const at = (part: number): number =>
    Number((sorted[Math.min(total - 1, Math.floor(total * part))] ?? 0).toFixed(1))
  return {
    sent: total,
    failed,
    perSecond: Math.round((total * 1_000) / tookMs),
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    maxMs: at(1),
    queuedMost,
  }
}
