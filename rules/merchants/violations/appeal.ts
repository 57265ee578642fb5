import type { ViolationsPolicy } from '#rules/merchants/violations/policy.ts'
import { isBefore } from '#rules/time/instants.ts'

/** What was done about a violation since it was recorded: appended, never changed (VI-6). */
export const violationTurns = ['appealed', 'strikeProposed', 'struck', 'upheld'] as const

export type ViolationTurn = (typeof violationTurns)[number]

/** How a violation stands. */
export type ViolationStatus = 'recorded' | 'appealed' | 'strikeProposed' | 'struck' | 'upheld'

/** A violation as far as an appeal against it is decided. */
export type Appealable = {
  readonly recordedAt: Temporal.Instant
  readonly recordedBy: string
  readonly turns: readonly { readonly turn: ViolationTurn; readonly actor: string }[]
}

export type AppealRefusal =
  | 'violations/appeal-too-late'
  | 'violations/already-appealed'
  | 'violations/not-appealed'
  | 'violations/recorder-decides'
  | 'violations/needs-second-person'
  | 'violations/struck'

export type AppealDecided =
  | { readonly ok: true; readonly turn: ViolationTurn }
  | {
      readonly ok: false
      readonly refusal: AppealRefusal
      readonly status: ViolationStatus
      /** Until when it might have been appealed. */
      readonly until?: Temporal.Instant
    }

/** How a violation stands after what was done about it. */
export function statusOf({ turns }: Pick<Appealable, 'turns'>): ViolationStatus {
  return turns.at(-1)?.turn ?? 'recorded'
}

/** VI-7: a shop appeals once, within the days of the policy. */
export function appeal(
  violation: Appealable,
  policy: Pick<ViolationsPolicy, 'appealDays'>,
  at: Temporal.Instant,
): AppealDecided {
  const status = statusOf(violation)
  if (status === 'struck') return { ok: false, refusal: 'violations/struck', status }
  if (violation.turns.some((each) => each.turn === 'appealed')) {
    return { ok: false, refusal: 'violations/already-appealed', status }
  }
  const until = violation.recordedAt.add({ hours: 24 * policy.appealDays })
  if (!isBefore(at, until)) {
    return { ok: false, refusal: 'violations/appeal-too-late', status, until }
  }
  return { ok: true, turn: 'appealed' }
}

/**
 * VI-8: what an operator decides about a violation. To uphold it after an appeal takes one person; to
 * strike it one who proposes and another who agrees, none of them the one who recorded it.
 */
export function decide(
  violation: Appealable,
  decision: 'strike' | 'uphold',
  actor: string,
): AppealDecided {
  const status = statusOf(violation)
  if (status === 'struck') return { ok: false, refusal: 'violations/struck', status }
  if (actor === violation.recordedBy) {
    return { ok: false, refusal: 'violations/recorder-decides', status }
  }
  if (decision === 'uphold') {
    if (status === 'appealed' || status === 'strikeProposed') return { ok: true, turn: 'upheld' }
    return { ok: false, refusal: 'violations/not-appealed', status }
  }
  if (status !== 'strikeProposed') return { ok: true, turn: 'strikeProposed' }
  if (violation.turns.at(-1)?.actor === actor) {
    return { ok: false, refusal: 'violations/needs-second-person', status }
  }
  return { ok: true, turn: 'struck' }
}
