import type { Database } from '#db/connection.ts'
import {
  allowanceWithoutEntry,
  auditBudgets,
  envelopesWithoutEntry,
  type AuditBudget,
} from '#db/issuing/audit.ts'
import { savingsMiscounted } from '#db/trades/offer-savings.ts'
import { inSnapshot } from '#operations/_snapshot.ts'

/** Something about a limited quantity that is not as it must be. */
export type QuotaFault = {
  /** The resource, or the member that has of it. */
  readonly of: string
  readonly what: string
}

/**
 * Recomputes every limited quantity from its parts and compares: slices <= granted <= total, what is
 * left and what is used together the slices, and as much used as was issued; and what members saved by
 * capped offers is what their trades say. One snapshot, read live.
 */
export async function verifyQuotas(
  db: Database,
): Promise<{ readonly quotas: number; readonly faults: readonly QuotaFault[] }> {
  return await inSnapshot(db, async (tx) => {
    const budgets = await auditBudgets(tx)
    const [envelopes, allowances] = [
      await envelopesWithoutEntry(tx),
      await allowanceWithoutEntry(tx),
    ]
    const savings = await savingsMiscounted(tx)
    const faults = [
      ...budgets.flatMap(faultsOf),
      ...envelopes.map(({ memberId, what }) => ({
        of: memberId,
        what: `the wallet has no entry like the envelope ${what}`,
      })),
      ...allowances.map(({ memberId, what }) => ({
        of: memberId,
        what: `more of ${what} is counted than the wallet was given`,
      })),
      ...savings.map(({ memberId, what }) => ({
        of: memberId,
        what: `the saving by ${what} is not what its shares and returns come to`,
      })),
    ]
    return { quotas: budgets.length, faults }
  })
}

function faultsOf(budget: AuditBudget): QuotaFault[] {
  const { resource, total, granted, moved, slices, left, used, issued } = budget
  const wrongs = [
    granted > total ? `granted ${granted} of ${total}` : undefined,
    granted === moved ? undefined : `granted ${granted}, but its moves come to ${moved}`,
    slices > granted ? `slices of ${slices}, but granted ${granted}` : undefined,
    left + used === slices
      ? undefined
      : `left ${left} and used ${used}, together not the slices of ${slices}`,
    used === issued ? undefined : `used ${used}, but issued ${issued}`,
  ]
  return wrongs.flatMap((what) => (what === undefined ? [] : [{ of: resource, what }]))
}
