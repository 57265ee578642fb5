import type { Layer } from '#rules/pricing/basket.ts'
import type { Ticket } from '#rules/pricing/choice/holdings.ts'
import type { Pool, PoolOff } from '#rules/pricing/choice/pools.ts'
import type { Applied, LayerReport, Missing, NotApplied } from '#rules/pricing/quote.ts'
import { baseOf, type Sheet, sumOver, zeros } from '#rules/pricing/sheet.ts'

/** What the layers tell while a selection is applied for good. */
export type Telling = {
  readonly tickets: readonly Ticket[]
  readonly reports: LayerReport[]
  readonly notApplied: NotApplied[]
  readonly missing: Missing[]
  readonly envelopesFen: Record<string, number>
  /** What was left of each line when a layer of coupons began. */
  readonly begun: { readonly layer: Layer; readonly left: readonly number[] }[]
  /** The coupons that took something off, and how much each did. */
  readonly taken: Ticket[]
  readonly takenFen: number[]
  allowanceFen: number
  points: number
  pointsFen: number
  /** Whether floors, blocked shops or goods used up took away from anything. */
  isCut: boolean
  /** Whether giving up as much as a step gives could gain a step. */
  isNearStep: boolean
  /** Of the layer under way: by index of the shop. */
  byShop: number[]
  applied: Applied[]
  layer: Layer
  baseFen: number
  readonly sheet: Sheet
}

export function openTelling(sheet: Sheet, tickets: readonly Ticket[]): Telling {
  return {
    tickets,
    reports: [],
    notApplied: [],
    missing: [],
    envelopesFen: {},
    begun: [],
    taken: [],
    takenFen: [],
    allowanceFen: 0,
    points: 0,
    pointsFen: 0,
    isCut: false,
    isNearStep: false,
    byShop: zeros(sheet.shops.length),
    applied: [],
    layer: 'coupon',
    baseFen: 0,
    sheet,
  }
}

export function beginLayer(telling: Telling, sheet: Sheet, layer: Layer): void {
  telling.layer = layer
  telling.baseFen = baseOf(sheet, sheet.all)
  telling.applied = []
  for (const ticket of telling.tickets) {
    if (ticket.layer !== layer) continue
    telling.begun.push({ layer, left: sheet.left.slice() })
    return
  }
}

/** What a coupon's lines came to when its layer began. */
export function begunWith({ begun, sheet }: Telling, { layer, lines, baseFen }: Ticket): number {
  if (sheet.policy.threshold === 'parallel') return baseOf(sheet, lines)
  const found = begun.find((each) => each.layer === layer)
  return found === undefined ? baseFen : sumOver(found.left, lines)
}

export function endLayer(telling: Telling): void {
  const { layer, baseFen, applied, byShop, sheet } = telling
  const byShopFen: Record<string, number> = {}
  let offFen = 0
  for (let shop = 0; shop < byShop.length && applied.length > 0; shop += 1) {
    const off = byShop[shop]!
    if (off === 0) continue
    byShopFen[sheet.shops[shop]!] = off
    byShop[shop] = 0
    offFen += off
  }
  telling.reports.push({ layer, baseFen, offFen, byShopFen, applied })
}

export function tellCoupon(
  telling: Telling,
  ticket: Ticket,
  baseFen: number,
  off: number,
  taken: number,
): void {
  const { id, coupon } = ticket
  telling.taken.push(ticket)
  telling.takenFen.push(taken)
  const { threshold: thresholdFen } = coupon
  if (thresholdFen !== undefined && off <= taken) {
    telling.applied.push({ id, offFen: taken, baseFen, thresholdFen })
    return
  }
  telling.applied.push({
    id,
    offFen: taken,
    baseFen,
    ...(thresholdFen === undefined ? undefined : { thresholdFen }),
    ...(off > taken ? { cutFen: off - taken } : undefined),
  })
}

/** What a pool gave, and why its lines or all of it gave nothing (PC-9, PC-14). */
export function tellPool(
  telling: Telling,
  sheet: Sheet,
  pool: Pool,
  found: PoolOff,
  taken: number,
): void {
  const { baseFen, offFen, blocked } = found
  const toNext = pool.every - (baseFen % pool.every)
  if (toNext <= pool.off || pool.every < pool.off) telling.isNearStep = true
  if (blocked.length > 0 || taken < offFen) telling.isCut = true
  for (const shop of blocked) {
    telling.notApplied.push({
      id: 'allowance',
      refusal: 'pricing/line-at-zero',
      shop: sheet.shops[shop]!,
    })
  }
  if (taken > 0) {
    telling.allowanceFen += taken
    const times = Math.floor(baseFen / pool.every)
    const applied = { id: 'allowance', offFen: taken, baseFen, thresholdFen: pool.every, times }
    telling.applied.push(offFen > taken ? { ...applied, cutFen: offFen - taken } : applied)
  }
  if (baseFen < pool.every && found.lines.length > 0) {
    telling.notApplied.push({
      id: 'allowance',
      refusal: 'pricing/threshold-not-reached',
      baseFen,
      thresholdFen: pool.every,
      shortFen: toNext,
    })
  }
}

/** What is missing to the next step of a pool, if it is begun and the wallet could pay (PC-15). */
export function tellNextStep(
  telling: Telling,
  sheet: Sheet,
  pool: Pool,
  { lines, baseFen }: PoolOff,
  walletFen: number,
): void {
  const savesFen = Math.min(pool.off, walletFen)
  const begunFen = baseFen % pool.every
  if (savesFen <= 0 || begunFen === 0 || lines.length === 0) return
  const addFen = pool.every - begunFen
  const shop = sheet.shopOf[lines[0]!]!
  const isOneShop = lines.every((line) => sheet.shopOf[line] === shop)
  telling.missing.push(
    isOneShop
      ? { id: 'allowance', shop: sheet.shops[shop]!, addFen, savesFen }
      : { id: 'allowance', addFen, savesFen },
  )
}

export function tellEnvelope(telling: Telling, id: string, off: number, taken: number): void {
  if (taken < off) telling.isCut = true
  telling.envelopesFen[id] = taken
  telling.applied.push(
    off > taken ? { id, offFen: taken, cutFen: off - taken } : { id, offFen: taken },
  )
}

export function tellPoints(telling: Telling, points: number, off: number, taken: number): void {
  telling.points = points
  telling.pointsFen = taken
  telling.applied.push({
    id: 'points',
    offFen: taken,
    points,
    ...(off > taken ? { cutFen: off - taken } : undefined),
  })
}
