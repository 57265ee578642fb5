import type { Writer } from '#db/connection.ts'
import {
  appealOf,
  insertAppeal,
  lockOverdueAppeals,
  updateAppeals,
  type EnrolmentAppeal,
} from '#db/enrolment/appeals.ts'
import { lockEnrolment, updateEnrolments, type Enrolment } from '#db/enrolment/enrolments.ts'
import { insertEnrolmentEvents } from '#db/enrolment/records.ts'
import { lockEnrolmentRound } from '#db/enrolment/round.ts'
import { undoRefused } from '#operations/_refused.ts'
import { transact } from '#operations/_transact.ts'
import { announceToShops } from '#operations/announcements/announce-to-shops.ts'
import {
  approvalAt,
  approved,
  enrolmentNotice,
  placesLeft,
  takePlace,
} from '#operations/enrolment/_approve.ts'
import type { EnrolmentRequest } from '#operations/enrolment/apply-for-campaign.ts'
import { identityFor, placedAs } from '#operations/enrolment/review-enrolment.ts'
import {
  enrolmentTermsAt,
  type EnrolmentContext,
  type EnrolmentTermsAt,
  type NoEnrolmentTerms,
} from '#operations/enrolment/terms.ts'
import { beginKeyedForShop, type ShopBegun } from '#operations/requests/keyed-for-shop.ts'
import { digestOf } from '#operations/requests/keyed.ts'
import { turnReview } from '#rules/campaigns/enrolment/review.ts'
import { isBefore } from '#rules/time/instants.ts'

export type Appealed =
  | { readonly ok: true; readonly enrolment: Enrolment }
  | NoEnrolmentTerms
  | Extract<ShopBegun, { ok: false }>
  | {
      readonly ok: false
      readonly refusal:
        | 'enrolment/unknown'
        | 'enrolment/not-refused'
        | 'enrolment/no-appeal'
        | 'enrolment/appeal-too-late'
        | 'enrolment/appealed-before'
    }

/** By when a refused shop may appeal; `undefined`: there is no appeal, or it was not refused (EL-17). */
export function appealUntil(
  { policy }: Pick<EnrolmentTermsAt, 'policy'>,
  { status, toldAt }: Enrolment,
  zone: string,
): Temporal.Instant | undefined {
  if (policy.appeal === undefined || status !== 'refused' || toldAt === null) return undefined
  return toldAt.toZonedDateTimeISO(zone).add(policy.appeal.within).toInstant()
}

/** A shop that was told it is refused appeals, in time and once (EL-17). */
export async function appealEnrolment(
  context: EnrolmentContext,
  request: EnrolmentRequest & { readonly grounds: string },
): Promise<Appealed> {
  const { campaign, shopId, grounds, caller, at } = request
  const terms = enrolmentTermsAt(context, campaign, at)
  if (!terms.ok) return terms
  const { zone } = context.market
  return await undoRefused<Appealed>(
    (operation) => transact(context.db, operation),
    async (tx) => {
      const asked = digestOf(['enrolment/appeal', campaign, grounds])
      const begun = await beginKeyedForShop(tx, request, asked)
      if (!begun.ok) return begun
      const enrolment = await lockEnrolment(tx, campaign, shopId)
      if (enrolment === undefined) return { ok: false, refusal: 'enrolment/unknown' }
      if (begun.isAgain) return { ok: true, enrolment }
      const { attempt, toldAt, status } = enrolment
      if (status !== 'refused' || toldAt === null) {
        return { ok: false, refusal: 'enrolment/not-refused' }
      }
      const until = appealUntil(terms, enrolment, zone)
      const { appeal } = terms.policy
      if (until === undefined || appeal === undefined) {
        return { ok: false, refusal: 'enrolment/no-appeal' }
      }
      if ((await appealOf(tx, enrolment)) !== undefined) {
        return { ok: false, refusal: 'enrolment/appealed-before' }
      }
      if (!isBefore(at, until)) return { ok: false, refusal: 'enrolment/appeal-too-late' }

      const decideBy = at.toZonedDateTimeISO(zone).add(appeal.decideWithin).toInstant()
      await insertAppeal(tx, newAppeal(enrolment, { grounds, decideBy, caller, at }))
      const appealed = { ...enrolment, dueAt: null, changedAt: at }
      await updateEnrolments(tx, [appealed])
      const event = { kind: 'appealed', actor: caller, detail: { decideBy: decideBy.toString() } }
      await insertEnrolmentEvents(tx, [{ campaign, shopId, attempt, at, ...event }])
      return { ok: true, enrolment: appealed }
    },
  )
}

function newAppeal(
  { campaign, shopId, attempt }: Enrolment,
  opened: {
    readonly grounds: string
    readonly decideBy: Temporal.Instant
    readonly caller: string
    readonly at: Temporal.Instant
  },
): EnrolmentAppeal {
  const { grounds, decideBy, caller: openedBy, at: openedAt } = opened
  return {
    campaign,
    shopId,
    attempt,
    status: 'open',
    grounds,
    openedAt,
    openedBy,
    decideBy,
    proposedBy: null,
    decidedAt: null,
    decidedBy: null,
    note: null,
  }
}

/** What a person says of an appeal. */
export type AppealDecision = {
  readonly campaign: string
  readonly shopId: string
  readonly grant: boolean
  readonly identity?: string | undefined
  readonly note: string
  readonly actor: string
  readonly at: Temporal.Instant
}

