import {
  advanceById,
  advancesPage,
  unendedAdvances,
  type AdvancesPage,
  type KeptAdvance,
} from '#db/advances/advances.ts'
import { advanceEntries, type AdvanceEntry } from '#db/advances/entries.ts'
import { memberById } from '#db/members.ts'
import { inSnapshot } from '#operations/_snapshot.ts'
import { debtorOf } from '#operations/advances/make-advance.ts'
import { standingAt } from '#operations/membership/standing.ts'
import type { TradeContext } from '#operations/trades/trade-context.ts'
import { limitOf, type AdvanceLimit } from '#rules/advances/limit.ts'
import type { InstantRefundPolicy } from '#rules/advances/policy.ts'
import { asFen } from '#rules/money/fen.ts'

/** A member's advances with the limit as it is now. */
export type MemberAdvances = {
  readonly limit: AdvanceLimit
  readonly advances: readonly KeptAdvance[]
}

/** Reads a page of a member's advances, newest first; `undefined`: no such member. */
export async function readAdvances(
  { db, policies }: TradeContext,
  memberId: string,
  now: Temporal.Instant,
  page: AdvancesPage,
): Promise<MemberAdvances | undefined> {
  return await inSnapshot(db, async (tx) => {
    const [member, standing, unended, advances] = await Promise.all([
      memberById(tx, memberId),
      standingAt(tx, policies, memberId, now),
      unendedAdvances(tx, [memberId]),
      advancesPage(tx, memberId, page),
    ])
    if (member === undefined) return undefined
    const policy = policies.at('instantRefund', now)?.policy as InstantRefundPolicy | undefined
    const debtor = debtorOf(
      standing,
      unended.map((each) => each.advance),
    )
    const limit = limitOf(member.status === 'sealed' ? none : (policy ?? none), debtor)
    return { limit, advances }
  })
}

/** One advance with its entries. */
export async function readAdvance(
  { db }: Pick<TradeContext, 'db'>,
  memberId: string,
  returnId: string,
): Promise<{ readonly advance: KeptAdvance; readonly entries: AdvanceEntry[] } | undefined> {
  return await inSnapshot(db, async (tx) => {
    const [advance, entries] = await Promise.all([
      advanceById(tx, memberId, returnId),
      advanceEntries(tx, memberId, returnId),
    ])
    return advance === undefined ? undefined : { advance, entries }
  })
}

/** A market without the policy, and a sealed member, has no instant refund. */
const none: InstantRefundPolicy = { limits: [], lessPerUnpaid: asFen(0), blockedFromUnpaid: 1 }
