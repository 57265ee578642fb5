import type { Writer } from '#db/connection.ts'
import { openDeclarationsOf } from '#db/declarations/declarations.ts'
import { lockEnrolment, type Enrolment } from '#db/enrolment/enrolments.ts'
import { undoRefused } from '#operations/_refused.ts'
import { transact } from '#operations/_transact.ts'
import { announceToShops } from '#operations/announcements/announce-to-shops.ts'
import { releasePlacements } from '#operations/campaigns/release-placements.ts'
import { suspendDeclarations } from '#operations/declarations/suspend.ts'
import { enrolmentNotice } from '#operations/enrolment/_approve.ts'
import { endEnrolment } from '#operations/enrolment/drop-enrolments.ts'
import type { EnrolmentRequest } from '#operations/enrolment/apply-for-campaign.ts'
import {
  enrolmentTermsAt,
  type EnrolmentContext,
  type EnrolmentTermsAt,
  type NoEnrolmentTerms,
} from '#operations/enrolment/terms.ts'
import { pointsOfAct } from '#operations/merchants/violations/points-of-act.ts'
import { recordViolations } from '#operations/merchants/violations/record-violations.ts'
import { beginKeyedForShop, type ShopBegun } from '#operations/requests/keyed-for-shop.ts'
import { digestOf } from '#operations/requests/keyed.ts'
import { mayWithdraw, type Withdrawal } from '#rules/campaigns/enrolment/status.ts'
import { isBefore } from '#rules/time/instants.ts'

export type Left =
  | { readonly ok: true; readonly enrolment: Enrolment }
  | NoEnrolmentTerms
  | Extract<ShopBegun, { ok: false }>
  | Extract<Withdrawal, { ok: false }>
  | { readonly ok: false; readonly refusal: 'enrolment/unknown' | 'enrolment/not-approved' }

/** A shop takes its application back before it is approved, without harm (EL-14). */
export async function withdrawEnrolment(
  context: EnrolmentContext,
  request: EnrolmentRequest,
): Promise<Left> {
  return await ending(context, request, 'withdraw', async (tx, _terms, enrolment) => {
    const may = mayWithdraw(enrolment)
    if (!may.ok) return may
    return { ok: true, enrolment: await endEnrolment(tx, enrolment, 'withdrawn', request) }
  })
}

/**
 * A shop leaves after it was approved (EL-15): a broken promise, which costs the points of the act
 * `leftAfterApproval`. Its place goes to the next that waits, and what it declared is suspended.
 */
export async function leaveCampaign(
  context: EnrolmentContext,
  request: EnrolmentRequest,
): Promise<Left> {
  const { campaign, shopId, caller, at } = request
  return await ending(context, request, 'leave', async (tx, terms, enrolment) => {
    const { status } = enrolment
    if (status !== 'approved' && status !== 'shortlisted') {
      return { ok: false, refusal: 'enrolment/not-approved' }
    }
    if (!isBefore(at, terms.leavingUntil)) return { ok: false, refusal: 'enrolment/over' }
    const left = await endEnrolment(tx, enrolment, 'left', request)
    await releasePlacements(tx, context, [{ campaign, shopId }], {
      at,
      cause: { type: 'enrolment.left', campaign },
    })
    const declared = await openDeclarationsOf(tx, campaign, shopId)
    await suspendDeclarations(
      tx,
      { policies: context.policies, actor: caller, now: at },
      declared.map((each) => ({ ...each, cause: { code: 'left' } })),
    )
    const act = pointsOfAct(context.policies, 'leftAfterApproval', at)
    const setting = { policies: context.policies, market: context.market, now: at, actor: caller }
    const violationId = `enrolment-left/${campaign}/${enrolment.attempt}`
    const cause = { type: 'enrolment.left', campaign, approvedAt: enrolment.approvedAt?.toString() }
    await recordViolations(
      tx,
      setting,
      act === undefined ? [] : [{ shopId, violationId, ...act, at, cause }],
    )
    const cost = act === undefined ? {} : { violation: violationId, points: act.points }
    await announceToShops(tx, [enrolmentNotice(left, at, cost)])
    return { ok: true, enrolment: left }
  })
}

async function ending(
  context: EnrolmentContext,
  request: EnrolmentRequest,
  verb: 'withdraw' | 'leave',
  decide: (tx: Writer, terms: EnrolmentTermsAt, enrolment: Enrolment) => Promise<Left>,
): Promise<Left> {
  const { campaign, shopId, at } = request
  const terms = enrolmentTermsAt(context, campaign, at)
  if (!terms.ok) return terms
  return await undoRefused<Left>(
    (operation) => transact(context.db, operation),
    async (tx) => {
      const begun = await beginKeyedForShop(tx, request, digestOf([`enrolment/${verb}`, campaign]))
      if (!begun.ok) return begun
      const enrolment = await lockEnrolment(tx, campaign, shopId)
      if (enrolment === undefined) return { ok: false, refusal: 'enrolment/unknown' }
      if (begun.isAgain) return { ok: true, enrolment }
      return await decide(tx, terms, enrolment)
    },
  )
}