export type AppealDecided =
  | { readonly ok: true; readonly enrolment: Enrolment; readonly appeal: EnrolmentAppeal }
  | NoEnrolmentTerms
  | {
      readonly ok: false
      readonly refusal:
        | 'enrolment/unknown'
        | 'enrolment/no-open-appeal'
        | 'enrolment/another-person-needed'
        | 'enrolment/second-person-needed'
        | 'enrolment/wrong-identity'
    }

/**
 * Decides an appeal (EL-17): by somebody who had no part in the review and, where that is against the
 * machine, as the second of two. Granted, the shop is approved, or waits where no place is left.
 */
export async function decideAppeal(
  context: EnrolmentContext,
  decision: AppealDecision,
): Promise<AppealDecided> {
  const { campaign, identity, at } = decision
  const terms = enrolmentTermsAt(context, campaign, at)
  if (!terms.ok) return terms
  const isKnown = terms.campaign.identities.some(({ name }) => name === identity)
  if (identity !== undefined && !isKnown) return { ok: false, refusal: 'enrolment/wrong-identity' }
  return await transact(context.db, async (tx) => {
    await lockEnrolmentRound(tx, campaign, terms.policies)
    return await decide(tx, context, terms, decision)
  })
}

async function decide(
  tx: Writer,
  context: EnrolmentContext,
  terms: EnrolmentTermsAt,
  decision: AppealDecision,
): Promise<AppealDecided> {
  const { campaign, shopId, grant, note, actor, at } = decision
  const enrolment = await lockEnrolment(tx, campaign, shopId)
  if (enrolment === undefined) return { ok: false, refusal: 'enrolment/unknown' }
  const appeal = await appealOf(tx, enrolment)
  if (appeal?.status !== 'open') return { ok: false, refusal: 'enrolment/no-open-appeal' }
  if (enrolment.reviewers.includes(actor)) {
    return { ok: false, refusal: 'enrolment/another-person-needed' }
  }
  const outcome = grant ? 'passed' : 'refused'
  const proposal =
    appeal.proposedBy === null ? undefined : ({ outcome: 'passed', by: appeal.proposedBy } as const)
  // A review that refused what the machine had passed is undone by one person, as the machine would.
  const against = grant ? (enrolment.machine ?? 'refused') : 'refused'
  const turned = turnReview(against, proposal, { outcome, by: actor })
  if (!turned.ok) return turned
  if (turned.to === 'proposed') {
    const proposed = { ...appeal, proposedBy: actor, note }
    await updateAppeals(tx, [proposed])
    await record(tx, enrolment, 'appealProposed', decision)
    return { ok: true, enrolment, appeal: proposed }
  }
  const status = grant ? 'granted' : 'rejected'
  const decided: EnrolmentAppeal = { ...appeal, status, decidedAt: at, decidedBy: actor, note }
  await updateAppeals(tx, [decided])
  await record(tx, enrolment, grant ? 'appealGranted' : 'appealRejected', decision)
  if (!grant) {
    await announceToShops(tx, [appealNotice(enrolment, 'rejected', at)])
    return { ok: true, enrolment, appeal: decided }
  }
  const identity = identityFor(terms, enrolment, { identity: decision.identity, outcome })
  const placed = placedAs(terms, enrolment, identity)
  const hasPlace = takePlace(await placesLeft(tx, terms), placed)
  const turnedTo: Enrolment = hasPlace
    ? approved(placed, approvalAt(context, terms, at, true))
    : { ...placed, status: 'waiting', dueAt: terms.waitingUntil, changedAt: at }
  await updateEnrolments(tx, [turnedTo])
  await announceToShops(tx, [
    appealNotice(enrolment, 'granted', at),
    enrolmentNotice(turnedTo, at, { appeal: true }),
  ])
  return { ok: true, enrolment: turnedTo, appeal: decided }
}

async function record(
  tx: Writer,
  { campaign, shopId, attempt }: Enrolment,
  kind: string,
  { grant, note, actor, at }: AppealDecision,
): Promise<void> {
  const detail = { grant, note }
  await insertEnrolmentEvents(tx, [{ campaign, shopId, attempt, at, kind, actor, detail }])
}

/** Rejects appeals of a campaign that nobody decided in time (EL-17), a batch; returns how many. */
export async function lapseAppeals(
  { db }: EnrolmentContext,
  campaign: string,
  by: Temporal.Instant,
  limit: number,
): Promise<number> {
  return await transact(db, async (tx) => {
    const overdue = await lockOverdueAppeals(tx, campaign, by, limit)
    await updateAppeals(
      tx,
      overdue.map((each) => ({ ...each, status: 'lapsed', decidedAt: each.decideBy })),
    )
    await announceToShops(
      tx,
      overdue.map((each) => appealNotice(each, 'lapsed', each.decideBy)),
    )
    return overdue.length
  })
}

function appealNotice(
  { campaign, shopId, attempt }: Pick<EnrolmentAppeal, 'campaign' | 'shopId' | 'attempt'>,
  outcome: 'granted' | 'rejected' | 'lapsed',
  at: Temporal.Instant,
) {
  return {
    shopId,
    id: `enrolment-appeal-${outcome}/${campaign}/${attempt}`,
    type: 'jifen.enrolment.appealDecided.v1',
    at,
    data: { campaign, outcome },
  } as const
}
