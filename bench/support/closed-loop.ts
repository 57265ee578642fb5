/** What clients that wait for each answer got done. */
export type ClosedLoop = {
  readonly done: number
  readonly perSecond: number
  readonly p99Ms: number
}

/** Has so many clients do one thing after the other for some time. */
export async function closedLoop(
  clients: number,
  seconds: number,
  once: (client: number) => Promise<void>,
): Promise<ClosedLoop> {
  const latencies: number[] = []
  const begunMs = performance.now()
  const endMs = begunMs + seconds * 1_000
  const worker = async (client: number): Promise<void> => {
    while (performance.now() < endMs) {
      const sentMs = performance.now()
      await once(client)
      latencies.push(performance.now() - sentMs)
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, client) => worker(client)))
  const tookMs = performance.now() - begunMs
  const sorted = latencies.toSorted((a, b) => a - b)
  return {
    done: latencies.length,
    perSecond: Math.round((latencies.length * 1_000) / tookMs),
    p99Ms: Number((sorted[Math.floor(sorted.length * 0.99)] ?? 0).toFixed(1)),
  }
}
