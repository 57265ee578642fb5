import type { SuspicionStatus } from '#rules/badges/queue.ts'

export type ReviewRefusal =
  'badges/suspicion-moot' | 'badges/decided-meanwhile' | 'badges/same-reviewer'

/** What a reviewer may do with a suspicion. */
export type Reviewed = {
  readonly status: SuspicionStatus
  readonly decisions: readonly { readonly decidedBy: string }[]
  /** BG-13: whether a reversal is another person's. */
  readonly byAnother: boolean
}

/**
 * Whether a reviewer may decide so. Refused: a suspicion that is moot, one about which another number
 * of decisions was taken than the reviewer saw, a reversal by who decided before (BG-13). The same
 * decision again changes nothing.
 */
export function mayDecide(
  { status, decisions, byAnother }: Reviewed,
  {
    decision,
    reviewer,
    seen,
  }: {
    readonly decision: 'clear' | 'strike'
    readonly reviewer: string
    readonly seen?: number | undefined
  },
):
  | { readonly ok: true; readonly changes: boolean }
  | { readonly ok: false; readonly refusal: ReviewRefusal } {
  if (status === 'moot') return { ok: false, refusal: 'badges/suspicion-moot' }
  if (status === (decision === 'clear' ? 'cleared' : 'struck')) return { ok: true, changes: false }
  if (seen !== undefined && seen !== decisions.length) {
    return { ok: false, refusal: 'badges/decided-meanwhile' }
  }
  if (byAnother && decisions.at(-1)?.decidedBy === reviewer) {
    return { ok: false, refusal: 'badges/same-reviewer' }
  }
  return { ok: true, changes: true }
}
