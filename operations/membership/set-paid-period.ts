import type { Writer } from '#db/connection.ts'
import { writePaidPeriod } from '#db/membership/standings.ts'
import { lockMembers } from '#db/members.ts'
import { settleStandingsOf, type StandingContext } from '#operations/membership/settle-members.ts'
import type { Cause } from '#rules/members/tiers/cause.ts'
import type { Window } from '#rules/time/instants.ts'

/**
 * Records from when until when a member has paid for membership; `undefined`: not at all. Its end is
 * told when it comes (MT-4). Locks the member.
 */
export async function setPaidPeriod(
  tx: Writer,
  context: StandingContext,
  memberId: string,
  paid: Window | undefined,
): Promise<void> {
  await lockMembers(tx, [memberId])
  // What was due before is told of the period before.
  await settleStandingsOf(tx, context, [memberId], ofTime)
  await writePaidPeriod(tx, memberId, paid)
  await settleStandingsOf(tx, context, [memberId], ofTime)
}

const ofTime = (): Cause => ({ type: 'time' })
