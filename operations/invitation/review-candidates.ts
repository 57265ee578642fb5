import { lockRound, updateRound } from '#db/membership/invitation-rounds.ts'
import { acceptTop, reviewCandidates, type ReviewRow } from '#db/membership/invitation-turns.ts'
import { transact } from '#operations/_transact.ts'
import type { InvitationContext } from '#operations/invitation/open-round.ts'

export type ReviewRequest = {
  readonly round: string
  readonly accept: readonly string[]
  readonly turnDown: readonly { readonly memberId: string; readonly reason: string }[]
  /** Accepts besides those of the first so many ranks on whom nobody has decided. */
  readonly acceptTop?: number | undefined
  /** Of those accepted. */
  readonly reason?: string | undefined
  readonly reviewer: string
  readonly at: Temporal.Instant
}

export type Reviewed =
  | {
      readonly ok: true
      /** `invitation/not-to-be-reviewed`: no candidate, outside the limits, or invited already. */
      readonly outcomes: ReadonlyMap<string, 'accepted' | 'turnedDown' | NotReviewed>
      readonly acceptedOfTop: number
    }
  | {
      readonly ok: false
      readonly refusal: 'invitation/unknown-round' | 'invitation/not-in-review'
    }

type NotReviewed = 'invitation/not-to-be-reviewed'

/**
 * Keeps what a reviewer decided on candidates of a round (IV-9): who it was and why. Whom both lists
 * name is turned down. Until an invitation was sent the decision may be changed.
 */
export async function reviewRound(
  { db }: InvitationContext,
  request: ReviewRequest,
): Promise<Reviewed> {
  const { round, reviewer, at, reason = null } = request
  return await transact(db, async (tx): Promise<Reviewed> => {
    const open = await lockRound(tx, round)
    if (open === undefined) return { ok: false, refusal: 'invitation/unknown-round' }
    if (open.status !== 'reviewing' && open.status !== 'inviting') {
      return { ok: false, refusal: 'invitation/not-in-review' }
    }

    const reviews = new Map<string, ReviewRow>()
    for (const memberId of request.accept) {
      reviews.set(memberId, { memberId, status: 'accepted', reason })
    }
    for (const { memberId, reason: why } of request.turnDown) {
      reviews.set(memberId, { memberId, status: 'turnedDown', reason: why })
    }
    const done = await reviewCandidates(tx, round, [...reviews.values()], { reviewer, at })
    const top = request.acceptTop ?? 0
    const acceptedOfTop = top === 0 ? 0 : await acceptTop(tx, round, top, { reviewer, reason, at })
    await updateRound(tx, round, { workDue: true })

    const outcomes = [...reviews.values()].map(({ memberId, status }) => {
      return [memberId, done.has(memberId) ? status : 'invitation/not-to-be-reviewed'] as const
    })
    return { ok: true, outcomes: new Map(outcomes), acceptedOfTop }
  })
}
