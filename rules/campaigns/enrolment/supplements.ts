import { phaseNamed } from '#rules/campaigns/phases.ts'
import type { Campaign, Supplement } from '#rules/campaigns/policy.ts'
import { isBefore, latest } from '#rules/time/instants.ts'

/** What an approved shop has to do, and in which window `[from, to)`. */
export type DueSupplement = Supplement & {
  readonly from: Temporal.Instant
  readonly to: Temporal.Instant
}

/**
 * The supplements of a campaign with their windows (EL-11). Whoever moved up or won an appeal has at
 * least until `extendedTo`, and may begin at once.
 */
export function supplementsFor(
  campaign: Campaign,
  extendedTo: Temporal.Instant | null,
): readonly DueSupplement[] {
  return campaign.supplements.flatMap((supplement) => {
    const phase = phaseNamed(campaign, supplement.within)
    if (phase === undefined) return []
    const { from, to } = phase.window
    return [{ ...supplement, from, to: extendedTo === null ? to : latest(to, extendedTo) }]
  })
}

/** Something a shop is reminded of: what is missing by a deadline. */
export type Reminder = {
  readonly deadline: Temporal.Instant
  readonly before: Temporal.Duration
  readonly missing: readonly string[]
}

/** What becomes of an approved shop by an instant. */
export type SupplementTurn =
  | { readonly to: 'shortlisted'; readonly at: Temporal.Instant }
  | { readonly to: 'dropped'; readonly at: Temporal.Instant; readonly missing: readonly string[] }
  | {
      readonly to: 'approved'
      readonly reminders: readonly Reminder[]
      /** When it has to be looked at again. */
      readonly dueAt: Temporal.Instant
    }

export type SupplementState = {
  readonly supplements: readonly DueSupplement[]
  readonly done: ReadonlySet<string>
  readonly approvedAt: Temporal.Instant
  /** Until when reminders were looked after. */
  readonly lookedAt: Temporal.Instant
  readonly remindBefore: readonly Temporal.Duration[]
  readonly zone: string
}

/**
 * What becomes of an approved shop by an instant (EL-13): dropped at the first deadline that it missed,
 * shortlisted when all is done and the last window has ended, else reminded of what is missing, each
 * time once and of several that have come together by the nearest alone (EL-16).
 */
export function turnSupplements(state: SupplementState, by: Temporal.Instant): SupplementTurn {
  const { supplements, done, approvedAt } = state
  const missing = supplements.filter(({ name }) => !done.has(name)).toSorted(byDeadline)
  const [first] = missing
  if (first === undefined) {
    const ends = supplements.map(({ to }) => to).reduce(latest, approvedAt)
    if (!isBefore(by, ends)) return { to: 'shortlisted', at: ends }
    return { to: 'approved', reminders: [], dueAt: ends }
  }
  if (!isBefore(by, first.to)) {
    const missed = missing.filter(({ to }) => to.equals(first.to))
    return { to: 'dropped', at: first.to, missing: missed.map(({ name }) => name) }
  }
  const times = remindersOf(state, missing)
  const after = (at: Temporal.Instant): boolean => isBefore(state.lookedAt, at)
  const come = times.filter(({ at }) => after(at) && !isBefore(by, at))
  const coming = times.filter(({ at }) => isBefore(by, at)).map(({ at }) => at)
  return {
    to: 'approved',
    reminders: nearestOf(come).map(({ deadline, before, missing: names }) => {
      return { deadline, before, missing: names }
    }),
    dueAt: earliest([first.to, ...coming]),
  }
}

type Timed = Reminder & { readonly at: Temporal.Instant }

/** Every reminder there could be of what is missing, by deadline. */
function remindersOf(state: SupplementState, missing: readonly DueSupplement[]): readonly Timed[] {
  const byEnd = Map.groupBy(missing, ({ to }) => to.epochMilliseconds)
  return [...byEnd.values()].flatMap((due) => {
    const [{ to: deadline }] = due as [DueSupplement, ...DueSupplement[]]
    const names = due.map(({ name }) => name)
    return state.remindBefore.map((before): Timed => {
      return { at: ahead(deadline, before, state.zone), deadline, before, missing: names }
    })
  })
}

/** Of the reminders of one deadline the last. */
function nearestOf(come: readonly Timed[]): readonly Timed[] {
  const byEnd = Map.groupBy(come, ({ deadline }) => deadline.epochMilliseconds)
  return [...byEnd.values()].map((all) =>
    all.reduce((last, each) => (isBefore(last.at, each.at) ? each : last)),
  )
}

/** So long before a deadline, by the calendar of a zone. */
export function ahead(
  deadline: Temporal.Instant,
  before: Temporal.Duration,
  zone: string,
): Temporal.Instant {
  return deadline.toZonedDateTimeISO(zone).subtract(before).toInstant()
}

function earliest(instants: readonly [Temporal.Instant, ...Temporal.Instant[]]): Temporal.Instant {
  return instants.reduce((least, each) => (isBefore(each, least) ? each : least))
}

function byDeadline(a: DueSupplement, b: DueSupplement): number {
  const byEnd = Temporal.Instant.compare(a.to, b.to)
  if (byEnd !== 0) return byEnd
  return a.name < b.name ? -1 : 1
}
