import { hash } from 'node:crypto'
import type { ProtectionClaim, ProtectionPayment } from '#db/protection/claims.ts'
import { campaignAt, policyInCampaign } from '#operations/campaigns/campaign-book.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import type { WalletCommand } from '#operations/ledger/post-commands.ts'
import { pointsPolicyAt } from '#operations/policies/fact-context.ts'
import { assert } from '#rules/assert.ts'
import { asPoints } from '#rules/money/points.ts'
import { expiryOf } from '#rules/points/expiry.ts'

/**
 * The ledger's commands of payments in points and envelopes (BP-7); money is settled with the shop. What is
 * taken back is taken of the payments before, the last first. `earlier`: all payments of the claims so far.
 */
export function paymentCommands(
  context: EventContext,
  claims: readonly ProtectionClaim[],
  payments: readonly ProtectionPayment[],
  earlier: readonly ProtectionPayment[],
): WalletCommand[] {
  return payments.flatMap((payment): WalletCommand[] => {
    if (payment.paidAs === 'money') return []
    if (payment.fen > 0) return [earnOf(context, payment)]
    const claim = claims.find((each) => isSameLine(each, payment))
    assert(claim !== undefined, 'a payment is of a claim')
    const before = earlier.filter((each) => isSameLine(each, payment))
    return takenOf(before, -payment.fen).map(({ of, fen }) => ({
      key: walletOf(payment),
      kind: 'clawBack',
      ref: `${refOf(payment)}/${of.n}`,
      of: refOf(of),
      amount: asPoints(fen),
      orLess: true,
      shortfall: payment.paidAs === 'points' ? 'debt' : 'stopAtZero',
      at: context.now,
      meta: metaOf(context, payment, claim.policies),
    }))
  })
}

function earnOf(context: EventContext, payment: ProtectionPayment): WalletCommand {
  const { shopId, fen, paidAs } = payment
  const { now: at, market, policies } = context
  const known = campaignAt(policies, payment.campaign, at)
  const protection = policyInCampaign(policies, 'priceProtection', known, at)
  const points = pointsPolicyAt(policies, at)
  const expiresAt =
    paidAs === 'points'
      ? expiryOf(at, points.policy, market.zone)
      : at
          .toZonedDateTimeISO(market.zone)
          .add(protection?.policy.envelopeFor ?? 'P30D')
          .toInstant()
  return {
    key: walletOf(payment),
    kind: 'earn',
    ref: refOf(payment),
    amount: asPoints(fen),
    expiresAt,
    funder: `shop:${shopId}`,
    merge: false,
    at,
    meta: metaOf(context, payment, protection?.versions ?? ''),
  }
}

function metaOf(
  { actor, now }: EventContext,
  { campaign, tradeId, lineId, fen }: ProtectionPayment,
  versions: string,
): WalletCommand['meta'] {
  return {
    fingerprint: hash('sha256', JSON.stringify([tradeId, lineId, fen])),
    actor,
    occurredAt: now,
    cause: JSON.stringify({ type: 'price.protected', campaign, tradeId, lineId }),
    policies: versions === '' ? [] : versions.split(' '),
  }
}

/** Of which payments so much is taken back: of the last first, as far as it is not taken back already. */
function takenOf(
  before: readonly ProtectionPayment[],
  fen: number,
): { readonly of: ProtectionPayment; readonly fen: number }[] {
  const open: { of: ProtectionPayment; left: number }[] = []
  for (const payment of before) {
    if (payment.fen > 0) open.push({ of: payment, left: payment.fen })
    else drain(open, -payment.fen)
  }
  return drain(open, fen)
}

function drain(
  open: { of: ProtectionPayment; left: number }[],
  fen: number,
): { readonly of: ProtectionPayment; readonly fen: number }[] {
  const taken: { of: ProtectionPayment; fen: number }[] = []
  let due = fen
  for (const each of open.toReversed()) {
    const part = Math.min(each.left, due)
    each.left -= part
    due -= part
    if (part > 0) taken.push({ of: each.of, fen: part })
  }
  return taken
}

function walletOf({ memberId, paidAs }: ProtectionPayment): WalletCommand['key'] {
  return { memberId, program: 'platform', unit: paidAs === 'points' ? 'points' : 'redEnvelope' }
}

/** What a payment is called in the member's wallet. */
function refOf({ tradeId, lineId, n }: ProtectionPayment): string {
  return `protection:${tradeId}/${lineId}/${n}`
}

type Line = Pick<ProtectionPayment, 'memberId' | 'tradeId' | 'lineId'>

function isSameLine(a: Line, b: Line): boolean {
  return a.memberId === b.memberId && a.tradeId === b.tradeId && a.lineId === b.lineId
}
