import type { Writer } from '#db/connection.ts'
import {
  insertTellings,
  lockNotice,
  updateNotice,
  type RuleNotice,
} from '#db/governance/notices.ts'
import { countOpinions } from '#db/governance/opinions.ts'
import { lockPolicies, policyVersions } from '#db/policies.ts'
import { transact } from '#operations/_transact.ts'
import type { NoticeTurned } from '#operations/notices/draft-notice.ts'
import { noticesAt, type NoticesContext } from '#operations/notices/notice-policy.ts'
import { after } from '#rules/members/invitation/round.ts'
import { published, remindersOf, type NoticeTimes } from '#rules/notices/notice.ts'
import { isBefore } from '#rules/time/instants.ts'

/**
 * Publishes the draft of a notice (RN-2, RN-3), by the policy in force, with the reminders to come; a
 * version that was published before is replaced. Refused: a draft of a policy that is none any more.
 */
export async function publishNotice(
  { db, policies, market }: NoticesContext,
  asked: {
    readonly noticeId: string
    readonly publisher: string
    readonly emergency: string | undefined
    readonly at: Temporal.Instant
  },
): Promise<NoticeTurned> {
  const { noticeId, publisher, emergency, at } = asked
  const known = noticesAt(policies, at)
  if (known === undefined) return { ok: false, refusal: 'notices/no-policy' }
  return await transact(db, async (tx): Promise<NoticeTurned> => {
    // Approvals wait, so that none counts a draft as free of notices that is announced just now.
    await lockPolicies(tx)
    const versions = await lockNotice(tx, noticeId)
    const draft = versions.at(-1)
    if (draft === undefined) return { ok: false, refusal: 'notices/unknown' }
    if (draft.status !== 'draft') {
      return draft.publisher === publisher
        ? { ok: true, notice: draft }
        : { ok: false, refusal: 'notices/wrong-status' }
    }
    if (!(await isDraftOfPolicy(tx, draft))) return { ok: false, refusal: 'notices/unknown-draft' }
    const { author } = draft
    const out = published(known.policy, { author, publisher, emergency }, at, market.zone)
    if (!out.ok) return out

    const { times } = out
    const notice: RuleNotice = {
      ...draft,
      ...times,
      status: 'published',
      rulesVersion: known.version,
      publisher,
      emergency: emergency ?? null,
      answerBy: after(times.opinionsUntil, known.policy.answerWithin, market.zone),
    }
    const replaced = versions.filter(({ status }) => status === 'published' || status === 'over')
    for (const each of replaced) await updateNotice(tx, { ...each, status: 'replaced' })
    await updateNotice(tx, notice)
    await insertTellings(tx, tellingsOf(notice, times, known.policy, market.zone))
    return { ok: true, notice }
  })
}

function tellingsOf(
  { noticeId, version }: RuleNotice,
  times: NoticeTimes,
  policy: Parameters<typeof remindersOf>[0],
  zone: string,
) {
  const all = [{ name: 'published', at: times.publishedAt }, ...remindersOf(policy, times, zone)]
  return all.map((each) => ({ ...each, noticeId, version }))
}

async function isDraftOfPolicy(
  tx: Writer,
  { policyName, policyVersion }: RuleNotice,
): Promise<boolean> {
  if (policyName === null) return true
  const versions = await policyVersions(tx, { name: policyName, status: 'draft' })
  return versions.some(({ version }) => version === policyVersion)
}

/** Answers the opinions once they ended, in a summary beside their counts (RN-5). */
export async function answerOpinions(
  { db }: NoticesContext,
  asked: {
    readonly noticeId: string
    readonly summary: { readonly zh: string; readonly en: string }
    readonly by: string
    readonly at: Temporal.Instant
  },
): Promise<NoticeTurned> {
  const { noticeId, summary, by, at } = asked
  return await transact(db, async (tx): Promise<NoticeTurned> => {
    const versions = await lockNotice(tx, noticeId)
    const notice = versions.findLast(({ status }) => status === 'published' || status === 'over')
    if (versions.length === 0) return { ok: false, refusal: 'notices/unknown' }
    if (notice === undefined) return { ok: false, refusal: 'notices/wrong-status' }
    const { opinionsUntil, version } = notice
    if (opinionsUntil === null || isBefore(at, opinionsUntil)) {
      return { ok: false, refusal: 'notices/opinions-run' }
    }
    const opinions = await countOpinions(tx, noticeId, version)
    const text = JSON.stringify({ ...summary, opinions })
    if (notice.summary === text) return { ok: true, notice }
    if (notice.summary !== null) return { ok: false, refusal: 'notices/wrong-status' }
    const answered: RuleNotice = { ...notice, summary: text, answeredBy: by, answeredAt: at }
    await updateNotice(tx, answered)
    await insertTellings(tx, [{ noticeId, version, name: 'answered', at }])
    return { ok: true, notice: answered }
  })
}
