import type { Reader, Database } from '#db/connection.ts'
import { noticesOfDraft } from '#db/governance/notices.ts'
import type { Market } from '#db/market.ts'
import { policyVersions } from '#db/policies.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { effectiveBesideNotice, type Noticed } from '#rules/notices/notice.ts'
import type { RuleNoticesPolicy } from '#rules/notices/policy.ts'
import { parsePolicy } from '#rules/policies/catalogue.ts'
import { effectiveVersion } from '#rules/policies/versions.ts'

/** What notices of rule changes are decided in. */
export type NoticesContext = {
  readonly db: Database
  readonly policies: PolicyBook
  readonly market: Market
}

export type NoticesRefused = {
  readonly ok: false
  readonly refusal:
    | 'notices/no-policy'
    | 'notices/unknown'
    | 'notices/wrong-status'
    | 'notices/second-person'
    | 'notices/unknown-draft'
    | 'notices/opinions-over'
    | 'notices/opinions-run'
    | 'merchants/unknown'
    | 'requests/key-reused'
}

export function noticesAt(
  policies: PolicyBook,
  at: Temporal.Instant,
): { readonly version: number; readonly policy: RuleNoticesPolicy } | undefined {
  const known = policies.at('ruleNotices', at)
  if (known === undefined) return undefined
  return { version: known.version, policy: known.policy as RuleNoticesPolicy }
}

/**
 * From when a draft may count beside the notices that announced it (RN-5, RN-6), under the policies'
 * lock: a notice is published under it too.
 */
export async function effectiveBesideNotices(
  tx: Reader,
  draft: { readonly name: string; readonly version: number },
  asked: Temporal.Instant | undefined,
  at: Temporal.Instant,
): Promise<Noticed> {
  const notices = (await noticesOfDraft(tx, draft.name, draft.version)).flatMap((each) => {
    return each.endsAt === null
      ? []
      : [{ endsAt: each.endsAt, isAnswered: each.answeredAt !== null }]
  })
  return effectiveBesideNotice(await policyIn(tx, at), draft.name, notices, asked, at)
}

async function policyIn(tx: Reader, at: Temporal.Instant): Promise<RuleNoticesPolicy | undefined> {
  const approved = await policyVersions(tx, { name: 'ruleNotices', status: 'approved' })
  const versions = approved.flatMap((row) =>
    row.effectiveAt === null ? [] : [{ ...row, effectiveAt: row.effectiveAt }],
  )
  const current = effectiveVersion(versions, at)
  if (current === undefined) return undefined
  const parsed = parsePolicy('ruleNotices', JSON.parse(current.body))
  return parsed.ok ? (parsed.policy as RuleNoticesPolicy) : undefined
}
