import type { Writer } from '#db/connection.ts'
import { candidateOf, type Candidate } from '#db/membership/invitation-candidates.ts'
import { roundsWhere } from '#db/membership/invitation-rounds.ts'
import { answerInvitation } from '#db/membership/invitation-turns.ts'
import { undoRefused } from '#operations/_refused.ts'
import { transact } from '#operations/_transact.ts'
import { announce } from '#operations/announcements/announce.ts'
import { policyOf, type InvitationContext } from '#operations/invitation/open-round.ts'
import { grantTier } from '#operations/membership/grant-tier.ts'
import { beginKeyed, digestOf } from '#operations/requests/keyed.ts'
import { assert } from '#rules/assert.ts'
import { after } from '#rules/members/invitation/round.ts'

export type AnswerRequest = {
  readonly memberId: string
  readonly round: string
  readonly answer: 'accept' | 'decline'
  readonly caller: string
  readonly key: string
  readonly at: Temporal.Instant
}

export type Answered =
  | { readonly ok: true; readonly status: 'joined' | 'declined' }
  | {
      readonly ok: false
      readonly refusal:
        | 'members/unknown'
        | 'members/sealed'
        | 'requests/key-reused'
        | 'invitation/not-invited'
        | 'invitation/already-answered'
        | 'invitation/over'
    }

/**
 * Takes a member's answer to an invitation (IV-11). Who accepts has the tier from now on; what is
 * declined frees its place (IV-10). The same answer again changes nothing.
 */
export async function answerRound(
  context: InvitationContext,
  request: AnswerRequest,
): Promise<Answered> {
  const { memberId, round, answer, at } = request
  return await undoRefused<Answered>(
    (operation) => transact(context.db, operation),
    async (tx) => {
      const begun = await beginKeyed(tx, request, digestOf(['invitation', round, answer]))
      if (!begun.ok) return begun
      if (begun.member.status === 'sealed') return { ok: false, refusal: 'members/sealed' }
      const candidate = await candidateOf(tx, round, memberId)

      const status = answer === 'accept' ? 'joined' : 'declined'
      if (candidate?.status === status) return { ok: true, status }
      const refused = refusedAnswer(candidate)
      if (refused !== undefined) return { ok: false, refusal: refused }

      const isInTime = await answerInvitation(tx, { memberId, round, status, at })
      if (!isInTime) return { ok: false, refusal: 'invitation/over' }
      if (status === 'joined') await giveTier(tx, context, request)
      const id = `invitation:${round}:answered`
      const type = 'jifen.invitation.answered.v1'
      await announce(tx, [{ memberId, id, type, at, data: { round, answer: status } }])
      return { ok: true, status }
    },
  )
}

function refusedAnswer(candidate: Candidate | undefined) {
  switch (candidate?.status) {
    case 'invited':
      return undefined
    case 'joined':
    case 'kept':
    case 'declined':
      return 'invitation/already-answered'
    case 'expired':
    case 'ended':
      return 'invitation/over'
    default:
      return 'invitation/not-invited'
  }
}

async function giveTier(
  tx: Writer,
  { policies, market }: InvitationContext,
  { memberId, round, at }: AnswerRequest,
): Promise<void> {
  const [open] = await roundsWhere(tx, { round })
  const policy = open === undefined ? undefined : policyOf(policies, open)
  assert(open !== undefined && policy !== undefined, 'an invitation has a round with a policy')
  await grantTier(
    tx,
    { policies, market, now: at },
    {
      memberId,
      grantId: `invitation:${round}`,
      source: 'invitation',
      tier: open.tier,
      from: at,
      to: after(at, policy.lasts, market.zone),
      cause: { round },
    },
  )
}
