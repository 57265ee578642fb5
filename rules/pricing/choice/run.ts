import { mulDiv } from '#rules/money/mul-div.ts'
import { wholePpm } from '#rules/money/rate.ts'
import type { Coupon, Layer, RedEnvelope } from '#rules/pricing/basket.ts'
import type { Envelope, Ticket } from '#rules/pricing/choice/holdings.ts'
import { offOfPool, type Pool, type PoolOff } from '#rules/pricing/choice/pools.ts'
import type { Selection } from '#rules/pricing/choice/selection.ts'
import {
  beginLayer,
  endLayer,
  tellCoupon,
  tellEnvelope,
  tellNextStep,
  tellPoints,
  tellPool,
  type Telling,
} from '#rules/pricing/choice/telling.ts'
import type { PricingPolicy } from '#rules/pricing/policy.ts'
import {
  baseOf,
  type Sheet,
  spread,
  sumOver,
  type TakenBy,
  writeOff,
} from '#rules/pricing/sheet.ts'

/** What a selection came to. */
export type Run = {
  readonly offFen: number
  /** Ids of what took something off, in the order of applying. */
  readonly ids: readonly string[]
}

/**
 * Applies a selection, layer by layer in the policy's order. With `telling` it writes shares and
 * tells everything; without, only `sheet.left` is lowered: how the search tries selections on a
 * scratch sheet. There is no second arithmetic.
 */
export function runLayers(
  sheet: Sheet,
  layers: readonly Layer[],
  pools: readonly Pool[],
  selection: Selection,
  telling?: Telling,
): Run {
  const ids: string[] = []
  let offFen = 0
  for (const layer of layers) {
    if (telling !== undefined) beginLayer(telling, sheet, layer)
    offFen += runLayer({ sheet, layer, pools, selection, ids, telling })
    if (telling !== undefined) endLayer(telling)
  }
  return { offFen, ids }
}

/** A copy of the sheet on which a selection can be tried. */
export function scratchOf(sheet: Sheet): Sheet {
  return { ...sheet, left: [...sheet.left] }
}

/** Tries a selection on a scratch sheet, which begins from what is left on the real one. */
export function tryOn(
  scratch: Sheet,
  sheet: Sheet,
  layers: readonly Layer[],
  pools: readonly Pool[],
  selection: Selection,
): Run {
  const from = sheet.left
  for (let at = 0; at < from.length; at += 1) scratch.left[at] = from[at]!
  return runLayers(scratch, layers, pools, selection)
}

type At = {
  readonly sheet: Sheet
  readonly layer: Layer
  readonly pools: readonly Pool[]
  readonly selection: Selection
  readonly ids: string[]
  readonly telling: Telling | undefined
}

function runLayer(at: At): number {
  switch (at.layer) {
    case 'coupon':
    case 'platformCoupon':
    case 'categoryCoupon':
      return runCoupons(at)
    case 'allowance':
      return runAllowance(at)
    case 'redEnvelope':
      return runEnvelopes(at)
    case 'points':
      return runPoints(at)
    case 'presale':
    case 'item':
    case 'shop':
    case 'freight':
      return 0
  }
}

function runCoupons(at: At): number {
  const { sheet, layer, selection, ids, telling } = at
  let sum = 0
  for (const ticket of selection.tickets) {
    if (ticket.layer !== layer) continue
    const { coupon, lines } = ticket
    const baseFen = baseOf(sheet, lines)
    const off = offOfCoupon(ticket, baseFen)
    if (off === 0) continue

    const offs = spread(sheet, lines, off, weightsOf(sheet))
    if (isOverBudget(coupon, offs)) continue
    const taken = write(at, lines, offs, telling && byOf(layer, ticket.id, coupon))
    if (taken === 0) continue
    sum += taken
    ids.push(ticket.id)
    if (telling !== undefined) tellCoupon(telling, ticket, baseFen, off, taken)
  }
  return sum
}

/** In whose name it is taken off, spelled out: to copy a coupon would cost more than to apply it. */
function byOf(
  layer: Layer,
  instrument: string,
  of?: Pick<Coupon | RedEnvelope, 'policy' | 'campaign' | 'funder'>,
): TakenBy {
  if (of === undefined) {
    return { layer, instrument, policy: undefined, campaign: undefined, funder: undefined }
  }
  return { layer, instrument, policy: of.policy, campaign: of.campaign, funder: of.funder }
}

/** What a coupon takes off its base, before floors and its budget; 0 under its threshold (PC-2). */
export function offOfCoupon({ coupon }: Ticket, baseFen: number): number {
  if (baseFen < (coupon.threshold ?? 0)) return 0
  const whole =
    coupon.percent === undefined ? coupon.off : mulDiv(baseFen, coupon.percent, wholePpm, 'half')
  return Math.min(whole, coupon.maxOff ?? whole)
}

