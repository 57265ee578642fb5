import type { Writer } from '#db/connection.ts'
import { endCandidacies } from '#db/membership/invitation-turns.ts'
import type { StandingContext } from '#operations/membership/settle-members.ts'
import { endTierGrant } from '#operations/membership/grant-tier.ts'

/** A member loses what an outside decision takes: sealing. */
export type Ending = {
  readonly memberId: string
  readonly at: Temporal.Instant
  readonly cause: Readonly<Record<string, unknown>>
}

/**
 * Ends what a member was offered or holds by invitation, in the transaction that locked the member; the
 * places go to the next (IV-15). Where there is nothing, it changes nothing.
 */
export async function endInvitations(
  tx: Writer,
  context: StandingContext,
  { memberId, at, cause }: Ending,
): Promise<void> {
  for (const round of await endCandidacies(tx, memberId, at)) {
    await endTierGrant(tx, context, { memberId, grantId: `invitation:${round}`, at, cause })
  }
}
