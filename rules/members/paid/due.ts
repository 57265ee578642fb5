import { isHeld, type PaidYear } from '#rules/members/paid/year.ts'
import { isBefore } from '#rules/time/instants.ts'

/** What of a year is to be told by an instant. */
export type YearTurn = {
  /** As it is after that. */
  readonly year: PaidYear
  readonly begins: boolean
  readonly isEnding: boolean
  readonly ends: boolean
  /** When there is something more; `null`: never. */
  readonly nextDue: Temporal.Instant | null
}

/**
 * What time has brought a year by an instant: its beginning, that it is about to end, its end (PM-9).
 * Neither of the last two is told where the next year follows it. `tellAt`: when its end is told.
 */
export function turnYear(
  year: PaidYear,
  years: readonly PaidYear[],
  tellAt: Temporal.Instant,
  by: Temporal.Instant,
): YearTurn {
  if (!isHeld(year)) return { year, ...nothing, nextDue: null }
  const isDue = (at: Temporal.Instant): boolean => !isBefore(by, at)
  const begins = year.begunAt === null && isDue(year.from)
  const isToTell = year.warnedAt === null && isDue(tellAt)
  const isOver = year.endedAt === null && isDue(year.to)
  const isFollowed = years.some((each) => isHeld(each) && each.from.equals(year.to))
  const after: PaidYear = {
    ...year,
    begunAt: begins ? by : year.begunAt,
    warnedAt: isToTell ? by : year.warnedAt,
    endedAt: isOver ? by : year.endedAt,
  }
  const open = [
    ...(after.begunAt === null ? [year.from] : []),
    ...(after.warnedAt === null ? [tellAt] : []),
    ...(after.endedAt === null ? [year.to] : []),
  ]
  return {
    year: after,
    begins,
    isEnding: isToTell && !isOver && !isFollowed,
    ends: isOver && !isFollowed,
    nextDue: open.toSorted((a, b) => a.epochMilliseconds - b.epochMilliseconds)[0] ?? null,
  }
}

const nothing = { begins: false, isEnding: false, ends: false }
