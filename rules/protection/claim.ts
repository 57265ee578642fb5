import { assert } from '#rules/assert.ts'
import type { Campaign } from '#rules/campaigns/policy.ts'
import { phaseNamed } from '#rules/campaigns/phases.ts'
import { allocate } from '#rules/money/allocate.ts'
import { asFen } from '#rules/money/fen.ts'
import type { Layer } from '#rules/pricing/basket.ts'
import type { PriceProtectionPolicy } from '#rules/protection/policy.ts'
import type { FrozenLine } from '#rules/returns/frozen-trade.ts'
import { dayOf, startOfDay, type Window } from '#rules/time/instants.ts'

export type ProtectionRefusal =
  | 'protection/no-policy'
  | 'protection/unknown-line'
  | 'protection/not-paid'
  | 'protection/no-lower-price'
  | 'protection/nothing-due'
  | 'protection/too-late'

/** What of a bought line a claim is decided from. All amounts in fen. */
export type ProtectedLine = {
  /** What each unit counts as paid, in the order in which units go back (BP-2). */
  readonly unitsFen: readonly number[]
  readonly returnedUnits: number
  /** Money that went back without units. */
  readonly returnedFen: number
}

/** What limits a claim: what is left for it under each limit; absent: that limit is not set. */
export type ClaimRoom = {
  readonly member?: number | undefined
  readonly order?: number | undefined
  readonly item?: number | undefined
}

/** What a claim comes to. */
export type ClaimFigures = {
  /** The difference of every unit that stays, without limits. */
  readonly fullFen: number
  /** What of it is paid in all, now and before. */
  readonly paidFen: number
  /** What is paid now; below zero: taken back, because units went back. */
  readonly payFen: number
  readonly units: number
  readonly limitedBy: 'member' | 'order' | 'item' | null
}

/** BP-1: when a lower price counts: the days that the campaign protects, else so many after its day. */
export function protectedWindow(
  campaign: Campaign,
  { days }: Pick<PriceProtectionPolicy, 'days'>,
  zone: string,
): Window | undefined {
  const own = campaign.price?.protect
  if (own !== undefined) return windowOf(own[0], own[1], zone)
  const day = phaseNamed(campaign, 'day')
  if (day === undefined) return undefined
  const last = dayOf(day.window.to.subtract({ milliseconds: 1 }), zone)
  return windowOf(last.add({ days: 1 }), last.add({ days }), zone)
}

/** BP-2: what each unit of a line counts as paid: without freight, tax, and what is not counted off. */
export function countedUnits(line: FrozenLine, counts: readonly Layer[]): readonly number[] {
  const uncounted = line.shares.filter((share) => !counts.includes(share.layer))
  const base = uncounted.reduce((sum, share) => sum + share.offFen, line.payFen)
  const units = Array.from({ length: line.quantity }, () => 1)
  const shared = allocate(asFen(base), units)
  assert(shared.ok, 'a line has units')
  return shared.shares
}

/**
 * BP-3 to BP-5: what a line has back at a lower price, cumulatively: the difference of each unit that
 * stays, less money that went back otherwise, within the limits, less what was paid before.
 */
export function decideClaim(
  line: ProtectedLine,
  priceFen: number,
  before: { readonly paidFen: number },
  room: ClaimRoom,
  mostUnits: number = Infinity,
): ClaimFigures {
  const stay = line.unitsFen.slice(line.returnedUnits).slice(0, mostUnits)
  const lower = stay.filter((unitFen) => unitFen > priceFen)
  const difference = lower.reduce((sum, unitFen) => sum + unitFen - priceFen, 0)
  const fullFen = Math.max(0, difference - line.returnedFen)

  let paidFen = fullFen
  let limitedBy: ClaimFigures['limitedBy'] = null
  for (const which of ['item', 'order', 'member'] as const) {
    const most = room[which]
    if (most === undefined || most >= paidFen) continue
    paidFen = Math.max(0, most)
    limitedBy = which
  }
  return { fullFen, paidFen, payFen: paidFen - before.paidFen, units: lower.length, limitedBy }
}

function windowOf(first: Temporal.PlainDate, last: Temporal.PlainDate, zone: string): Window {
  return { from: startOfDay(first, zone), to: startOfDay(last.add({ days: 1 }), zone) }
}
