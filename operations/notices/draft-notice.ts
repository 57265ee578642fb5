import { insertNotice, lockNotice, updateDraft, type RuleNotice } from '#db/governance/notices.ts'
import { transact } from '#operations/_transact.ts'
import { keyedId } from '#operations/governance/keyed-id.ts'
import {
  noticesAt,
  type NoticesContext,
  type NoticesRefused,
} from '#operations/notices/notice-policy.ts'
import { digestOf } from '#operations/requests/keyed.ts'
import { assert } from '#rules/assert.ts'

type InLanguages = { readonly zh: string; readonly en: string }

/** What a notice says, and which draft of a policy implements it. */
export type NoticeText = {
  readonly title: InLanguages
  readonly text: InLanguages
  readonly implementedBy: { readonly name: string; readonly version: number } | undefined
}

export type NoticeTurned = { readonly ok: true; readonly notice: RuleNotice } | NoticesRefused

type Drafting = {
  readonly said: NoticeText
  readonly author: string
  readonly at: Temporal.Instant
}

/** Drafts a notice (RN-1), once under its key. */
export async function draftNotice(
  { db, policies }: NoticesContext,
  drafting: Drafting & { readonly key: string },
): Promise<NoticeTurned> {
  const known = noticesAt(policies, drafting.at)
  if (known === undefined) return { ok: false, refusal: 'notices/no-policy' }
  const noticeId = keyedId('rn', [drafting.author, drafting.key])
  const notice = noticeOf(drafting, noticeId, 1, known.version)
  return await transact(db, async (tx): Promise<NoticeTurned> => {
    if (await insertNotice(tx, notice)) return { ok: true, notice }
    const [before] = await lockNotice(tx, noticeId)
    assert(before !== undefined, 'a notice stays')
    if (before.fingerprint !== notice.fingerprint) {
      return { ok: false, refusal: 'requests/key-reused' }
    }
    return { ok: true, notice: before }
  })
}

/** Writes the draft of a notice anew or, where it is published, drafts its next version (RN-1). */
export async function reviseNotice(
  { db, policies }: NoticesContext,
  drafting: Drafting & { readonly noticeId: string },
): Promise<NoticeTurned> {
  const known = noticesAt(policies, drafting.at)
  if (known === undefined) return { ok: false, refusal: 'notices/no-policy' }
  const { noticeId } = drafting
  return await transact(db, async (tx): Promise<NoticeTurned> => {
    const last = (await lockNotice(tx, noticeId)).at(-1)
    if (last === undefined) return { ok: false, refusal: 'notices/unknown' }
    const isDraft = last.status === 'draft'
    const version = isDraft ? last.version : last.version + 1
    const notice = noticeOf(drafting, noticeId, version, known.version)
    if (last.fingerprint === notice.fingerprint) return { ok: true, notice: last }
    await (isDraft ? updateDraft(tx, notice) : insertNotice(tx, notice))
    return { ok: true, notice }
  })
}

function noticeOf(
  { said, author, at }: Drafting,
  noticeId: string,
  version: number,
  rulesVersion: number,
): RuleNotice {
  const { title, text, implementedBy } = said
  return {
    noticeId,
    version,
    status: 'draft',
    title: JSON.stringify(title),
    text: JSON.stringify(text),
    policyName: implementedBy?.name ?? null,
    policyVersion: implementedBy?.version ?? null,
    rulesVersion,
    author,
    draftedAt: at,
    publisher: null,
    emergency: null,
    publishedAt: null,
    opinionsUntil: null,
    endsAt: null,
    answerBy: null,
    summary: null,
    answeredBy: null,
    answeredAt: null,
    fingerprint: digestOf(['rule-notice', said]),
  }
}
