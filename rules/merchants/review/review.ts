import { z } from 'zod'
import { DurationSchema, nameOf, TitleSchema } from '#rules/fields.ts'
import { after } from '#rules/members/invitation/round.ts'
import { isClear, type CheckSaw } from '#rules/merchants/review/checks.ts'
import {
  missingDocuments,
  SlugSchema,
  type DocumentNeed,
  type Missing,
} from '#rules/merchants/review/documents.ts'
import { isBefore } from '#rules/time/instants.ts'

export const LastingSchema = DurationSchema.refine((duration) => !duration.blank, {
  error: 'This does not end at once.',
})

/** One step of a review (RV-4 to RV-6). */
export const StageSchema = z.strictObject({
  name: SlugSchema,
  title: TitleSchema,
  persons: z.int().min(1).max(2).default(1),
  /** Operators who decide it; absent: any. */
  reviewers: z.array(nameOf(200)).min(1).max(100).optional(),
  within: LastingSchema,
  onLapse: z.enum(['escalate', 'reject', 'pass']).default('escalate'),
})

export type Stage = z.output<typeof StageSchema>

export const StagesSchema = z
  .array(StageSchema)
  .min(1)
  .max(10)
  .refine((stages) => new Set(stages.map(({ name }) => name)).size === stages.length, {
    error: 'Two stages have the same name.',
  })

/** What holds for all applications of a kind. */
export const ReviewTermsSchema = z.strictObject({
  draftLasts: LastingSchema,
  supplementWithin: LastingSchema,
  resubmitAfter: DurationSchema,
  resubmissionsAtMost: z.int().min(0).max(100),
  secondPerson: z.boolean().default(true),
})

/** What a review goes by. */
export type ReviewRules = z.output<typeof ReviewTermsSchema> & {
  readonly stages: readonly Stage[]
  readonly documents: readonly DocumentNeed[]
}

export type ReviewStatus =
  'draft' | 'inReview' | 'supplement' | 'approved' | 'rejected' | 'withdrawn' | 'lapsed'

/** How far an application is. */
export type Review = {
  readonly status: ReviewStatus
  /** 0 until it is submitted for the first time. */
  readonly round: number
  readonly stage: number
  readonly isEscalated: boolean
  /** When something happens by itself; `null`: nothing does. */
  readonly dueAt: Temporal.Instant | null
  /** When it was rejected the last time. */
  readonly rejectedAt: Temporal.Instant | null
}

/** A decision of the round that runs. */
export type Approval = { readonly stage: string; readonly by: string }

/** Why a step is refused; each area of applications says it as its own. */
export type ReviewReason =
  | 'wrong-status'
  | 'documents-missing'
  | 'too-soon'
  | 'too-often'
  | 'other-stage'
  | 'not-reviewer'
  | 'same-person'
  | 'check-failed'
  | 'reason-missing'

export type ReviewRefused = {
  readonly ok: false
  readonly reason: ReviewReason
  readonly missing?: readonly Missing[]
  readonly checks?: readonly CheckSaw[]
  readonly earliest?: Temporal.Instant
}

export type Reviewed = { readonly ok: true; readonly review: Review } | ReviewRefused

/** When and where. */
export type Moment = { readonly at: Temporal.Instant; readonly zone: string }

/** An application that was just begun. */
export function begun(rules: ReviewRules, { at, zone }: Moment): Review {
  const dueAt = after(at, rules.draftLasts, zone)
  return { status: 'draft', round: 0, stage: 0, isEscalated: false, dueAt, rejectedAt: null }
}

/** Hands an application in: the first time, with what was asked for (RV-7), or once more (RV-8). */
export function submitted(
  rules: ReviewRules,
  review: Review,
  documents: readonly { readonly kind: string; readonly sha256: string }[],
  moment: Moment,
): Reviewed {
  const { status, round, stage } = review
  if (status !== 'draft' && status !== 'supplement' && status !== 'rejected') {
    return { ok: false, reason: 'wrong-status' }
  }
  if (status === 'rejected') {
    const refused = mayResubmit(rules, review, moment)
    if (refused !== undefined) return refused
  }
  const missing = missingDocuments(rules.documents, documents)
  if (missing.length > 0) return { ok: false, reason: 'documents-missing', missing }
  const next = status === 'supplement' ? { round, stage } : { round: round + 1, stage: 0 }
  return { ok: true, review: inStage(rules, { ...review, ...next }, moment) }
}

