import type { Writer } from '#db/connection.ts'
import {
  enrolmentsOfShop,
  lockEnrolment,
  updateEnrolments,
  type Enrolment,
} from '#db/enrolment/enrolments.ts'
import { insertEnrolmentEvents } from '#db/enrolment/records.ts'
import { notePlacesFreed } from '#db/enrolment/waiting.ts'
import type { Market } from '#db/market.ts'
import { announceToShops } from '#operations/announcements/announce-to-shops.ts'
import { releasePlacements } from '#operations/campaigns/release-placements.ts'
import { enrolmentNotice } from '#operations/enrolment/_approve.ts'
import { enrolmentTermsAt } from '#operations/enrolment/terms.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { isBefore } from '#rules/time/instants.ts'

/** Ends an application that is locked; a place that becomes free goes to the next. */
export async function endEnrolment(
  tx: Writer,
  enrolment: Enrolment,
  status: 'withdrawn' | 'left' | 'dropped',
  by: {
    readonly caller: string
    readonly at: Temporal.Instant
    readonly cause?: Readonly<Record<string, unknown>>
  },
): Promise<Enrolment> {
  const { campaign, shopId, attempt, pool } = enrolment
  const { caller: actor, at, cause = {} } = by
  const ended = { ...enrolment, status, endedAt: at, dueAt: null, changedAt: at, proposal: null }
  await updateEnrolments(tx, [ended])
  const detail = { before: enrolment.status, ...cause }
  await insertEnrolmentEvents(tx, [{ campaign, shopId, attempt, at, kind: status, actor, detail }])
  const hadPlace = enrolment.status === 'approved' || enrolment.status === 'shortlisted'
  if (pool !== null && hadPlace) await notePlacesFreed(tx, campaign, [pool])
  return ended
}

const ended: ReadonlySet<Enrolment['status']> = new Set(['refused', 'dropped', 'withdrawn', 'left'])

/**
 * Drops every open application of shops that are locked, for a cause outside the campaign: no broken
 * promise, no points. What was ended before stays as it is, and so does what the shop was in a campaign
 * that is over.
 */
export async function dropEnrolments(
  tx: Writer,
  context: {
    readonly policies: PolicyBook
    readonly market: Market
    readonly actor: string
    readonly now: Temporal.Instant
  },
  drops: readonly {
    readonly shopId: string
    readonly cause: Readonly<Record<string, unknown>>
  }[],
): Promise<void> {
  const { actor: caller, now: at } = context
  const dropped: { readonly enrolment: Enrolment; readonly cause: object }[] = []
  for (const { shopId, cause } of drops) {
    for (const { campaign } of await enrolmentsOfShop(tx, shopId)) {
      const terms = enrolmentTermsAt(context, campaign, at)
      if (terms.ok && !isBefore(at, terms.leavingUntil)) continue
      const enrolment = await lockEnrolment(tx, campaign, shopId)
      if (enrolment === undefined || ended.has(enrolment.status)) continue
      const after = await endEnrolment(tx, enrolment, 'dropped', { caller, at, cause })
      dropped.push({ enrolment: after, cause })
    }
  }
  // Once for all: it locks what it needs in one order.
  const places = dropped.map(({ enrolment: { campaign, shopId } }) => ({ campaign, shopId }))
  await releasePlacements(tx, context, places, { at, cause: { type: 'enrolment.dropped' } })
  await announceToShops(
    tx,
    dropped.map(({ enrolment, cause }) => enrolmentNotice(enrolment, at, { cause })),
  )
}
