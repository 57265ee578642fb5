import { isBefore } from '#rules/time/instants.ts'

/** What deciding about a version needs to know of it. */
export type PolicyVersion = {
  readonly status: 'draft' | 'approved' | 'withdrawn'
  readonly author: string
}

export type Approval =
  | { readonly ok: true; readonly effectiveAt: Temporal.Instant }
  | {
      readonly ok: false
      readonly refusal: 'policies/not-a-draft' | 'policies/approver-is-author'
    }
  | {
      readonly ok: false
      readonly refusal: 'policies/too-soon'
      readonly earliest: Temporal.Instant
    }

/** How long an approved version waits before it counts (PO-4). */
export const leastNoticeSeconds = 5

/**
 * Decides whether `approver` may approve a version at `now` for `effectiveAt`; without one it is
 * effective as soon as may be. Refused: what is no draft (PO-2), the author (PO-3), an instant less
 * than five seconds away (PO-4).
 */
export function mayApprove(
  version: PolicyVersion,
  approver: string,
  effectiveAt: Temporal.Instant | undefined,
  now: Temporal.Instant,
): Approval {
  const earliest = now.add({ seconds: leastNoticeSeconds })
  if (version.status !== 'draft') return { ok: false, refusal: 'policies/not-a-draft' }
  if (approver === version.author) return { ok: false, refusal: 'policies/approver-is-author' }
  if (effectiveAt !== undefined && isBefore(effectiveAt, earliest)) {
    return { ok: false, refusal: 'policies/too-soon', earliest }
  }
  return { ok: true, effectiveAt: effectiveAt ?? earliest }
}

/** Whether a version may be withdrawn: only a draft (PO-2). */
export function mayWithdraw(
  version: PolicyVersion,
): { readonly ok: true } | { readonly ok: false; readonly refusal: 'policies/not-a-draft' } {
  if (version.status !== 'draft') return { ok: false, refusal: 'policies/not-a-draft' }
  return { ok: true }
}

/** The version in force at an instant, of the approved ones of one name in any order (PO-5). */
export function effectiveVersion<
  Version extends { readonly version: number; readonly effectiveAt: Temporal.Instant },
>(versions: readonly Version[], instant: Temporal.Instant): Version | undefined {
  return versions
    .filter((each) => !isBefore(instant, each.effectiveAt))
    .sort(byEffectiveThenVersion)
    .at(-1)
}

/** The order in which approved versions come into force (PO-5). */
export function byEffectiveThenVersion(
  a: { readonly version: number; readonly effectiveAt: Temporal.Instant },
  b: { readonly version: number; readonly effectiveAt: Temporal.Instant },
): number {
  const apart = a.effectiveAt.epochMilliseconds - b.effectiveAt.epochMilliseconds
  return apart === 0 ? a.version - b.version : apart
}
