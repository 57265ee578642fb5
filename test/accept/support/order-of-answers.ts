import type { Findings } from '#test/accept/support/findings.ts'

/** An answered posting: when it was asked and answered, and the number it was given. */
export type Answered = {
  readonly sentAtMs: number
  readonly receivedAtMs: number
  readonly seq: number
}

/**
 * Real time is respected: of two postings to one wallet, one of which was answered before the other was sent,
 * the first has the lower `seq`. Each `seq` was given once.
 */
export function checkOrder(
  memberId: string,
  answered: readonly Answered[],
  findings: Findings,
): void {
  const seqs = new Set(answered.map((each) => each.seq))
  if (seqs.size !== answered.length) {
    findings.fault(`${memberId}: ${answered.length} postings share ${seqs.size} numbers`)
  }
  const bySending = answered.toSorted((a, b) => a.sentAtMs - b.sentAtMs)
  const byReceipt = answered.toSorted((a, b) => a.receivedAtMs - b.receivedAtMs)
  let highest = 0
  let next = 0
  for (const each of bySending) {
    for (; next < byReceipt.length; next += 1) {
      const earlier = byReceipt[next]
      if (earlier === undefined || earlier.receivedAtMs >= each.sentAtMs) break
      highest = Math.max(highest, earlier.seq)
    }
    if (each.seq < highest) {
      findings.fault(
        `${memberId}: seq ${each.seq} was asked for after seq ${highest} had been answered`,
      )
    }
  }
}
