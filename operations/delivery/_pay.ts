import { hash } from 'node:crypto'
import type { LateCompensation } from '#db/delivery/compensations.ts'
import { lateRef, type Looked } from '#operations/delivery/_look.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import type { WalletCommand } from '#operations/ledger/post-commands.ts'
import { pointsPolicyAt } from '#operations/policies/fact-context.ts'
import { assert } from '#rules/assert.ts'
import { compensationOf, pairPaid } from '#rules/delivery/compensation.ts'
import type { LatePolicy } from '#rules/delivery/late-policy.ts'
import { asFen, type Fen } from '#rules/money/fen.ts'
import { asPoints } from '#rules/money/points.ts'
import { expiryOf } from '#rules/points/expiry.ts'

/** What a shop pays for a shipment that is late, given what it paid the member before (SH-9, SH-10). */
export function decideCompensation(
  { shipment, terms, deal }: Looked,
  late: LatePolicy,
  paidBefore: readonly LateCompensation[],
  { now, market }: EventContext,
  isByComplaint: boolean,
): LateCompensation {
  const { memberId, orderId, shopId, cause, lateSince, paidAt } = shipment
  assert(cause !== null && lateSince !== null, 'a late shipment has its cause')
  const pairFen = pairFenOf(paidBefore, paidAt, late, market.zone)
  const decided = compensationOf({ dealPrice: deal.priceFen, cause, pairFen }, late)
  const { compensationFen, why } = decided
  return {
    memberId,
    orderId,
    ref: lateRef(orderId),
    presaleId: null,
    shopId,
    orderPaidAt: paidAt,
    cause,
    lateSince,
    priceFen: deal.priceFen,
    pairFen,
    depositFen: 0,
    compensationFen,
    status: compensationFen === 0 ? 'nothing' : 'paid',
    isByComplaint,
    paidAt: now,
    takenBackAt: null,
    policies: terms.versions,
    why: JSON.stringify({ ...why, paidFen: deal.paidFen, returnedFen: deal.returnedFen }),
  }
}

/** SH-10: what counts of what a shop paid a member before. */
export function pairFenOf(
  before: readonly LateCompensation[],
  paidAt: Temporal.Instant,
  { pair }: LatePolicy,
  zone: string,
): Fen {
  if (pair === undefined) return asFen(0)
  const from = paidAt.toZonedDateTimeISO(zone)
  const withinMs = from.add(pair.within).epochMilliseconds - from.epochMilliseconds
  const payments = before.map(({ orderPaidAt, compensationFen, depositFen }) => {
    return { paidMs: orderPaidAt.epochMilliseconds, fen: compensationFen - depositFen }
  })
  return pairPaid(payments, paidAt.epochMilliseconds, withinMs)
}

/** Posts a compensation: points of the member that the shop funds, by the points policy of now. */
export function payCommand(
  compensation: LateCompensation,
  { policies, market, actor, now }: EventContext,
): WalletCommand {
  const { memberId, orderId, shopId, presaleId, compensationFen, ref } = compensation
  const { policy, name } = pointsPolicyAt(policies, now)
  const cause = {
    type: 'shipment.compensated',
    orderId,
    shopId,
    ...(presaleId === null ? {} : { presaleId }),
    cause: compensation.cause,
    lateSince: compensation.lateSince.toString(),
    priceFen: compensation.priceFen,
    why: JSON.parse(compensation.why) as unknown,
  }
  return {
    key: { memberId, program: 'platform', unit: 'points' },
    kind: 'earn',
    ref,
    amount: asPoints(compensationFen),
    expiresAt: expiryOf(now, policy, market.zone),
    funder: `shop:${shopId}`,
    merge: false,
    at: now,
    meta: {
      fingerprint: hash('sha256', JSON.stringify([ref, shopId, compensationFen])),
      actor,
      occurredAt: now,
      cause: JSON.stringify(cause),
      policies: [...compensation.policies.split(' '), name],
    },
  }
}

/** Takes a compensation back that was not due after all (SH-12). */
export function takeBackCommand(
  { memberId, orderId, shopId, compensationFen, ref, policies: paidBy }: LateCompensation,
  { policies, actor, now }: EventContext,
): WalletCommand {
  const { policy, name } = pointsPolicyAt(policies, now)
  return {
    key: { memberId, program: 'platform', unit: 'points' },
    kind: 'clawBack',
    ref: `back:${ref}`,
    of: ref,
    amount: asPoints(compensationFen),
    orLess: true,
    shortfall: policy.clawBack.shortfall,
    order: policy.spend,
    at: now,
    meta: {
      fingerprint: hash('sha256', JSON.stringify(['back', ref, compensationFen])),
      actor,
      occurredAt: now,
      cause: JSON.stringify({ type: 'shipment.inTime', orderId, shopId }),
      policies: [...paidBy.split(' '), name],
    },
  }
}
