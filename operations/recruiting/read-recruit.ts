import { recruitById, type Recruit } from '#db/governance/recruiting.ts'
import {
  answersOf,
  decisionsOf,
  documentsOf,
  type GivenDocument,
  type RecordedAnswer,
  type ReviewDecision,
} from '#db/governance/reviews.ts'
import { digestOfContract } from '#operations/recruiting/answer-invitation.ts'
import {
  checksOf,
  recruitingAt,
  rulesFor,
  type RecruitingContext,
} from '#operations/recruiting/recruiting-policy.ts'
import type { CheckSaw } from '#rules/merchants/review/checks.ts'
import { missingDocuments, type Missing } from '#rules/merchants/review/documents.ts'

/** All that there is about an invitation. */
export type RecruitRecord = {
  readonly recruit: Recruit
  readonly missing: readonly Missing[]
  readonly checks: readonly CheckSaw[]
  readonly documents: readonly GivenDocument[]
  readonly decisions: readonly ReviewDecision[]
  readonly answers: readonly RecordedAnswer[]
  readonly toSign:
    | {
        readonly version: string
        readonly zh: string
        readonly en: string
        readonly sha256: string
      }
    | undefined
}

/** Reads an invitation with what it lacks and what its checks see now; `undefined`: there is none. */
export async function readRecruit(
  context: RecruitingContext,
  invitationId: string,
  at: Temporal.Instant,
): Promise<RecruitRecord | undefined> {
  const { db, policies } = context
  const recruit = await recruitById(db, invitationId)
  if (recruit === undefined) return undefined
  const { status } = recruit
  const isReviewed = ['draft', 'inReview', 'supplement', 'rejected'].includes(status)
  const documents = await documentsOf(db, invitationId)
  const contract = status === 'approved' ? recruitingAt(policies, at)?.policy.contract : undefined
  return {
    recruit,
    missing: isReviewed ? missingDocuments(rulesFor(policies, recruit).documents, documents) : [],
    checks: isReviewed ? await checksOf(db, context, recruit, at) : [],
    documents,
    decisions: await decisionsOf(db, invitationId),
    answers: await answersOf(db, invitationId),
    toSign: contract && {
      version: contract.version,
      ...contract.text,
      sha256: digestOfContract(contract.text),
    },
  }
}
