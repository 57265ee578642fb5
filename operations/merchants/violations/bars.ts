import type { SanctionRow } from '#db/merchants/sanctions.ts'
import { isBefore } from '#rules/time/instants.ts'

/** Whether a shop is barred or removed. */
export type Bar = {
  readonly barredUntil: Temporal.Instant | undefined
  readonly removed: boolean
}

/** VI-5, VI-9: how the sanctions of a shop bar it at an instant. */
export function barOf(sanctions: readonly SanctionRow[], at: Temporal.Instant): Bar {
  const running = sanctions.filter((each) => {
    const isLifted = each.liftedAt !== null && !isBefore(at, each.liftedAt)
    return !isLifted && !isBefore(at, each.at)
  })
  const ends = running.flatMap(({ barredTo }) =>
    barredTo !== null && isBefore(at, barredTo) ? [barredTo] : [],
  )
  return {
    barredUntil: ends.toSorted((a, b) => Temporal.Instant.compare(b, a))[0],
    removed: running.some((each) => each.removes),
  }
}
