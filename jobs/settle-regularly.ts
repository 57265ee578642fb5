import type { Database } from '#db/connection.ts'
import { isUnreachable } from '#db/unreachable.ts'
import type { Clock } from '#operations/clock.ts'
import { settleDue } from '#operations/ledger/settle-due.ts'

/** Is told what went wrong by itself, with nobody there to answer to. */
export type Faults = (what: string, error?: unknown) => void

const everyMs = 1_000

/**
 * Books what is due by the clock of the business, every second of the wall and whenever that clock is
 * moved; never twice at the same time. What failed is tried again with the next beat.
 */
export function settleRegularly(
  db: Database,
  clock: Clock,
  onFault: Faults,
): { readonly stop: () => Promise<void> } {
  let running: Promise<void> | undefined
  let isWanted = false

  const settle = async (): Promise<void> => {
    do {
      isWanted = false
      await settleDue(db, clock.now())
    } while (isWanted)
  }
  const begin = (): void => {
    isWanted = running !== undefined
    running ??= settle()
      .catch((error: unknown) => {
        if (!isUnreachable(error)) onFault('what is due was not booked', error)
      })
      .finally(() => (running = undefined))
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
