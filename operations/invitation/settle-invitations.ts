import {
  countByStatus,
  lockRound,
  roundsWhere,
  updateRound,
} from '#db/membership/invitation-rounds.ts'
import type { Round } from '#db/membership/invitation-rounds.ts'
import { expireInvitations, isPlaceFreed, tellLapsing } from '#db/membership/invitation-turns.ts'
import { isUnreachable } from '#db/unreachable.ts'
import { transact } from '#operations/_transact.ts'
import { announce } from '#operations/announcements/announce.ts'
import { collectCandidates } from '#operations/invitation/collect-candidates.ts'
import type { InvitationContext } from '#operations/invitation/open-round.ts'
import { sendInvitations } from '#operations/invitation/send-invitations.ts'
import type { CandidateStatus } from '#rules/members/invitation/round.ts'

const expiredAtOnce = 1_000
const toldAtOnce = 1_000

/**
 * Does what is due in the rounds of invitations by an instant: unanswered invitations end, candidates
 * are collected, invitations are sent to the next ranks, holders who are not kept are told, and rounds
 * without outstanding invitations are closed (IV-7 to IV-12). Stopping in between, as by the signal, loses
 * nothing. A round that fails does not stop the others; what is wrong with the first is thrown in the end.
 */
export async function settleInvitations(
  context: InvitationContext,
  by: Temporal.Instant,
  signal?: AbortSignal,
): Promise<void> {
  const goesOn = (): boolean => signal?.aborted !== true
  while ((await expire(context, by)) === expiredAtOnce && goesOn());
  const errors: unknown[] = []
  for (const round of await roundsWhere(context.db, 'running')) {
    try {
      await settleRound(context, round, by, goesOn)
    } catch (error) {
      if (isUnreachable(error)) throw error
      errors.push(error)
    }
  }
  for (const error of errors) throw error
}

async function settleRound(
  context: InvitationContext,
  { round, status, workDue }: Round,
  by: Temporal.Instant,
  goesOn: () => boolean,
): Promise<void> {
  if (status === 'collecting') {
    while ((await collectCandidates(context, round, by)) && goesOn());
  }
  if (status === 'inviting' && (workDue || (await isPlaceFreed(context.db, round)))) {
    while ((await sendInvitations(context, round, by)) && goesOn());
    await tellHolders(context, round, ['excluded', 'turnedDown'], by)
  }
  if (status === 'ending') await close(context, round, by)
}

/** Ends invitations that nobody answered in time, a batch; returns how many. */
async function expire({ db }: InvitationContext, by: Temporal.Instant): Promise<number> {
  return await transact(db, async (tx) => {
    const expired = await expireInvitations(tx, by, expiredAtOnce)
    await announce(
      tx,
      expired.map(({ memberId, round, respondBy: at }) => ({
        memberId,
        id: `invitation:${round}:expired`,
        type: 'jifen.invitation.expired.v1',
        at,
        data: { round },
      })),
    )
    return expired.length
  })
}

/** Tells holders of the tier that it will lapse (IV-12), batch by batch. */
async function tellHolders(
  { db }: InvitationContext,
  round: string,
  statuses: readonly CandidateStatus[],
  at: Temporal.Instant,
): Promise<void> {
  const tell = async (): Promise<number> =>
    await transact(db, async (tx) => {
      const told = await tellLapsing(tx, round, statuses, toldAtOnce)
      await announce(
        tx,
        told.map(({ memberId, heldUntil }) => ({
          memberId,
          id: `invitation:${round}`,
          type: 'jifen.invitation.lapsing.v1',
          at,
          data: { round, lapsesAt: heldUntil.toString() },
        })),
      )
      return told.length
    })
  while ((await tell()) === toldAtOnce);
}

/** Closes a round that sends no more, once no invitation is outstanding (IV-8). */
async function close(
  context: InvitationContext,
  round: Round['round'],
  at: Temporal.Instant,
): Promise<void> {
  await tellHolders(context, round, ['excluded', 'turnedDown', 'ranked', 'accepted'], at)
  await transact(context.db, async (tx) => {
    const open = await lockRound(tx, round)
    const { invited = 0 } = await countByStatus(tx, round)
    if (open?.status !== 'ending' || invited > 0) return
    await updateRound(tx, round, { status: 'closed', closedAt: at, workDue: false })
  })
}
