import { isBefore, toMillisecond } from '#rules/time/instants.ts'

/** The clock of the business. It is read once at each edge and passed down. */
export type Clock = {
  /** The instant it is now, at millisecond precision. */
  readonly now: () => Temporal.Instant
  readonly virtual: boolean
  /** Moves a virtual clock forward; it ticks on from there. */
  readonly moveTo: (to: Temporal.Instant) => Moved
  /** Calls `listener` after each move. Returns what ends that. */
  readonly onMove: (listener: () => void) => () => void
}

export type Moved =
  | { readonly ok: true; readonly now: Temporal.Instant }
  | { readonly ok: false; readonly refusal: 'clock/not-virtual' | 'clock/backwards' }

/** The clock on the wall: it cannot be moved. */
export function realClock(): Clock {
  return {
    now: () => toMillisecond(Temporal.Now.instant()),
    virtual: false,
    moveTo: () => ({ ok: false, refusal: 'clock/not-virtual' }),
    onMove: () => () => undefined,
  }
}

/** A clock that starts at an instant, ticks at real speed and can be moved forward. */
export function virtualClock(start: Temporal.Instant): Clock {
  let base = toMillisecond(start)
  let baseTick = performance.now()
  const listeners = new Set<() => void>()
  const now = (): Temporal.Instant =>
    base.add({ milliseconds: Math.floor(performance.now() - baseTick) })

  return {
    now,
    virtual: true,
    moveTo: (to) => {
      if (isBefore(to, now())) return { ok: false, refusal: 'clock/backwards' }
      base = toMillisecond(to)
      baseTick = performance.now()
      for (const listener of listeners) listener()
      return { ok: true, now: base }
    },
    onMove: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
