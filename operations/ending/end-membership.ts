import { unendedAdvances } from '#db/advances/advances.ts'
import type { Writer } from '#db/connection.ts'
import {
  forfeitCoupons,
  insertEnding,
  movedInWallets,
  unendedGrantIds,
} from '#db/membership/endings.ts'
import { recordAdvances } from '#operations/advances/record-advances.ts'
import { announce } from '#operations/announcements/announce.ts'
import { forfeitBenefits } from '#operations/benefits/end-benefits.ts'
import { forfeitEntries } from '#operations/entry/settle-entries.ts'
import { endingPolicyAt } from '#operations/ending/ending-policy.ts'
import { endMatches } from '#operations/interchange/end-matches.ts'
import { endInvitations } from '#operations/invitation/end-invitations.ts'
import { endTierGrant } from '#operations/membership/grant-tier.ts'
import { endPaid } from '#operations/paid/end-paid.ts'
import type { TradeContext } from '#operations/trades/trade-context.ts'
import { recoverAdvance, sumsOf } from '#rules/advances/advance.ts'

/** One sealing or unsealing of a member. */
export type Turn = {
  readonly memberId: string
  /** What names it: its postings are `seal:<ref>` or `unseal:<ref>`. */
  readonly ref: string
  readonly at: Temporal.Instant
  readonly actor: string
  readonly reason: string | null
}

/** What a sealing took, as it is kept and told. */
export type Forfeited = {
  readonly wallets: readonly { readonly program: string; unit: string; amount: number }[]
  readonly coupons: readonly string[]
  readonly benefits: { readonly claims: readonly string[]; readonly grants: number }
  /** The grants by their ids. */
  readonly tiers: readonly string[]
  /** Entries to events, as `gala.1`. */
  readonly entries: readonly string[]
  readonly paid: readonly { readonly paymentRef: string; readonly refundFen: number }[]
  /** Advances that are owed from now on. */
  readonly advances: readonly { readonly returnId: string; readonly owedFen: number }[]
}

/**
 * Ends what a member has besides value in wallets, whose forfeits are posted already, and keeps the
 * record of all of it (EN-1, EN-2). In the transaction of the sealing, with the member locked.
 */
export async function endMembership(
  tx: Writer,
  context: TradeContext & { readonly now: Temporal.Instant },
  turn: Turn,
): Promise<void> {
  const { memberId, ref, actor, reason } = turn
  const { policy, name } = endingPolicyAt(context.policies, turn.at)
  // What is dated ahead of what was written before would leave both in force for a while.
  const at = context.now
  const cause = { type: 'sealed', ref }
  const wallets = await movedInWallets(tx, memberId, 'forfeit', `seal:${ref}`)
  const coupons = await forfeitCoupons(tx, memberId)
  const benefits = await forfeitBenefits(tx, memberId, at, cause)
  const entries = await forfeitEntries(tx, context, memberId, at)
  const tiers = await unendedGrantIds(tx, memberId, at)
  await endInvitations(tx, context, { memberId, at, cause })
  await endMatches(tx, context, { memberId, at, cause })
  for (const grantId of tiers) await endTierGrant(tx, context, { memberId, grantId, at, cause })
  const paying = { memberId, at, cause, refunds: policy.refundsPaid }
  const paid = await endPaid(tx, { ...context, actor }, paying)
  const advances = await recoverAll(tx, { memberId, ref, at, actor })
  const what: Forfeited = { wallets, coupons, benefits, entries, tiers, paid, advances }
  await insertEnding(tx, {
    memberId,
    kind: 'sealed',
    ref,
    at: turn.at,
    actor,
    reason,
    policy: name,
    what: JSON.stringify({ ...what, endedAt: at.toString() }),
  })
  const id = `sealed/${ref}`
  const type = 'jifen.membership.sealed.v1'
  await announce(tx, [{ memberId, id, type, at, data: { forfeited: what } }])
}

/** AD-10: what waits for goods is owed. */
async function recoverAll(
  tx: Writer,
  { memberId, ref, at, actor }: Omit<Turn, 'reason'>,
): Promise<Forfeited['advances']> {
  const unended = await unendedAdvances(tx, [memberId])
  const changes = unended.map(({ advance }) => recoverAdvance(advance))
  const open = changes.filter(({ changed }) => changed.length > 0)
  const cause = { type: 'member.sealed' }
  await recordAdvances(
    tx,
    { at, actor },
    open.map((change) => ({ memberId, ref: `seal:${ref}`, cause, change })),
  )
  return open.flatMap(({ changed }) =>
    changed.map((advance) => {
      return { returnId: advance.advanceId, owedFen: sumsOf(advance).owedFen }
    }),
  )
}
