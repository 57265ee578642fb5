import type { Layer } from '#rules/pricing/basket.ts'
import type { Ticket } from '#rules/pricing/choice/holdings.ts'
import type { Pool, PoolOff } from '#rules/pricing/choice/pools.ts'
import type { Applied, LayerReport, Missing, NotApplied } from '#rules/pricing/quote.ts'
import { baseOf, type Sheet } from '#rules/pricing/sheet.ts'

/** What the layers tell while a selection is applied for good. */
export type Telling = {
  readonly tickets: readonly Ticket[]
  readonly reports: LayerReport[]
  readonly notApplied: NotApplied[]
  readonly missing: Missing[]
  readonly coupons: string[]
  readonly envelopesFen: Record<string, number>
  /** What each coupon's lines came to when its layer began. */
  readonly basesFen: Map<Ticket, number>
  readonly takenFen: Map<Ticket, number>
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
    coupons: [],
    envelopesFen: {},
    basesFen: new Map(),
    takenFen: new Map(),
    allowanceFen: 0,
    points: 0,
    pointsFen: 0,
    isCut: false,
    isNearStep: false,
    byShop: sheet.shops.map(() => 0),
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
  telling.byShop.fill(0)
  for (const ticket of telling.tickets) {
    if (ticket.layer === layer) telling.basesFen.set(ticket, baseOf(sheet, ticket.lines))
  }
}

export function endLayer(telling: Telling): void {
  const { layer, baseFen, applied, byShop, sheet } = telling
  const byShopFen: Record<string, number> = {}
  let offFen = 0
  for (let shop = 0; shop < byShop.length; shop += 1) {
    if (byShop[shop] === 0) continue
    byShopFen[sheet.shops[shop]!] = byShop[shop]!
    offFen += byShop[shop]!
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
  telling.coupons.push(id)
  telling.takenFen.set(ticket, taken)
  telling.applied.push({
    id,
    offFen: taken,
    baseFen,
    ...(coupon.threshold === undefined ? undefined : { thresholdFen: coupon.threshold }),
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
    telling.applied.push({
      id: 'allowance',
      offFen: taken,
      baseFen,
      thresholdFen: pool.every,
      times: Math.floor(baseFen / pool.every),
      ...(offFen > taken ? { cutFen: offFen - taken } : undefined),
    })
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
  const shop = sheet.shopOf[lines[0]!]!
  const isOneShop = lines.every((line) => sheet.shopOf[line] === shop)
  telling.missing.push({
    id: 'allowance',
    ...(isOneShop ? { shop: sheet.shops[shop]! } : undefined),
    addFen: pool.every - begunFen,
    savesFen,
  })
}

export function tellEnvelope(telling: Telling, id: string, off: number, taken: number): void {
  if (taken < off) telling.isCut = true
  telling.envelopesFen[id] = taken
  telling.applied.push({
    id,
    offFen: taken,
    ...(off > taken ? { cutFen: off - taken } : undefined),
  })
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