/** Whether what a coupon would take off its lines is more than its budget has left (PC-2). */
export function isOverBudget({ limit }: Ticket['coupon'], offs: readonly number[]): boolean {
  if (limit?.budget === undefined) return false
  let spent: number = limit.spent
  for (let at = 0; at < offs.length; at += 1) spent += offs[at]!
  return spent > limit.budget
}

function runAllowance(at: At): number {
  const { sheet, layer, pools, selection, telling } = at
  if (selection.walletFen <= 0) return 0
  let wallet = selection.walletFen
  let sum = 0
  const seen: PoolOff[] = []
  for (const pool of pools) {
    const found = offOfPool(sheet, pool, wallet)
    let taken = 0
    if (found.offFen > 0) {
      const by = telling && byOf(layer, 'allowance')
      taken = take(at, found.lines, found.offFen, weightsOf(sheet), by)
      wallet -= taken
      sum += taken
    }
    if (telling === undefined) continue
    tellPool(telling, sheet, pool, found, taken)
    seen.push(found)
  }
  // Only now is it known what the wallet could still pay.
  for (let at = 0; at < seen.length; at += 1)
    tellNextStep(telling!, sheet, pools[at]!, seen[at]!, wallet)
  if (sum > 0) at.ids.push('allowance')
  return sum
}

function runEnvelopes(at: At): number {
  let sum = 0
  for (const each of at.selection.envelopes) {
    const taken = runEnvelope(at, each)
    if (taken === 0) continue
    sum += taken
    at.ids.push(each.id)
  }
  return sum
}

/** An envelope is used as far as its lines have room, shared by what is left of each (PC-12). */
function runEnvelope(at: At, { id, envelope, lines }: Envelope): number {
  const { sheet, layer, telling } = at
  const room = sumOver(sheet.left, lines) - sumOver(sheet.floor, lines)
  const off = Math.min(envelope.amount, room)
  if (telling !== undefined && off < envelope.amount) telling.isCut = true
  if (off <= 0) return 0

  const taken = take(at, lines, off, sheet.left, telling && byOf(layer, id, envelope))
  if (telling !== undefined && taken > 0) tellEnvelope(telling, id, off, taken)
  return taken
}

function runPoints(at: At): number {
  const { sheet, layer, selection, telling } = at
  const { pay } = sheet.policy.points
  if (selection.points === 0 || pay === null) return 0
  const left = sumOver(sheet.left, sheet.all)
  const room = left - sumOver(sheet.floor, sheet.all)
  const { points, offFen } = worthOfPoints(pay, selection.points, left, room)
  if (offFen === 0) return 0

  const taken = take(at, sheet.all, offFen, sheet.left, telling && byOf(layer, 'points'))
  if (taken === 0) return 0
  at.ids.push('points')
  if (telling !== undefined) tellPoints(telling, points, offFen, taken)
  return taken
}

/**
 * How many points are used on what is left, and what they pay: within the policy's part of it, in
 * whole multiples, none under the least, and never more than that amount needs (PC-13).
 */
export function worthOfPoints(
  pay: NonNullable<PricingPolicy['points']['pay']>,
  held: number,
  leftFen: number,
  roomFen: number,
): { readonly points: number; readonly offFen: number } {
  const { perYuan, mostPercent = 100, multipleOf = 1, least = 0 } = pay
  const most = mulDiv(leftFen, Math.round(mostPercent * 10_000), wholePpm, 'floor')
  const usable = Math.min(held, mulDiv(Math.min(most, roomFen), perYuan, 100, 'floor'))
  const points = usable - (usable % multipleOf)
  const offFen = mulDiv(points, 100, perYuan, 'floor')
  if (points < least || offFen === 0) return { points: 0, offFen: 0 }

  const needed = Math.max(least, mulDiv(offFen, perYuan, 100, 'ceiling'))
  return { points: needed + ((multipleOf - (needed % multipleOf)) % multipleOf), offFen }
}

function weightsOf(sheet: Sheet): readonly number[] {
  return sheet.policy.splitBase === 'itemPrice' ? sheet.item : sheet.left
}

function take(
  at: At,
  lines: readonly number[],
  off: number,
  weights: readonly number[],
  by: TakenBy | undefined,
): number {
  return write(at, lines, spread(at.sheet, lines, off, weights), by)
}

function write(
  { sheet, telling }: At,
  lines: readonly number[],
  offs: readonly number[],
  by: TakenBy | undefined,
): number {
  if (telling !== undefined && by !== undefined) {
    return writeOff(sheet, lines, offs, by, telling.byShop)
  }
  let taken = 0
  for (let n = 0; n < lines.length; n += 1) {
    taken += offs[n]!
    sheet.left[lines[n]!]! -= offs[n]!
  }
  return taken
}
