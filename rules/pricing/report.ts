import type { Layer } from '#rules/pricing/basket.ts'
import type { Contender } from '#rules/pricing/contest.ts'
import type { Applied, Gift, LayerReport, Missing } from '#rules/pricing/quote.ts'
import { leftOfCap } from '#rules/pricing/member-cap.ts'
import { baseOf, type Sheet } from '#rules/pricing/sheet.ts'

/** What the layers of offers have to tell, besides the shares and what did not apply. */
export type Told = {
  readonly applied: Applied[]
  readonly gifts: Gift[]
  readonly missing: Missing[]
  /** Ids of the offers that took something off or gave a gift. */
  readonly offers: string[]
}

export function newTold(): Told {
  return { applied: [], gifts: [], missing: [], offers: [] }
}

/** Notes an offer that took something off, once in however many shops. */
export function noteUsed({ offers }: Told, id: string): void {
  if (!offers.includes(id)) offers.push(id)
}

/** A layer before it is applied: what it begins with. */
export type Opened = {
  readonly layer: Layer
  readonly baseFen: number
  readonly before: readonly number[]
}

export function openLayer(sheet: Sheet, layer: Layer): Opened {
  return { layer, baseFen: baseOf(sheet, sheet.all), before: sheet.left.slice() }
}

/** What a layer took off since it was opened, in all and by shop. */
export function closeLayer(sheet: Sheet, opened: Opened, applied: readonly Applied[]): LayerReport {
  const { layer, baseFen, before } = opened
  const byShopFen: Record<string, number> = {}
  let offFen = 0
  for (let shop = 0; shop < sheet.shops.length; shop += 1) {
    const lines = sheet.linesOfShop[shop]!
    let off = 0
    for (let at = 0; at < lines.length; at += 1)
      off += before[lines[at]!]! - sheet.left[lines[at]!]!
    if (off !== 0) byShopFen[sheet.shops[shop]!] = off
    offFen += off
  }
  return { layer, baseFen, offFen, byShopFen, applied }
}

/** What is told of an offer that took something off, after it did. */
export function appliedOf(sheet: Sheet, contender: Contender, shop: string | undefined): Applied {
  const { offer, baseFen, reduction } = contender
  const { offFen, cutFen, times } = reduction
  const { id } = offer
  const applied: Written<Applied> =
    shop === undefined ? { id, offFen, baseFen } : { id, offFen, baseFen, shop }
  if (offer.threshold !== undefined) applied.thresholdFen = offer.threshold
  if (times !== undefined) applied.times = times
  if (cutFen !== 0) applied.cutFen = cutFen
  if (offer.memberCap !== undefined) {
    applied.capFen = offer.memberCap.off
    applied.capLeftFen = leftOfCap(sheet, id, offer.memberCap)
  }
  return applied
}

/** While it is being written. */
type Written<Type> = { -readonly [Key in keyof Type]: Type[Key] }
