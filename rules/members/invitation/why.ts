import type { LimitFailed } from '#rules/members/invitation/ranking.ts'
import type { CandidateStatus, RoundStatus } from '#rules/members/invitation/round.ts'

/** What the record of a round says of one member; without `candidate` there is none. */
export type RoundRecord = {
  readonly round: {
    readonly status: RoundStatus
    readonly places: number
    readonly scoreFrom: number
  }
  readonly score: number
  readonly candidate: CandidateRecord | undefined
}

export type CandidateRecord = {
  readonly status: CandidateStatus
  readonly score: number
  readonly rank: number | undefined
  readonly limitsFailed: readonly LimitFailed[]
  readonly reviewedBy: string | undefined
  readonly reason: string | undefined
}

/** One reason why somebody was invited or not, with the figures that prove it (IV-13). */
export type Reason =
  | { readonly reason: 'notYetCollected' }
  | { readonly reason: 'scoreTooLow'; readonly score: number; readonly scoreFrom: number }
  | { readonly reason: 'notSeen'; readonly score: number; readonly scoreFrom: number }
  | ({ readonly reason: 'limitFailed' } & LimitFailed)
  | {
      readonly reason: 'withinPlaces' | 'behindPlaces'
      readonly rank: number
      readonly places: number
    }
  | { readonly reason: 'notYetReviewed' }
  | { readonly reason: 'acceptedByReviewer'; readonly reviewedBy: string }
  | { readonly reason: 'turnedDown'; readonly reviewedBy: string; readonly text: string }
  | { readonly reason: 'notYetSent' | 'noPlaceLeft' }
  | { readonly reason: Answered }

type Answered = 'invited' | 'joined' | 'kept' | 'declined' | 'expired' | 'ended'

/** Why a member was or was not invited, line by line, from the record alone (IV-13). */
export function whyOf({ round, score, candidate }: RoundRecord): readonly Reason[] {
  if (candidate === undefined) {
    if (round.status === 'collecting') return [{ reason: 'notYetCollected' }]
    const { scoreFrom } = round
    return [{ reason: score < scoreFrom ? 'scoreTooLow' : 'notSeen', score, scoreFrom }]
  }
  const { status, reviewedBy = '', reason: text = '' } = candidate
  const failed = candidate.limitsFailed.map((limit) => ({
    reason: 'limitFailed' as const,
    ...limit,
  }))
  const tooLow =
    candidate.score < round.scoreFrom
      ? [{ reason: 'scoreTooLow' as const, score: candidate.score, scoreFrom: round.scoreFrom }]
      : []
  const about = [...tooLow, ...failed, ...rankReason(candidate, round.places)]
  switch (status) {
    case 'excluded':
      return about
    case 'ranked':
      return [...about, { reason: isOver(round.status) ? 'noPlaceLeft' : 'notYetReviewed' }]
    case 'accepted': {
      const left = isOver(round.status) ? 'noPlaceLeft' : 'notYetSent'
      return [...about, { reason: 'acceptedByReviewer', reviewedBy }, { reason: left }]
    }
    case 'turnedDown':
      return [...about, { reason: 'turnedDown', reviewedBy, text }]
    default:
      return [...about, { reason: 'acceptedByReviewer', reviewedBy }, { reason: status }]
  }
}

/** What the member is told: true and short, without figures of others and what reviewers wrote (IV-14). */
export type ShortAnswer =
  | 'notCollected'
  | 'scoreTooLow'
  | 'notConsidered'
  | 'limitsFailed'
  | 'underReview'
  | 'behindPlaces'
  | 'turnedDown'
  | Answered

/** The short form of the same answer (IV-14). */
export function shortAnswer(record: RoundRecord): ShortAnswer {
  const { round, candidate } = record
  if (candidate === undefined) {
    if (round.status === 'collecting') return 'notCollected'
    return record.score < round.scoreFrom ? 'scoreTooLow' : 'notConsidered'
  }
  switch (candidate.status) {
    case 'excluded':
      return candidate.limitsFailed.length > 0 ? 'limitsFailed' : 'scoreTooLow'
    case 'ranked':
    case 'accepted':
      return isOver(round.status) ? 'behindPlaces' : 'underReview'
    default:
      return candidate.status
  }
}

function rankReason({ rank }: CandidateRecord, places: number): readonly Reason[] {
  if (rank === undefined) return []
  return [{ reason: rank <= places ? 'withinPlaces' : 'behindPlaces', rank, places }]
}

function isOver(status: RoundStatus): boolean {
  return status === 'ending' || status === 'closed'
}
