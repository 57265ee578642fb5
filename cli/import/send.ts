import type { ImportFact } from '#cli/import/facts.ts'
import type { EventResult } from '#operations/events/apply-order-facts.ts'
import type { Fact } from '#rules/orders/facts.ts'

/** Where facts go: applies them and tells, in their order, what became of each. */
export type Sink = (facts: readonly Fact[]) => Promise<readonly EventResult[]>

export type Sender = {
  /** Takes one member's facts, in the order in which they are to be told. */
  readonly add: (facts: readonly ImportFact[]) => Promise<void>
  /** Sends what is left and waits for every answer. */
  readonly end: () => Promise<void>
}

export type SenderSettings = {
  readonly sink: Sink
  /** How many facts are sent at once. */
  readonly batch: number
  readonly onResult: (told: ImportFact, result: EventResult) => void
  /** Stops the sending once what is under way is answered. */
  readonly signal: AbortSignal
}

/** One batch is decided while another is recorded; their members are never the same. */
const batchesInFlight = 2

/**
 * Sends facts in batches. A member's facts are in one batch or in batches that wait for each other, so
 * that they are told in order. A batch that fails stops the sending, and is thrown.
 */
export function openSender(settings: SenderSettings): Sender {
  const { sink, batch, onResult, signal } = settings
  const running = new Set<Promise<void>>()
  let waiting: ImportFact[] = []
  let failure: { readonly error: unknown } | undefined

  const work = async (facts: readonly ImportFact[]): Promise<void> => {
    const results = await sink(facts.map((each) => each.fact))
    facts.forEach((told, index) => {
      const result = results[index]
      if (result !== undefined) onResult(told, result)
    })
  }
  const start = (facts: readonly ImportFact[]): void => {
    const sent = work(facts)
      .catch((error: unknown) => {
        failure ??= { error }
      })
      .finally(() => running.delete(sent))
    running.add(sent)
  }
  const settle = async (mostRunning: number): Promise<void> => {
    while (running.size > mostRunning) await Promise.race(running)
    if (failure !== undefined) throw failure.error
    if (signal.aborted) throw signal.reason
  }
  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return
    await settle(batchesInFlight - 1)
    start(waiting)
    waiting = []
  }

  return {
    add: async (facts) => {
      if (waiting.length + facts.length > batch) await flush()
      if (facts.length <= batch) {
        waiting.push(...facts)
        return
      }
      for (let from = 0; from < facts.length; from += batch) {
        await settle(0)
        start(facts.slice(from, from + batch))
      }
      await settle(0)
    },
    end: async () => {
      await flush()
      await settle(0)
    },
  }
}
