import type { Writer } from '#db/connection.ts'
import { insertEnrolment, lockEnrolment, type Enrolment } from '#db/enrolment/enrolments.ts'
import { insertEnrolmentEvents } from '#db/enrolment/records.ts'
import { keepEnrolmentRound } from '#db/enrolment/round.ts'
import { limitsOf } from '#db/governance/probations.ts'
import type { Shop } from '#db/shops/shops.ts'
import { undoRefused } from '#operations/_refused.ts'
import { transact } from '#operations/_transact.ts'
import {
  enrolmentTermsAt,
  type EnrolmentContext,
  type EnrolmentTermsAt,
  type NoEnrolmentTerms,
} from '#operations/enrolment/terms.ts'
import { beginKeyedForShop, type ShopBegun } from '#operations/requests/keyed-for-shop.ts'
import { digestOf } from '#operations/requests/keyed.ts'
import { isInside } from '#rules/time/instants.ts'

/** What a shop asks about a campaign, under which Idempotency-Key. */
export type EnrolmentRequest = {
  readonly campaign: string
  readonly shopId: string
  readonly caller: string
  readonly key: string
  readonly at: Temporal.Instant
}

export type Applied =
  | { readonly ok: true; readonly enrolment: Enrolment }
  | NoEnrolmentTerms
  | Extract<ShopBegun, { ok: false }>
  | {
      readonly ok: false
      readonly refusal:
        | 'enrolment/sign-up-closed'
        | 'enrolment/applied-before'
        | 'enrolment/on-probation'
        | 'shops/closed'
    }

/**
 * A shop applies to a campaign while sign-up is open (EL-8): once; after withdrawing, again. Nothing is
 * decided yet. Refused: a shop that is closed, on a probation that bars it, or in the campaign already.
 */
export async function applyForCampaign(
  context: EnrolmentContext,
  request: EnrolmentRequest,
): Promise<Applied> {
  const { campaign, at } = request
  const terms = enrolmentTermsAt(context, campaign, at)
  if (!terms.ok) return terms
  return await undoRefused<Applied>(
    (operation) => transact(context.db, operation),
    (tx) => apply(tx, terms, request),
  )
}

async function apply(
  tx: Writer,
  terms: EnrolmentTermsAt,
  request: EnrolmentRequest,
): Promise<Applied> {
  const { campaign, shopId, caller, at } = request
  const begun = await beginKeyedForShop(tx, request, digestOf(['enrolment/apply', campaign]))
  if (!begun.ok) return begun
  const before = await lockEnrolment(tx, campaign, shopId)
  if (begun.isAgain && before !== undefined) return { ok: true, enrolment: before }
  if (!isInside(at, terms.signUp)) return { ok: false, refusal: 'enrolment/sign-up-closed' }
  if (begun.shop.status === 'closed') return { ok: false, refusal: 'shops/closed' }
  if (before !== undefined && before.status !== 'withdrawn') {
    return { ok: false, refusal: 'enrolment/applied-before' }
  }
  const limits = (await limitsOf(tx, [shopId])).get(shopId)
  if (limits?.enrols === false) return { ok: false, refusal: 'enrolment/on-probation' }

  const attempt = (before?.attempt ?? 0) + 1
  const enrolment = newEnrolment(terms, begun.shop, { attempt, caller, at })
  await keepEnrolmentRound(tx, campaign, terms.policies)
  await insertEnrolment(tx, enrolment)
  const event = { kind: 'applied', actor: caller, detail: { policies: terms.policies } }
  await insertEnrolmentEvents(tx, [{ campaign, shopId, attempt, at, ...event }])
  return { ok: true, enrolment }
}

function newEnrolment(
  terms: EnrolmentTermsAt,
  { shopId, mainCategory }: Shop,
  {
    attempt,
    caller,
    at,
  }: { readonly attempt: number; readonly caller: string; readonly at: Temporal.Instant },
): Enrolment {
  return {
    campaign: terms.name,
    shopId,
    attempt,
    status: 'applied',
    mainCategory,
    identity: null,
    identities: [],
    appliedAt: at,
    appliedBy: caller,
    machine: null,
    decidedAt: null,
    pool: null,
    rank: null,
    reviewedAt: null,
    reviewers: [],
    proposal: null,
    toldAt: null,
    approvedAt: null,
    extendedTo: null,
    lookedAt: null,
    endedAt: null,
    dueAt: terms.signUp.to,
    changedAt: at,
  }
}
