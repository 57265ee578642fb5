import type { Database } from '#db/connection.ts'
import { lockPolicies, policyVersions, recordWithdrawal } from '#db/policies.ts'
import { transact } from '#operations/_transact.ts'
import { mayWithdraw } from '#rules/policies/versions.ts'

export type Withdrawn =
  | { readonly ok: true }
  | {
      readonly ok: false
      readonly refusal: 'policies/unknown-version' | 'policies/not-a-draft'
    }

/** Withdraws a draft that nobody approved (PO-2). */
export async function withdrawPolicy(
  db: Database,
  draft: { readonly name: string; readonly version: number },
): Promise<Withdrawn> {
  return await transact(db, async (tx): Promise<Withdrawn> => {
    await lockPolicies(tx)
    const versions = await policyVersions(tx, { name: draft.name })
    const version = versions.find((each) => each.version === draft.version)

    if (version === undefined) return { ok: false, refusal: 'policies/unknown-version' }
    const withdrawn = mayWithdraw(version)
    if (!withdrawn.ok) return withdrawn

    await recordWithdrawal(tx, draft.name, draft.version)
    return withdrawn
  })
}
