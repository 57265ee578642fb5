import type { LateCause } from '#rules/delivery/assess.ts'
import type { LatePolicy } from '#rules/delivery/late-policy.ts'
import { asFen, type Fen } from '#rules/money/fen.ts'
import { mulDiv } from '#rules/money/mul-div.ts'
import { asPoints, type Points } from '#rules/money/points.ts'
import { wholePpm, type Ppm } from '#rules/money/rate.ts'

/** What a late shipment is compensated by. */
export type LateShipment = {
  /** What was paid for the goods, less what was refunded before the limit. */
  readonly dealPrice: Fen
  readonly cause: LateCause
  /** What the shop paid the member already for orders paid about the same time (SH-10). */
  readonly pairFen: Fen
  /** Of a presale that was closed because the shop was late: paid again, outside every bound. */
  readonly deposit?: Fen | undefined
}

/** What is paid and how it came about; amounts in fen. */
export type Compensation = {
  readonly compensationFen: Fen
  /** A point is a fen. */
  readonly points: Points
  readonly why: {
    readonly of: 'late' | 'falseShipment'
    readonly ratePpm: Ppm
    /** Of the deal price, rounded down. */
    readonly partFen: Fen
    readonly bound: 'min' | 'cap' | 'pair' | null
    readonly penaltyFen: Fen
    readonly depositFen: Fen
  }
}

/** SH-9, SH-10: what a shop pays for a late shipment, in points that it funds. */
export function compensationOf(shipment: LateShipment, policy: LatePolicy): Compensation {
  const { dealPrice, cause, pairFen, deposit = asFen(0) } = shipment
  const isFalse = cause === 'noRecord' && policy.falseShipment !== undefined
  const terms = isFalse && policy.falseShipment !== undefined ? policy.falseShipment : policy
  const { partFen, bound, fen: bounded } = boundedPart(dealPrice, terms)
  const left = policy.pair === undefined ? bounded : Math.max(policy.pair.most - pairFen, 0)
  const isPairShort = left < bounded
  const penaltyFen = asFen(Math.min(bounded, left))
  const compensationFen = asFen(penaltyFen + deposit)
  return {
    compensationFen,
    points: asPoints(compensationFen),
    why: {
      of: isFalse ? 'falseShipment' : 'late',
      ratePpm: terms.rate,
      partFen,
      bound: isPairShort ? 'pair' : bound,
      penaltyFen,
      depositFen: deposit,
    },
  }
}

/** SH-9: the penalty of one order by itself. */
export function latePenalty(dealPrice: Fen, policy: LatePolicy): Fen {
  return boundedPart(dealPrice, policy).fen
}

/** What one shop paid one member for an order that was paid at some time. */
export type PairPayment = { readonly paidMs: number; readonly fen: number }

/**
 * SH-10: the most that was paid already in any stretch of so long that has this payment in it, so that no
 * stretch comes to more than the policy's most.
 */
export function pairPaid(others: readonly PairPayment[], paidMs: number, withinMs: number): Fen {
  const near = others.filter((other) => Math.abs(other.paidMs - paidMs) < withinMs)
  const starts = [paidMs, ...near.map((other) => other.paidMs)].filter((start) => start <= paidMs)
  const sums = starts.map((start) =>
    near
      .filter((other) => other.paidMs >= start && other.paidMs < start + withinMs)
      .reduce((sum, other) => sum + other.fen, 0),
  )
  return asFen(Math.max(0, ...sums))
}

type Terms = Pick<LatePolicy, 'rate' | 'min' | 'cap'>

function boundedPart(dealPrice: Fen, { rate, min = asFen(0), cap }: Terms) {
  const partFen = asFen(mulDiv(dealPrice, rate, wholePpm, 'floor'))
  if (partFen < min) return { partFen, bound: 'min' as const, fen: min }
  if (partFen > cap) return { partFen, bound: 'cap' as const, fen: cap }
  return { partFen, bound: null, fen: partFen }
}
