import { demoPolicies } from '#cli/demo/offers.ts'
import type { Database } from '#db/connection.ts'
import { approvePolicy } from '#operations/policies/approve-policy.ts'
import { draftPolicy } from '#operations/policies/draft-policy.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { assert } from '#rules/assert.ts'
import { toMillisecond } from '#rules/time/instants.ts'

/**
 * Drafts and approves what the shops of the demo offer, where it is not known yet, dated before everything
 * that happens by it.
 */
export async function bringInForce(
  { db, policies }: { readonly db: Database; readonly policies: PolicyBook },
  founded: Temporal.ZonedDateTime,
): Promise<void> {
  const at = toMillisecond(founded.subtract({ days: 45 }).toInstant())
  for (const { name, body } of demoPolicies(founded)) {
    if (policies.version(name, 1) !== undefined) continue
    const drafted = await draftPolicy(db, { name, body, note: 'demo', author: 'operator:mei', at })
    assert(drafted.ok, `the policy ${name} of the demo fits: ${JSON.stringify(drafted)}`)
    const approval = { name, version: drafted.version, approver: 'operator:hao', at }
    const approved = await approvePolicy(db, approval)
    assert(approved.ok, `the policy ${name} of the demo is approved`)
  }
  await policies.refresh()
}
