import type { Writer } from '#db/connection.ts'
import { shareNotice, type RuleNotice } from '#db/governance/notices.ts'
import { keepOpinion, keepReading, type Opinion } from '#db/governance/opinions.ts'
import { merchantById } from '#db/shops/shops.ts'
import { transact } from '#operations/_transact.ts'
import type { NoticesContext, NoticesRefused } from '#operations/notices/notice-policy.ts'
import { takesOpinions, type Stance } from '#rules/notices/notice.ts'

export type OpinionSaid = { readonly ok: true; readonly opinion: Opinion } | NoticesRefused

/** Keeps a merchant's one opinion of a notice, as long as opinions are taken (RN-4). */
export async function sayOpinion(
  { db }: NoticesContext,
  said: {
    readonly noticeId: string
    readonly merchantId: string
    readonly stance: Stance
    readonly text: string
    readonly at: Temporal.Instant
  },
): Promise<OpinionSaid> {
  return await transact(db, async (tx): Promise<OpinionSaid> => {
    const found = await ofMerchant(tx, said)
    if (!found.ok) return found
    const { notice } = found
    const { status, publishedAt, opinionsUntil, endsAt, version } = notice
    const isTimed = publishedAt !== null && opinionsUntil !== null && endsAt !== null
    const times = isTimed ? { publishedAt, opinionsUntil, endsAt } : undefined
    if (!takesOpinions(status, times, said.at)) {
      return { ok: false, refusal: 'notices/opinions-over' }
    }
    return { ok: true, opinion: await keepOpinion(tx, { ...said, version }) }
  })
}

export type NoticeRead =
  | { readonly ok: true; readonly version: number; readonly readAt: Temporal.Instant }
  | NoticesRefused

/** Records that a merchant has read a notice as it is published (RN-8); again changes nothing. */
export async function confirmReading(
  { db }: NoticesContext,
  read: { readonly noticeId: string; readonly merchantId: string; readonly at: Temporal.Instant },
): Promise<NoticeRead> {
  return await transact(db, async (tx): Promise<NoticeRead> => {
    const found = await ofMerchant(tx, read)
    if (!found.ok) return found
    const { version } = found.notice
    return { ok: true, version, readAt: await keepReading(tx, { ...read, version }) }
  })
}

async function ofMerchant(
  tx: Writer,
  { noticeId, merchantId }: { readonly noticeId: string; readonly merchantId: string },
): Promise<{ readonly ok: true; readonly notice: RuleNotice } | NoticesRefused> {
  if ((await merchantById(tx, merchantId)) === undefined) {
    return { ok: false, refusal: 'merchants/unknown' }
  }
  const notice = await shareNotice(tx, noticeId)
  return notice === undefined ? { ok: false, refusal: 'notices/unknown' } : { ok: true, notice }
}
