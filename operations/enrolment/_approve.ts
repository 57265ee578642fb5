import type { Writer } from '#db/connection.ts'
import type { Enrolment } from '#db/enrolment/enrolments.ts'
import { placesTaken } from '#db/enrolment/waiting.ts'
import type { ShopAnnouncement } from '#operations/announcements/announce-to-shops.ts'
import type { EnrolmentContext, EnrolmentTermsAt } from '#operations/enrolment/terms.ts'
import { assert } from '#rules/assert.ts'
import { poolsOf } from '#rules/campaigns/enrolment/places.ts'
import type { EnrolmentStatus } from '#rules/campaigns/enrolment/status.ts'
import { supplementsFor, turnSupplements } from '#rules/campaigns/enrolment/supplements.ts'

/** How many places of each limited pool are left. */
export async function placesLeft(
  tx: Writer,
  { name, policy }: EnrolmentTermsAt,
): Promise<Map<string, number>> {
  const pools = poolsOf(policy)
  const taken = await placesTaken(
    tx,
    name,
    pools.map(({ pool }) => pool),
  )
  return new Map(
    pools.map(({ pool, places }) => [pool, Math.max(0, places - (taken.get(pool) ?? 0))]),
  )
}

/**
 * Takes a place for one of a pool, if there is one left, or the pool is not limited: `left` is changed.
 */
export function takePlace(left: Map<string, number>, { pool }: Enrolment): boolean {
  const places = pool === null ? undefined : left.get(pool)
  if (pool === null || places === undefined) return true
  if (places === 0) return false
  left.set(pool, places - 1)
  return true
}

/** What is the same for all that are approved at an instant. */
export type Approval = Pick<Enrolment, 'extendedTo' | 'dueAt'> & { readonly at: Temporal.Instant }

/** How shops are approved at an instant; `isLate`: with the time of those who come late (EL-11). */
export function approvalAt(
  context: EnrolmentContext,
  terms: EnrolmentTermsAt,
  at: Temporal.Instant,
  isLate: boolean,
): Approval {
  const { zone } = context.market
  const { within } = terms.policy.waiting
  const extendedTo = isLate ? at.toZonedDateTimeISO(zone).add(within).toInstant() : null
  const look = { approvedAt: at, lookedAt: at, extendedTo, changedAt: at }
  return { at, extendedTo, dueAt: nextLook(context, terms, look, new Set()) }
}

/** An application that is approved. */
export function approved(enrolment: Enrolment, { at, extendedTo, dueAt }: Approval): Enrolment {
  return {
    ...enrolment,
    status: 'approved',
    toldAt: enrolment.toldAt ?? at,
    approvedAt: at,
    lookedAt: at,
    extendedTo,
    dueAt,
    changedAt: at,
  }
}

/** When an approved application has to be looked at next. */
export function nextLook(
  { market }: EnrolmentContext,
  { campaign, policy }: EnrolmentTermsAt,
  enrolment: Pick<Enrolment, 'approvedAt' | 'lookedAt' | 'extendedTo' | 'changedAt'>,
  done: ReadonlySet<string>,
): Temporal.Instant {
  const approvedAt = enrolment.approvedAt ?? enrolment.changedAt
  const lookedAt = enrolment.lookedAt ?? approvedAt
  const turn = turnSupplements(
    {
      supplements: supplementsFor(campaign, enrolment.extendedTo),
      done,
      approvedAt,
      lookedAt,
      remindBefore: policy.remindBefore,
      zone: market.zone,
    },
    lookedAt,
  )
  return turn.to === 'approved' ? turn.dueAt : turn.at
}

/** What is told of a status. */
const types: Partial<Record<EnrolmentStatus, ShopAnnouncement['type']>> = {
  approved: 'jifen.enrolment.approved.v1',
  waiting: 'jifen.enrolment.waiting.v1',
  refused: 'jifen.enrolment.refused.v1',
  shortlisted: 'jifen.enrolment.shortlisted.v1',
  dropped: 'jifen.enrolment.dropped.v1',
  left: 'jifen.enrolment.left.v1',
}

/** What a shop is told of its application. */
export function enrolmentNotice(
  { campaign, shopId, attempt, status, identity }: Enrolment,
  at: Temporal.Instant,
  more: Readonly<Record<string, unknown>> = {},
): ShopAnnouncement {
  return {
    shopId,
    id: `enrolment-${status}/${campaign}/${attempt}`,
    type: typeOf(status),
    at,
    data: { campaign, status, ...(identity === null ? {} : { identity }), ...more },
  }
}

function typeOf(status: EnrolmentStatus): ShopAnnouncement['type'] {
  const type = types[status]
  assert(type !== undefined, `a shop is told of ${status}`)
  return type
}
