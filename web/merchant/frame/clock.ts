import { createContext, use, useEffect, useState } from 'react'
import { assert } from '#rules/assert.ts'
import { millisecondsOf } from '#web/kit/format.ts'

/** Milliseconds since 1970 by the market's own clock, whatever the reader's says. */
export type MarketClock = () => number

export const ClockContext = createContext<MarketClock | undefined>(undefined)

/** A clock that goes on from what the server told just now; one that is moved by hand stands still. */
export function clockFrom(now: string, kind: 'real' | 'virtual'): MarketClock {
  const told = millisecondsOf(now)
  const heard = performance.now()
  return () => (kind === 'real' ? told + performance.now() - heard : told)
}

/** The market's time, looked at again every so many milliseconds. */
export function useNow(everyMs = 1_000): number {
  const clock = use(ClockContext)
  assert(clock !== undefined, 'a page of a shop knows the time of the market')
  const [now, setNow] = useState(clock)
  useEffect(() => {
    const timer = setInterval(() => setNow(clock()), everyMs)
    return () => clearInterval(timer)
  }, [clock, everyMs])
  return now
}
