import type { AuditEntry } from '#db/ledger/audit.ts'
import type { Market } from '#db/market.ts'
import { rulesNamed } from '#operations/policies/fact-context.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { ppmFromText, wholePpm, type Ppm } from '#rules/money/rate.ts'
import { pointsFor, type EarnLineWhy, type EarnWhy } from '#rules/points/earn.ts'
import { expiryOf } from '#rules/points/expiry.ts'

/** Decides an entry again; tells what came out otherwise, `undefined` when nothing did. */
export type ReplayDecision = (entry: AuditEntry) => string | undefined

/**
 * Decides again what orders earned, from the lines kept with each entry and the policy versions it
 * names, and compares points and expiry (PT-1 to PT-10). Other entries decide nothing of their own.
 */
export function replayDecisions(policies: PolicyBook, market: Market): ReplayDecision {
  return (entry) => {
    if (entry.kind !== 'earn' || entry.outcome !== 'done') return undefined
    const { type, why } = JSON.parse(entry.cause) as { type?: string; why?: EarnWhy }
    if (type !== 'order.received' || why === undefined) return undefined

    const policy = rulesNamed(policies, entry.policies)
    if (policy === undefined) return `the policies ${entry.policies} are not known`
    let points = 0
    for (const line of why.lines) {
      const again = pointsFor(earnLineOf(line), line.baseFen, policy, market.minorDigits)
      if (again !== line.points) return `line ${line.id} earns ${again}, not ${line.points}`
      points += again
    }
    if (points !== entry.amount) return `the order earns ${points}, not ${entry.amount}`

    const occurredAt = Temporal.Instant.fromEpochMilliseconds(entry.occurred_ms)
    const expiresAt = expiryOf(occurredAt, policy, market.zone)?.toString() ?? null
    const told = (JSON.parse(entry.answer) as { expiresAt?: string | null }).expiresAt ?? null
    return told === expiresAt ? undefined : `the points lapse at ${expiresAt}, not ${told}`
  }
}

function earnLineOf(line: EarnLineWhy) {
  const { id, category, paidFen, refundedFen } = line
  const multiplePpm = ppmFromText(line.multipleAsked) ?? (wholePpm as Ppm)
  return { id, category, paidFen, refundedFen, multiplePpm }
}
