import type { Writer } from '#db/connection.ts'
import { lockEnrolment, updateEnrolments, type Enrolment } from '#db/enrolment/enrolments.ts'
import { insertEnrolmentEvents } from '#db/enrolment/records.ts'
import { transact } from '#operations/_transact.ts'
import {
  enrolmentTermsAt,
  type EnrolmentContext,
  type EnrolmentTermsAt,
  type NoEnrolmentTerms,
} from '#operations/enrolment/terms.ts'
import { poolFor } from '#rules/campaigns/enrolment/places.ts'
import { turnReview, type Outcome } from '#rules/campaigns/enrolment/review.ts'

/** What a person says of an application. */
export type Review = {
  readonly campaign: string
  readonly shopId: string
  readonly outcome: Outcome
  /** What it takes part as; absent: the first that it qualifies for, else the campaign's first. */
  readonly identity?: string | undefined
  readonly note: string
  readonly actor: string
  readonly at: Temporal.Instant
}

export type Reviewed =
  | { readonly ok: true; readonly enrolment: Enrolment }
  | NoEnrolmentTerms
  | {
      readonly ok: false
      readonly refusal:
        | 'enrolment/unknown'
        | 'enrolment/not-decided'
        | 'enrolment/told'
        | 'enrolment/second-person-needed'
        | 'enrolment/wrong-identity'
    }

/**
 * Decides an application as a person before the results are told (EL-8): with the machine alone, against
 * it as the second of two. Refused: what the machine has not decided yet, and what was told.
 */
export async function reviewEnrolment(
  context: EnrolmentContext,
  review: Review,
): Promise<Reviewed> {
  const terms = enrolmentTermsAt(context, review.campaign, review.at)
  if (!terms.ok) return terms
  const { identity } = review
  const isKnown = terms.campaign.identities.some(({ name }) => name === identity)
  if (identity !== undefined && !isKnown) return { ok: false, refusal: 'enrolment/wrong-identity' }
  return await transact(context.db, (tx) => decide(tx, terms, review))
}

async function decide(tx: Writer, terms: EnrolmentTermsAt, review: Review): Promise<Reviewed> {
  const { campaign, shopId, outcome, note, actor, at } = review
  const enrolment = await lockEnrolment(tx, campaign, shopId)
  if (enrolment === undefined) return { ok: false, refusal: 'enrolment/unknown' }
  const { machine, attempt } = enrolment
  if (enrolment.toldAt !== null) return { ok: false, refusal: 'enrolment/told' }
  if (machine === null || !isOpen(enrolment)) {
    return { ok: false, refusal: 'enrolment/not-decided' }
  }

  const turned = turnReview(machine, enrolment.proposal ?? undefined, { outcome, by: actor })
  if (!turned.ok) return turned
  const reviewed =
    turned.to === 'proposed' ? proposedBy(enrolment, review) : decidedBy(terms, enrolment, review)
  await updateEnrolments(tx, [reviewed])
  const detail = { outcome, note, machine, identity: reviewed.identity }
  const kind = turned.to === 'proposed' ? 'reviewProposed' : 'reviewed'
  await insertEnrolmentEvents(tx, [{ campaign, shopId, attempt, at, kind, actor, detail }])
  return { ok: true, enrolment: reviewed }
}

function isOpen({ status }: Enrolment): boolean {
  return status === 'inReview' || status === 'passed' || status === 'refused'
}

function proposedBy(enrolment: Enrolment, { outcome, actor, at }: Review): Enrolment {
  return {
    ...enrolment,
    status: 'inReview',
    proposal: { outcome, by: actor },
    reviewers: joined(enrolment.reviewers, actor),
    changedAt: at,
  }
}

function decidedBy(terms: EnrolmentTermsAt, enrolment: Enrolment, review: Review): Enrolment {
  const { outcome, actor, at } = review
  return {
    ...placedAs(terms, enrolment, identityFor(terms, enrolment, review)),
    status: outcome,
    proposal: null,
    reviewers: joined(enrolment.reviewers, actor),
    reviewedAt: at,
    changedAt: at,
  }
}

/** With what it takes part as, and the pool of places that follows from it. */
export function placedAs(
  { policy }: Pick<EnrolmentTermsAt, 'policy'>,
  enrolment: Enrolment,
  identity: string | null,
): Enrolment {
  const isNew = identity !== null && !enrolment.identities.includes(identity)
  const identities = isNew ? [...enrolment.identities, identity] : enrolment.identities
  const pool = poolFor(policy, { category: enrolment.mainCategory, identity })
  return { ...enrolment, identity, identities, pool }
}

/** What is asked for, else what the machine found, else the campaign's first for one that passes. */
export function identityFor(
  { campaign }: EnrolmentTermsAt,
  enrolment: Enrolment,
  { identity, outcome }: Pick<Review, 'identity' | 'outcome'>,
): string | null {
  if (outcome === 'refused') return enrolment.identity
  return identity ?? enrolment.identity ?? campaign.identities[0]?.name ?? null
}

function joined(people: readonly string[], one: string): readonly string[] {
  return people.includes(one) ? people : [...people, one]
}
