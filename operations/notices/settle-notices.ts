import type { Writer } from '#db/connection.ts'
import {
  dueTellings,
  endNotices,
  keepTelling,
  lockTelling,
  noticeVersions,
  shopsToTell,
  type NoticeTelling,
  type RuleNotice,
} from '#db/governance/notices.ts'
import { settleEach } from '#operations/_due.ts'
import { transact } from '#operations/_transact.ts'
import { announceToShops } from '#operations/announcements/announce-to-shops.ts'
import type { NoticesContext } from '#operations/notices/notice-policy.ts'
import { assert } from '#rules/assert.ts'

const shopsAtOnce = 1_000

/**
 * Does what is due of notices by an instant: those that are over end, and shops are told what is due to
 * be told (RN-7), in batches that go on where the last one stopped. Returns how many things were told.
 */
export async function settleNotices({ db }: NoticesContext, by: Temporal.Instant): Promise<number> {
  await transact(db, (tx) => endNotices(tx, by))
  const nameOf = ({ noticeId, version, name }: NoticeTelling): string =>
    `${noticeId}/${version}/${name}`
  return await settleEach(
    { find: (limit) => dueTellings(db, by, limit), nameOf, atOnce: 100 },
    async (telling) => {
      while (await transact(db, (tx) => tellSome(tx, telling)));
    },
  )
}

/** Tells the next shops; `false`: there are no more. */
async function tellSome(tx: Writer, found: NoticeTelling): Promise<boolean> {
  const telling = await lockTelling(tx, found)
  if (telling === undefined) return false
  const { noticeId, version, name, at } = telling
  const notice = (await noticeVersions(tx, noticeId)).find((each) => each.version === version)
  assert(notice !== undefined, 'what is told is of a notice')
  if (notice.status === 'replaced') {
    await keepTelling(tx, telling, true)
    return false
  }
  const isNews = name === 'published' || name === 'answered'
  const shops = await shopsToTell(tx, telling, !isNews, shopsAtOnce)
  const data = dataOf(notice, name)
  await announceToShops(
    tx,
    shops
      .filter(({ isTold }) => !isTold)
      .map(({ shopId }) => ({
        shopId,
        id: `rule-notice/${noticeId}/${version}/${name}`,
        type: typeOf(name),
        at,
        data,
      })),
  )
  const isDone = shops.length < shopsAtOnce
  const toldTo = shops.at(-1)?.shopId ?? telling.toldTo
  await keepTelling(tx, { ...telling, toldTo }, isDone)
  return !isDone
}

function typeOf(name: string) {
  if (name === 'published') return 'jifen.rule-notice.published.v1'
  if (name === 'answered') return 'jifen.rule-notice.answered.v1'
  return 'jifen.rule-notice.ending.v1'
}

function dataOf(notice: RuleNotice, name: string): Readonly<Record<string, unknown>> {
  const { noticeId, version, policyName, opinionsUntil, endsAt, emergency } = notice
  return {
    noticeId,
    version,
    policy: policyName,
    opinionsUntil: opinionsUntil?.toString() ?? null,
    endsAt: endsAt?.toString() ?? null,
    isEmergency: emergency !== null,
    ...(name.startsWith('opinions-') ? { ends: 'opinions' } : {}),
    ...(name.startsWith('end-') ? { ends: 'notice' } : {}),
  }
}
