import type { Writer } from '#db/connection.ts'
import { updateEnrolments, type Enrolment } from '#db/enrolment/enrolments.ts'
import { insertDecisions, type MachineDecision } from '#db/enrolment/records.ts'
import { lockEnrolmentRound, lockUndecided } from '#db/enrolment/round.ts'
import { transact } from '#operations/_transact.ts'
import { figuresAt, figuresOf, prepareFigures } from '#operations/enrolment/_figures.ts'
import { criteriaToKeep } from '#operations/enrolment/kept-criteria.ts'
import {
  enrolmentTermsAt,
  type EnrolmentContext,
  type EnrolmentTermsAt,
  type NoEnrolmentTerms,
} from '#operations/enrolment/terms.ts'
import {
  decideEnrolment,
  type EnrolmentDecision,
} from '#rules/campaigns/enrolment/decide-enrolment.ts'
import { referenceAt, type ShopFigures } from '#rules/campaigns/enrolment/figures.ts'
import { poolFor, rankOf } from '#rules/campaigns/enrolment/places.ts'
import type { Outcome } from '#rules/campaigns/enrolment/review.ts'

export const decidedAtOnce = 1_000

/** How many applications the machine decided, and how many it passed. */
export type DecidedCounts = { readonly decided: number; readonly passed: number }

export type EnrolmentsDecided = ({ readonly ok: true } & DecidedCounts) | NoEnrolmentTerms

/**
 * Has the machine decide applications to a campaign, at most so many of them, each with what it saw
 * (EL-8); with `again` also those that it decided before and nobody has looked at. Nobody is told.
 */
export async function decideEnrolments(
  context: EnrolmentContext,
  asked: {
    readonly campaign: string
    readonly again: boolean
    readonly limit: number
    readonly at: Temporal.Instant
  },
): Promise<EnrolmentsDecided> {
  const { campaign, again, limit, at } = asked
  const terms = enrolmentTermsAt(context, campaign, at)
  if (!terms.ok) return terms
  await prepareFigures(context, figuresAt(terms, at))
  let [decided, passed] = [0, 0]
  while (decided < limit) {
    const batch = Math.min(decidedAtOnce, limit - decided)
    const done = await transact(context.db, async (tx) => {
      await lockEnrolmentRound(tx, campaign, terms.policies)
      const found = await lockUndecided(tx, { campaign, again, at, limit: batch })
      return await decideSome(tx, context, terms, found, at)
    })
    decided += done.decided
    passed += done.passed
    if (done.decided < batch) break
  }
  return { ok: true, decided, passed }
}

/** Decides locked applications by the figures of the day on which sign-up closes, or of today before. */
export async function decideSome(
  tx: Writer,
  context: EnrolmentContext,
  terms: EnrolmentTermsAt,
  found: readonly Enrolment[],
  at: Temporal.Instant,
): Promise<DecidedCounts> {
  if (found.length === 0) return { decided: 0, passed: 0 }
  const asOf = figuresAt(terms, at)
  const shopIds = found.map(({ shopId }) => shopId)
  const figures = await figuresOf(tx, context, shopIds, asOf)
  const identities = terms.campaign.identities.map(({ name }) => name)
  const reference = referenceAt(asOf, context.market.zone)
  const decided = found.map((enrolment) => {
    const shop = figures.get(enrolment.shopId) ?? { category: enrolment.mainCategory }
    const decision = decideEnrolment(shop, terms.policy, identities, reference)
    return { enrolment, shop, decision, outcome: outcomeOf(decision) }
  })
  await insertDecisions(
    tx,
    decided.map(({ enrolment, decision }) => recordOf(terms, enrolment, decision, at)),
  )
  await updateEnrolments(
    tx,
    decided.map(({ enrolment, shop, decision }) => {
      return decidedEnrolment(terms, enrolment, decision, rankOf(terms.policy, shop, reference), at)
    }),
  )
  const passed = decided.filter(({ outcome }) => outcome === 'passed').length
  return { decided: decided.length, passed }
}

/** What the machine would decide of a shop now; nothing is kept. */
export async function previewEnrolment(
  context: EnrolmentContext,
  asked: { readonly campaign: string; readonly shopId: string; readonly at: Temporal.Instant },
): Promise<
  | { readonly ok: true; readonly decision: EnrolmentDecision; readonly policies: string }
  | NoEnrolmentTerms
  | { readonly ok: false; readonly refusal: 'shops/unknown' }
> {
  const { campaign, shopId, at } = asked
  const terms = enrolmentTermsAt(context, campaign, at)
  if (!terms.ok) return terms
  const figures: ShopFigures | undefined = (await figuresOf(context.db, context, [shopId], at)).get(
    shopId,
  )
  if (figures === undefined) return { ok: false, refusal: 'shops/unknown' }
  const identities = terms.campaign.identities.map(({ name }) => name)
  const reference = referenceAt(at, context.market.zone)
  const decision = decideEnrolment(figures, terms.policy, identities, reference)
  return { ok: true, decision, policies: terms.policies }
}

function outcomeOf({ ok }: EnrolmentDecision): Outcome {
  return ok ? 'passed' : 'refused'
}

/** What the machine decided, or the review that the policy wants of it (EL-8). */
function decidedEnrolment(
  { policy, resultsFrom }: EnrolmentTermsAt,
  enrolment: Enrolment,
  decision: EnrolmentDecision,
  rank: string | null,
  at: Temporal.Instant,
): Enrolment {
  const machine = outcomeOf(decision)
  const isReviewed = policy.review === 'always' || policy.review === machine
  const identity = decision.identity ?? null
  return {
    ...enrolment,
    status: isReviewed ? 'inReview' : machine,
    machine,
    decidedAt: at,
    identity,
    identities: decision.identities,
    pool: poolFor(policy, { category: enrolment.mainCategory, identity }),
    rank,
    dueAt: resultsFrom,
    changedAt: at,
  }
}

function recordOf(
  { policies }: EnrolmentTermsAt,
  { campaign, shopId, attempt }: Enrolment,
  decision: EnrolmentDecision,
  at: Temporal.Instant,
): MachineDecision {
  const { identities, criteria } = decision
  return {
    campaign,
    shopId,
    attempt,
    at,
    outcome: outcomeOf(decision),
    identities,
    criteria: criteriaToKeep(criteria),
    policies,
  }
}
