import type { Database } from '#db/connection.ts'
import { lockPolicies, policyVersions, recordApproval } from '#db/policies.ts'
import { transact } from '#operations/_transact.ts'
import { problemsBesideOthers } from '#operations/policies/_beside-others.ts'
import { effectiveBesideNotices } from '#operations/notices/notice-policy.ts'
import type { Noticed } from '#rules/notices/notice.ts'
import type { InputProblem } from '#rules/policies/problems.ts'
import { mayApprove, type Approval } from '#rules/policies/versions.ts'
import { latest } from '#rules/time/instants.ts'

export type ApprovePolicy = {
  readonly name: string
  readonly version: number
  readonly approver: string
  /** Absent: as soon as may be. */
  readonly effectiveAt?: Temporal.Instant | undefined
  readonly at: Temporal.Instant
}

export type Approved =
  | Approval
  | { readonly ok: false; readonly refusal: 'policies/unknown-version' }
  | Extract<Noticed, { ok: false }>
  /** Others were approved since it was drafted, and it does not fit them. */
  | {
      readonly ok: false
      readonly refusal: 'policies/invalid'
      readonly problems: readonly InputProblem[]
    }

/** Approves a draft: it is in force from its effective instant on and never changes again (PO-2 to PO-4). */
export async function approvePolicy(db: Database, approval: ApprovePolicy): Promise<Approved> {
  const { name, version, approver, at } = approval
  return await transact(db, async (tx): Promise<Approved> => {
    const approvals = await lockPolicies(tx)
    const versions = await policyVersions(tx, { name })
    const draft = versions.find((each) => each.version === version)

    if (draft === undefined) return { ok: false, refusal: 'policies/unknown-version' }
    const allowed = mayApprove(draft, approver, approval.effectiveAt, at)
    if (!allowed.ok) return allowed
    const noticed = await effectiveBesideNotices(tx, draft, approval.effectiveAt, at)
    if (!noticed.ok) return noticed
    const problems = await problemsBesideOthers(tx, { name, body: JSON.parse(draft.body), at })
    if (problems.length > 0) return { ok: false, refusal: 'policies/invalid', problems }

    const effectiveAt = latest(allowed.effectiveAt, noticed.effectiveAt ?? allowed.effectiveAt)
    await recordApproval(tx, approvals, { name, version, approver, approvedAt: at, effectiveAt })
    return { ok: true, effectiveAt }
  })
}
