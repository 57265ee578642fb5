import type { Findings } from '#test/accept/support/findings.ts'
import type { Contest } from '#test/accept/support/quota-contests.ts'

/** "Sold out" is wrong by no more than this while units remain. */
const longestWrongMs = 5_000

/** What members were told in a round. Times are of `performance`. */
export type Told = {
  /** What each member has, by the answers. */
  readonly given: Map<string, number>
  readonly soldOut: { readonly atMs: number; readonly amount: number }[]
  /** By how much the rest shrank at the earliest, or grew at the latest. */
  readonly changes: { readonly atMs: number; readonly amount: number }[]
}

/**
 * "Sold out" for an amount is wrong when as much was there without a break for longer than allowed. What
 * is there is told at its least: less by a claim once it was sent, more by a return once it was answered.
 */
export function judgeSoldOut(
  { slug, family, total }: Contest,
  told: Told,
  findings: Findings,
): void {
  // What is in an envelope is not known before: there, the end alone is judged.
  if (family === 'red-envelope') return
  const changes = told.changes.toSorted((a, b) => a.atMs - b.atMs)
  for (const { atMs, amount } of told.soldOut) {
    let left = total
    let enoughSinceMs = 0
    for (const change of changes) {
      if (change.atMs > atMs) break
      const hadEnough = left >= amount
      left += change.amount
      if (!hadEnough && left >= amount) enoughSinceMs = change.atMs
    }
    if (left < amount || atMs - enoughSinceMs <= longestWrongMs) continue
    findings.fault(
      `sold out for ${amount} was answered in ${slug} while ${left} were there for long`,
    )
    return
  }
}
