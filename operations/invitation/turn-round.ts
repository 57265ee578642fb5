import {
  lockRound,
  roundsWhere,
  updateRound,
  type Round,
} from '#db/membership/invitation-rounds.ts'
import { transact } from '#operations/_transact.ts'
import type { InvitationContext } from '#operations/invitation/open-round.ts'
import { assert } from '#rules/assert.ts'

export type TurnRequest = {
  readonly round: string
  readonly actor: string
  readonly at: Temporal.Instant
}

export type RoundTurned =
  | { readonly ok: true; readonly round: Round }
  | {
      readonly ok: false
      readonly refusal:
        'invitation/unknown-round' | 'invitation/not-in-review' | 'invitation/not-inviting'
    }

/**
 * Has the invitations of a round sent, from now on until it ends (IV-10). Again by the same person, it
 * changes nothing; another's release stands for the one before, so that what that one accepted is sent
 * too (IV-9).
 */
export async function releaseRound(
  { db }: InvitationContext,
  { round, actor, at }: TurnRequest,
): Promise<RoundTurned> {
  return await transact(db, async (tx): Promise<RoundTurned> => {
    const open = await lockRound(tx, round)
    if (open === undefined) return { ok: false, refusal: 'invitation/unknown-round' }
    const isOut = open.status === 'inviting'
    if (isOut && open.releasedBy === actor) return { ok: true, round: open }
    if (!isOut && open.status !== 'reviewing') {
      return { ok: false, refusal: 'invitation/not-in-review' }
    }

    await updateRound(tx, round, { status: 'inviting', released: { by: actor, at }, workDue: true })
    return { ok: true, round: await again(tx, round) }
  })
}

/** Has no more invitations sent; the round is closed once the last is answered or over (IV-8). */
export async function endRound(
  { db }: InvitationContext,
  { round, actor }: TurnRequest,
): Promise<RoundTurned> {
  return await transact(db, async (tx): Promise<RoundTurned> => {
    const open = await lockRound(tx, round)
    if (open === undefined) return { ok: false, refusal: 'invitation/unknown-round' }
    if (open.status === 'ending' || open.status === 'closed') return { ok: true, round: open }
    if (open.status === 'collecting') return { ok: false, refusal: 'invitation/not-inviting' }

    await updateRound(tx, round, { status: 'ending', endedBy: actor, workDue: true })
    return { ok: true, round: await again(tx, round) }
  })
}

async function again(tx: Parameters<typeof lockRound>[0], round: string): Promise<Round> {
  const [turned] = await roundsWhere(tx, { round })
  assert(turned !== undefined, 'a round stays')
  return turned
}
