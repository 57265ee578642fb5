import type { Writer } from '#db/connection.ts'
import { updateEnrolments, type Enrolment } from '#db/enrolment/enrolments.ts'
import { lockDueEnrolments, lockPassedByRank } from '#db/enrolment/round.ts'
import { lockWaiting, notePlacesFreed, takePlacesFreed } from '#db/enrolment/waiting.ts'
import {
  announceToShops,
  type ShopAnnouncement,
} from '#operations/announcements/announce-to-shops.ts'
import {
  approvalAt,
  approved,
  enrolmentNotice,
  placesLeft,
  takePlace,
} from '#operations/enrolment/_approve.ts'
import { appealUntil } from '#operations/enrolment/appeal-enrolment.ts'
import type { EnrolmentContext, EnrolmentTermsAt } from '#operations/enrolment/terms.ts'
import { ahead } from '#rules/campaigns/enrolment/supplements.ts'
import { isBefore } from '#rules/time/instants.ts'

/** One kind of work over the applications of a campaign: a batch, locked behind the round. */
export type RoundWork = (
  tx: Writer,
  context: EnrolmentContext,
  terms: EnrolmentTermsAt,
  due: { readonly by: Temporal.Instant; readonly limit: number },
) => Promise<number>

/** What nobody reviewed by the day of results goes as the machine decided (EL-8). */
export const settleReviews: RoundWork = async (tx, _context, { name }, { by, limit }) => {
  const found = await lockDueEnrolments(tx, { campaign: name, status: 'inReview', by, limit })
  await updateEnrolments(
    tx,
    found.map((each) => ({
      ...each,
      status: each.machine ?? 'refused',
      proposal: null,
      changedAt: by,
    })),
  )
  return found.length
}

/** Tells those that passed, by rank: approved while there are places, else waiting (EL-9, EL-10). */
export const tellPassed: RoundWork = async (tx, context, terms, { by, limit }) => {
  const { name: campaign } = terms
  const found = await lockPassedByRank(tx, campaign, by, limit)
  const left = await placesLeft(tx, terms)
  const approval = approvalAt(context, terms, by, isLate(terms, by))
  const told = found.map((each) => {
    if (takePlace(left, each)) return approved(each, approval)
    return {
      ...each,
      status: 'waiting',
      toldAt: by,
      dueAt: terms.waitingUntil,
      changedAt: by,
    } as const
  })
  await updateEnrolments(tx, told)
  await announceToShops(
    tx,
    told.map((each) => enrolmentNotice(each, by)),
  )
  return found.length
}

/** Told after the supplements began, as after a job that stood still, a shop has its time all the same. */
function isLate({ resultsFrom }: EnrolmentTermsAt, by: Temporal.Instant): boolean {
  return by.since(resultsFrom).total('hours') >= 24
}

/** Tells those that were refused; told before, that the time for an appeal ends soon (EL-16). */
export const tellRefused: RoundWork = async (tx, context, terms, { by, limit }) => {
  const found = await lockDueEnrolments(tx, { campaign: terms.name, status: 'refused', by, limit })
  const notices: ShopAnnouncement[] = []
  const told = found.map((each): Enrolment => {
    const isNew = each.toldAt === null
    const now = { ...each, toldAt: each.toldAt ?? by, changedAt: by }
    const until = appealUntil(terms, now, context.market.zone)
    const next = nextReminder(context, terms, until, by)
    if (isNew) notices.push(enrolmentNotice(now, by, { appealUntil: until?.toString() ?? null }))
    else if (until !== undefined && isBefore(by, until))
      notices.push(appealReminder(now, until, by))
    return { ...now, dueAt: next ?? null }
  })
  await updateEnrolments(tx, told)
  await announceToShops(tx, notices)
  return found.length
}

function nextReminder(
  { market }: EnrolmentContext,
  { policy }: EnrolmentTermsAt,
  until: Temporal.Instant | undefined,
  by: Temporal.Instant,
): Temporal.Instant | undefined {
  if (until === undefined) return undefined
  const times = policy.remindBefore.map((before) => ahead(until, before, market.zone))
  return times
    .filter((each) => isBefore(by, each))
    .toSorted((a, b) => Temporal.Instant.compare(a, b))[0]
}

function appealReminder(
  { campaign, shopId, attempt, dueAt }: Enrolment,
  until: Temporal.Instant,
  at: Temporal.Instant,
): ShopAnnouncement {
  return {
    shopId,
    id: `enrolment-appeal-reminder/${campaign}/${attempt}/${String(dueAt)}`,
    type: 'jifen.enrolment.appealReminder.v1',
    at,
    data: { campaign, until: until.toString() },
  }
}

/** Closes the waiting lists at the end of their phase (EL-10). */
export const closeWaiting: RoundWork = async (tx, _context, { name, waitingUntil }, due) => {
  const { by, limit } = due
  if (isBefore(by, waitingUntil)) return 0
  const found = await lockDueEnrolments(tx, { campaign: name, status: 'waiting', by, limit })
  const dropped = found.map((each): Enrolment => {
    return { ...each, status: 'dropped', endedAt: waitingUntil, dueAt: null, changedAt: by }
  })
  await updateEnrolments(tx, dropped)
  await announceToShops(
    tx,
    dropped.map((each) => enrolmentNotice(each, by, { from: 'waiting' })),
  )
  return found.length
}

/** Gives places that became free to those first in their waiting lists (EL-10). */
export const moveUpWaiting: RoundWork = async (tx, context, terms, { by, limit }) => {
  const { name: campaign, waitingUntil } = terms
  const pools = await takePlacesFreed(tx, campaign)
  if (pools.length === 0 || !isBefore(by, waitingUntil)) return pools.length
  const left = await placesLeft(tx, terms)
  const approval = approvalAt(context, terms, by, true)
  const moved: Enrolment[] = []
  for (const pool of pools) {
    // A pool that is not limited any more has a place for everybody.
    const places = left.get(pool) ?? limit
    const first = places === 0 ? [] : await lockWaiting(tx, campaign, pool, Math.min(places, limit))
    if (first.length === limit) await notePlacesFreed(tx, campaign, [pool])
    moved.push(...first.map((each) => approved(each, approval)))
  }
  await updateEnrolments(tx, moved)
  await announceToShops(
    tx,
    moved.map((each) => enrolmentNotice(each, by, { from: 'waiting' })),
  )
  return pools.length
}