function mayResubmit(
  rules: ReviewRules,
  { round, rejectedAt }: Review,
  { at, zone }: Moment,
): ReviewRefused | undefined {
  if (round > rules.resubmissionsAtMost) return { ok: false, reason: 'too-often' }
  if (rejectedAt === null) return undefined
  const earliest = after(rejectedAt, rules.resubmitAfter, zone)
  return isBefore(at, earliest) ? { ok: false, reason: 'too-soon', earliest } : undefined
}

export type Asked =
  | {
      readonly decision: 'approve'
      readonly stage: string
      readonly by: string
      readonly reason: string
    }
  | {
      readonly decision: 'reject' | 'askSupplement'
      readonly stage: string
      readonly by: string
      readonly reason: string
    }

/** One person's decision in the stage that runs (RV-3 to RV-8). */
export function decided(
  rules: ReviewRules,
  review: Review,
  asked: Asked,
  seen: { readonly approvals: readonly Approval[]; readonly checks: readonly CheckSaw[] },
  moment: Moment,
): Reviewed {
  const { by, reason, decision } = asked
  const stage = rules.stages[review.stage]
  if (review.status !== 'inReview' || stage === undefined) {
    return { ok: false, reason: 'wrong-status' }
  }
  if (stage.name !== asked.stage) return { ok: false, reason: 'other-stage' }
  if (stage.reviewers !== undefined && !review.isEscalated && !stage.reviewers.includes(by)) {
    return { ok: false, reason: 'not-reviewer' }
  }
  if (decision !== 'approve') {
    if (reason === '') return { ok: false, reason: 'reason-missing' }
    return {
      ok: true,
      review: decision === 'reject' ? rejected(review, moment.at) : asking(rules, review, moment),
    }
  }

  const inStageBefore = seen.approvals.filter((each) => each.stage === stage.name)
  const counted = rules.secondPerson ? seen.approvals : inStageBefore
  if (counted.some((each) => each.by === by)) return { ok: false, reason: 'same-person' }
  if (!isClear(seen.checks)) {
    return { ok: false, reason: 'check-failed', checks: seen.checks.filter(({ met }) => !met) }
  }
  if (reason === '' && seen.checks.some(({ met }) => !met)) {
    return { ok: false, reason: 'reason-missing', checks: seen.checks.filter(({ met }) => !met) }
  }
  if (inStageBefore.length + 1 < stage.persons) return { ok: true, review }
  return { ok: true, review: nextStage(rules, review, moment) }
}

/** What happens to an application by itself, at `dueAt` (RV-6, RV-7). */
export function lapsed(
  rules: ReviewRules,
  review: Review,
  checks: readonly CheckSaw[],
  moment: Moment,
): Review {
  if (review.status === 'draft' || review.status === 'supplement') {
    return { ...review, status: 'lapsed', dueAt: null }
  }
  const stage = rules.stages[review.stage]
  if (review.status !== 'inReview' || stage === undefined) return review
  if (stage.onLapse === 'reject') return rejected(review, moment.at)
  if (stage.onLapse === 'pass' && isClear(checks)) return nextStage(rules, review, moment)
  if (review.isEscalated) return { ...review, dueAt: null }
  return { ...review, isEscalated: true, dueAt: after(moment.at, stage.within, moment.zone) }
}

/** Takes an application back (RV-9). */
export function withdrawn(review: Review): Reviewed {
  const isOpen = ['draft', 'inReview', 'supplement', 'approved'].includes(review.status)
  if (!isOpen) return { ok: false, reason: 'wrong-status' }
  return { ok: true, review: { ...review, status: 'withdrawn', dueAt: null } }
}

/** Rejects, now. */
export function rejected(review: Review, at: Temporal.Instant): Review {
  return { ...review, status: 'rejected', dueAt: null, rejectedAt: at }
}

function asking(rules: ReviewRules, review: Review, { at, zone }: Moment): Review {
  return { ...review, status: 'supplement', dueAt: after(at, rules.supplementWithin, zone) }
}

function nextStage(rules: ReviewRules, review: Review, moment: Moment): Review {
  const stage = review.stage + 1
  if (stage < rules.stages.length) return inStage(rules, { ...review, stage }, moment)
  return { ...review, status: 'approved', isEscalated: false, dueAt: null }
}

function inStage(rules: ReviewRules, review: Review, { at, zone }: Moment): Review {
  const within = rules.stages[review.stage]?.within
  const dueAt = within === undefined ? null : after(at, within, zone)
  return { ...review, status: 'inReview', isEscalated: false, dueAt }
}
