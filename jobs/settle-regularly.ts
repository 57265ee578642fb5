import { isUnreachable } from '#db/unreachable.ts'
import type { Clock } from '#operations/clock.ts'

/** Is told what went wrong by itself, with nobody there to answer to. */
export type Faults = (what: string, error?: unknown) => void

const everyMs = 1_000

/** Books what is due by an instant. */
export type Settle = (by: Temporal.Instant) => Promise<unknown>

/**
 * Books what is due by the clock of the business, every second of the wall and whenever that clock is
 * moved; never twice at the same time. What failed keeps nothing else from being booked, and is tried
 * again with the next beat.
 */
export function settleRegularly(
  settles: readonly Settle[],
  clock: Clock,
  onFault: Faults,
): { readonly stop: () => Promise<void> } {
  let running: Promise<void> | undefined
  let isWanted = false

  const settle = async (): Promise<void> => {
    do {
      isWanted = false
      for (const each of settles) await each(clock.now()).catch(failed)
    } while (isWanted)
  }
  const begin = (): void => {
    isWanted = running !== undefined
    running ??= settle().finally(() => (running = undefined))
  }
  const failed = (error: unknown): void => {
    if (!isUnreachable(error)) onFault('what is due was not booked', error)
  }

  const beat = setInterval(begin, everyMs)
  const endListening = clock.onMove(begin)
  begin()
  return {
    stop: async () => {
      clearInterval(beat)
      endListening()
      isWanted = false
      await running
    },
  }
}
