import type { Writer } from '#db/connection.ts'
import { lockRound, updateRound, type Round } from '#db/membership/invitation-rounds.ts'
import {
  forgetFreed,
  markInvited,
  nextInvited,
  placesTaken,
  type NextInvited,
} from '#db/membership/invitation-turns.ts'
import { lockMembers } from '#db/members.ts'
import { transact } from '#operations/_transact.ts'
import { announce } from '#operations/announcements/announce.ts'
import { policyOf, type InvitationContext } from '#operations/invitation/open-round.ts'
import { grantTiers } from '#operations/membership/grant-tier.ts'
import { assert } from '#rules/assert.ts'
import type { InvitationPolicy } from '#rules/members/invitation/policy.ts'
import { after, keptFor } from '#rules/members/invitation/round.ts'

const invitationsAtOnce = 500

/**
 * Sends the next invitations of a round that is inviting: to those accepted, by rank, as long as there
 * are places (IV-6, IV-10). Holders of the tier are not asked: they are kept (IV-12). The round is
 * locked, and places are only ever taken under that lock. Returns whether there may be more to send.
 */
export async function sendInvitations(
  context: InvitationContext,
  round: string,
  now: Temporal.Instant,
  limit = invitationsAtOnce,
): Promise<boolean> {
  return await transact(context.db, async (tx) => {
    const open = await lockRound(tx, round)
    if (open?.status !== 'inviting') return false
    const policy = policyOf(context.policies, open)
    assert(policy !== undefined, 'a round has the policy it was opened by')
    await forgetFreed(tx, round)
    const left = open.places - (await placesTaken(tx, round))
    assert(left >= 0, 'no more places are taken than there are')

    const most = Math.min(left, limit)
    const except = policy.secondPerson ? open.releasedBy : null
    const next = most === 0 ? [] : await nextInvited(tx, round, except, most)
    const isDone = next.length < limit
    if (isDone) await updateRound(tx, round, { workDue: false })

    const members = await lockMembers(
      tx,
      next.map((each) => each.memberId),
    )
    const active = next.filter((each) => members.get(each.memberId)?.status === 'active')
    const [fresh, held] = [active.filter((each) => !isHolder(each)), active.filter(isHolder)]
    await invite(tx, open, fresh, { at: now, respondBy: respondBy(policy, context, now) })
    await keep(tx, context, open, held, { policy, now })
    return !isDone
  })
}

type Holder = NextInvited & { readonly heldUntil: Temporal.Instant }

function isHolder(next: NextInvited): next is Holder {
  return next.heldUntil !== null
}

function respondBy(
  { respondWithin }: InvitationPolicy,
  { market }: InvitationContext,
  now: Temporal.Instant,
): Temporal.Instant {
  return after(now, respondWithin, market.zone)
}

async function invite(
  tx: Writer,
  { round, tier }: Round,
  fresh: readonly NextInvited[],
  invited: { readonly at: Temporal.Instant; readonly respondBy: Temporal.Instant },
): Promise<void> {
  const { at, respondBy: until } = invited
  const memberIds = fresh.map((each) => each.memberId)
  await markInvited(tx, round, memberIds, { status: 'invited', ...invited })
  await announce(
    tx,
    memberIds.map((memberId) => ({
      memberId,
      id: `invitation:${round}`,
      type: 'jifen.invitation.made.v1',
      at,
      data: { round, tier, respondBy: until.toString() },
    })),
  )
}

async function keep(
  tx: Writer,
  { policies, market }: InvitationContext,
  { round, tier }: Round,
  held: readonly Holder[],
  { policy, now }: { readonly policy: InvitationPolicy; readonly now: Temporal.Instant },
): Promise<void> {
  const kept = held.map(({ memberId, heldUntil }) => {
    return { memberId, ...keptFor(heldUntil, policy.lasts, now, market.zone) }
  })
  const memberIds = kept.map((each) => each.memberId)
  await markInvited(tx, round, memberIds, { status: 'kept', at: now, respondBy: null })
  await grantTiers(
    tx,
    { policies, market, now },
    kept.map((each) => ({
      ...each,
      grantId: `invitation:${round}`,
      source: 'invitation',
      tier,
      cause: { round, kept: true },
    })),
  )
  await announce(
    tx,
    kept.map(({ memberId, from, to }) => ({
      memberId,
      id: `invitation:${round}`,
      type: 'jifen.invitation.kept.v1',
      at: now,
      data: { round, tier, from: from.toString(), to: to.toString() },
    })),
  )
}
