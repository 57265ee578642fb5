import { updateEnrolments, type Enrolment } from '#db/enrolment/enrolments.ts'
import { insertEnrolmentEvents } from '#db/enrolment/records.ts'
import { dueApproved, lockDueApproved } from '#db/enrolment/round.ts'
import { supplementsDone } from '#db/enrolment/supplements.ts'
import { notePlacesFreed } from '#db/enrolment/waiting.ts'
import { lockShops } from '#db/shops/shops.ts'
import {
  announceToShops,
  type ShopAnnouncement,
} from '#operations/announcements/announce-to-shops.ts'
import { releasePlacements } from '#operations/campaigns/release-placements.ts'
import { enrolmentNotice } from '#operations/enrolment/_approve.ts'
import type { RoundWork } from '#operations/enrolment/_tell-results.ts'
import {
  supplementsFor,
  turnSupplements,
  type Reminder,
  type SupplementTurn,
} from '#rules/campaigns/enrolment/supplements.ts'

/**
 * Shortlists approved shops that have done everything when the last window has ended, drops those that
 * missed a deadline, and reminds the others (EL-13, EL-16). The shops are locked first, as by whoever
 * does a supplement.
 */
export const turnApproved: RoundWork = async (tx, context, terms, { by, limit }) => {
  const { name: campaign, policy } = terms
  const shopIds = await dueApproved(tx, campaign, by, limit)
  if (shopIds.length === 0) return 0
  await lockShops(tx, shopIds)
  const found = await lockDueApproved(tx, campaign, shopIds, by)
  const done = await supplementsDone(tx, campaign, shopIds)
  const turned = found.map((enrolment) => {
    const names = new Set((done.get(enrolment.shopId) ?? []).map(({ name }) => name))
    const approvedAt = enrolment.approvedAt ?? enrolment.changedAt
    const state = {
      supplements: supplementsFor(terms.campaign, enrolment.extendedTo),
      done: names,
      approvedAt,
      lookedAt: enrolment.lookedAt ?? approvedAt,
      remindBefore: policy.remindBefore,
      zone: context.market.zone,
    }
    return { enrolment, turn: turnSupplements(state, by) }
  })
  const after = turned.map((each) => ({
    ...each,
    enrolment: afterTurn(each.enrolment, each.turn, by),
  }))
  await updateEnrolments(
    tx,
    after.map((each) => each.enrolment),
  )
  const dropped = after.filter(({ turn }) => turn.to === 'dropped').map((each) => each.enrolment)
  const cause = { type: 'enrolment.dropped', campaign }
  await releasePlacements(
    tx,
    context,
    dropped.map(({ shopId }) => ({ campaign, shopId })),
    { at: by, cause },
  )
  const pools = new Set(dropped.flatMap(({ pool }) => (pool === null ? [] : [pool])))
  await notePlacesFreed(tx, campaign, [...pools])
  await insertEnrolmentEvents(
    tx,
    after.flatMap(({ enrolment, turn }) =>
      turn.to === 'approved' ? [] : [eventOf(enrolment, turn)],
    ),
  )
  await announceToShops(
    tx,
    after.flatMap(({ enrolment, turn }) => noticesOf(enrolment, turn, by)),
  )
  return shopIds.length
}

function afterTurn(enrolment: Enrolment, turn: SupplementTurn, by: Temporal.Instant): Enrolment {
  if (turn.to === 'approved') return { ...enrolment, lookedAt: by, dueAt: turn.dueAt }
  const endedAt = turn.to === 'dropped' ? turn.at : null
  return { ...enrolment, status: turn.to, endedAt, lookedAt: by, dueAt: null, changedAt: by }
}

function eventOf(
  { campaign, shopId, attempt }: Enrolment,
  turn: Exclude<SupplementTurn, { readonly to: 'approved' }>,
) {
  const detail = turn.to === 'dropped' ? { missing: turn.missing } : {}
  return { campaign, shopId, attempt, at: turn.at, kind: turn.to, actor: 'jifen', detail }
}

function noticesOf(
  enrolment: Enrolment,
  turn: SupplementTurn,
  by: Temporal.Instant,
): ShopAnnouncement[] {
  if (turn.to === 'shortlisted') return [enrolmentNotice(enrolment, by)]
  if (turn.to === 'dropped') return [enrolmentNotice(enrolment, by, { missing: turn.missing })]
  return turn.reminders.map((reminder) => reminderNotice(enrolment, reminder, by))
}

function reminderNotice(
  { campaign, shopId, attempt }: Enrolment,
  { deadline, before, missing }: Reminder,
  at: Temporal.Instant,
): ShopAnnouncement {
  return {
    shopId,
    id: `enrolment-reminder/${campaign}/${attempt}/${deadline.toString()}/${before.toString()}`,
    type: 'jifen.enrolment.reminder.v1',
    at,
    data: { campaign, missing, deadline: deadline.toString() },
  }
}
