import type { Writer } from '#db/connection.ts'
import {
  insertEnding,
  lastSealings,
  movedInWallets,
  restoreCoupons,
  resumeGrants,
} from '#db/membership/endings.ts'
import { announce } from '#operations/announcements/announce.ts'
import { restoreBenefits } from '#operations/benefits/end-benefits.ts'
import type { Forfeited, Turn } from '#operations/ending/end-membership.ts'
import { endingPolicyAt } from '#operations/ending/ending-policy.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { settleStandingsOf } from '#operations/membership/settle-members.ts'
import { restorePaid } from '#operations/paid/end-paid.ts'
import { comesBack, type ComesBack } from '#rules/members/ending/comes-back.ts'

/**
 * Gives back what the policy says of what the last sealing forfeited (EN-3) and keeps the record of it;
 * what comes back to wallets is posted already. In the transaction of the unsealing, with the member
 * locked. Advances that are owed stay so.
 */
export async function resumeMembership(
  tx: Writer,
  context: EventContext,
  turn: Turn,
): Promise<void> {
  const { memberId, ref, actor, reason } = turn
  const { now: at, market } = context
  const { policy, name } = endingPolicyAt(context.policies, turn.at)
  const [sealing] = await lastSealings(tx, [memberId])
  const decided = comesBack(policy, sealing?.at ?? turn.at, turn.at, market.zone)
  const taken = sealing === undefined ? undefined : (JSON.parse(sealing.what) as Taken)
  const back =
    taken === undefined ? {} : await giveBack(tx, context, { memberId, decided, taken, ref })
  const wallets = await movedInWallets(tx, memberId, 'unseal', `unseal:${ref}`)
  const of = sealing?.ref ?? null
  const what = JSON.stringify({ of, decided, back: { wallets, ...back } })
  const kept = { memberId, ref, actor, reason, what }
  await insertEnding(tx, { ...kept, kind: 'unsealed', at: turn.at, policy: name })
  const data = { decided, back: { wallets, ...back } }
  const type = 'jifen.membership.unsealed.v1'
  await announce(tx, [{ memberId, id: `unsealed/${ref}`, type, at, data }])
}

type Taken = Forfeited & { readonly endedAt: string }

async function giveBack(
  tx: Writer,
  context: EventContext,
  of: {
    readonly memberId: string
    readonly decided: ComesBack
    readonly taken: Taken
    readonly ref: string
  },
): Promise<object> {
  const { memberId, decided, taken, ref } = of
  const { now: at } = context
  const coupons = decided.coupons.back ? await restoreCoupons(tx, memberId, taken.coupons, at) : []
  const endedAt = Temporal.Instant.from(taken.endedAt)
  const benefits = decided.benefits.back
    ? await restoreBenefits(tx, memberId, endedAt, at)
    : { claims: [], grants: 0 }
  const tiers = decided.tiers.back ? await resumeGrants(tx, memberId, taken.tiers, at) : []
  const unrefunded = taken.paid.filter(({ refundFen }) => refundFen === 0)
  const paymentRefs = unrefunded.map(({ paymentRef }) => paymentRef)
  if (decided.paid.back) await restorePaid(tx, context, { memberId, paymentRefs })
  if (tiers.length > 0) {
    await settleStandingsOf(tx, context, [memberId], () => ({ type: 'unsealed', ref }))
  }
  return { coupons, benefits, tiers, paid: decided.paid.back ? paymentRefs : [] }
}
