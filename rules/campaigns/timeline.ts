import type { Audience, Campaign, Phase } from '#rules/campaigns/policy.ts'
import { audienceOf, titleOf } from '#rules/campaigns/usual-phases.ts'
import { isBefore, isInside } from '#rules/time/instants.ts'

/** A phase as it stands at an instant. */
export type TimelinePhase = {
  readonly phase: string
  readonly title: { readonly zh: string; readonly en: string }
  readonly for: readonly Audience[]
  readonly from: Temporal.Instant
  readonly to: Temporal.Instant
  readonly state: 'over' | 'open' | 'coming'
}

/** What is open at an instant, what is next and when, for whom. */
export type Timeline = {
  readonly at: Temporal.Instant
  /** The one that closes first before the others. */
  readonly open: readonly TimelinePhase[]
  /** What opens at the first instant after this one at which anything does. */
  readonly next: readonly TimelinePhase[]
  /** The next instant at which a phase opens or closes; absent: everything is over. */
  readonly changesAt?: Temporal.Instant
  /** All of them, in the order in which they open. */
  readonly phases: readonly TimelinePhase[]
}

/** CP-4: the timeline of a campaign at an instant; `audience`: only of the phases for one. */
export function timelineOf(
  campaign: Pick<Campaign, 'phases'>,
  at: Temporal.Instant,
  audience?: Audience,
): Timeline {
  const phases = campaign.phases
    .filter((phase) => audience === undefined || audienceOf(phase).includes(audience))
    .map((phase) => standing(phase, at))
    .toSorted(byOpening)
  const coming = phases.filter(({ state }) => state === 'coming')
  const [first] = coming
  const changes = phases
    .flatMap(({ from, to }) => [from, to])
    .filter((instant) => isBefore(at, instant))
    .toSorted((a, b) => Temporal.Instant.compare(a, b))
  const [changesAt] = changes
  return {
    at,
    open: phases.filter(({ state }) => state === 'open').toSorted(byClosing),
    next: first === undefined ? [] : coming.filter(({ from }) => from.equals(first.from)),
    ...(changesAt === undefined ? {} : { changesAt }),
    phases,
  }
}

function standing(phase: Phase, at: Temporal.Instant): TimelinePhase {
  const { from, to } = phase.window
  const state = isInside(at, phase.window) ? 'open' : isBefore(at, from) ? 'coming' : 'over'
  const { name } = phase
  return { phase: name, title: titleOf(phase), for: audienceOf(phase), from, to, state }
}

function byOpening(a: TimelinePhase, b: TimelinePhase): number {
  const byFrom = Temporal.Instant.compare(a.from, b.from)
  return byFrom === 0 ? byClosing(a, b) : byFrom
}

function byClosing(a: TimelinePhase, b: TimelinePhase): number {
  const byTo = Temporal.Instant.compare(a.to, b.to)
  if (byTo !== 0) return byTo
  return a.phase < b.phase ? -1 : 1
}
