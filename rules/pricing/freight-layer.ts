import type { Offer } from '#rules/pricing/basket.ts'
import { isOverBudget, notAppliedOf, refusedBy } from '#rules/pricing/conditions.ts'
import { offOf } from '#rules/pricing/effects/joint-effects.ts'
import { shortOf, shortOfUnits, type Short } from '#rules/pricing/effects/reduction.ts'
import { countOf } from '#rules/pricing/effects/units.ts'
import type { Matched } from '#rules/pricing/offer-index.ts'
import type { LayerReport, QuotedFreight, Share } from '#rules/pricing/quote.ts'
import { noteUsed, type Told } from '#rules/pricing/report.ts'
import { addShares, sumOver, type Sheet } from '#rules/pricing/sheet.ts'

/** Freight of one shop while offers take something off it. */
type Charge = {
  readonly shop: string
  readonly amountFen: number
  left: number
  readonly shares: Share[]
}

/** An offer of the layer on one shop's freight: what it would take, or why nothing. */
type Bid = {
  readonly offer: Offer
  readonly lines: readonly number[]
  readonly baseFen: number
  readonly off: number
}

/**
 * Freight offers compete shop by shop for what the shop charges; `amounts` are what thresholds read,
 * by line (PR-13). Nothing else ever takes anything off freight (PR-2).
 */
export function applyFreight(
  sheet: Sheet,
  matched: readonly Matched[],
  amounts: readonly number[],
  told: Told,
): { readonly report: LayerReport; readonly freight: readonly QuotedFreight[] } {
  const charges: Charge[] = sheet.basket.freight.map(({ shop, amount }) => {
    return { shop, amountFen: amount, left: amount, shares: [] }
  })
  const eligible = matched.filter(({ offer }) => {
    const refusal = refusedBy(offer, sheet.basket)
    if (refusal !== undefined) sheet.notApplied.push(notAppliedOf(offer.id, refusal))
    return refusal === undefined
  })
  if (eligible.length > 0) applyByShop(sheet, eligible, charges, amounts, told)
  return { report: reportOf(charges, told), freight: charges.map(quotedOf) }
}

function applyByShop(
  sheet: Sheet,
  matched: readonly Matched[],
  charges: readonly Charge[],
  amounts: readonly number[],
  told: Told,
): void {
  const spentFen = new Map<string, number>()
  for (const [shop, name] of sheet.shops.entries()) {
    const charge = charges.find((each) => each.shop === name)
    const stacking: Matched[] = []
    const bids: Bid[] = []
    const without: { readonly offer: Offer; readonly why: NoBid }[] = []
    for (const { offer, lines: all } of matched) {
      const lines = all.filter((line) => sheet.shopOf[line] === shop)
      if (lines.length === 0) continue
      if (offer.stacks) stacking.push({ offer, lines })
      else {
        const bid = bidOf(sheet, { offer, lines }, charge, amounts, spentFen)
        if ('off' in bid) bids.push(bid)
        else without.push({ offer, why: bid })
      }
    }
    const [winner, ...others] = bids.sort(byStrength)
    if (winner !== undefined) take(winner, charge!, spentFen, told)
    for (const { offer } of others) tellBeaten(sheet, offer, winner!.offer, name)
    // Told after the winner: what more would save is reckoned against what it took.
    for (const { offer, why } of without) tellShort(sheet, offer, why, name, charge, told)
    stack(sheet, stacking, winner?.offer, charge, name, amounts, spentFen, told)
  }
}

function stack(
  sheet: Sheet,
  stacking: readonly Matched[],
  winner: Offer | undefined,
  charge: Charge | undefined,
  shop: string,
  amounts: readonly number[],
  spentFen: Map<string, number>,
  told: Told,
): void {
  let closer = winner?.exclusive === true ? winner : undefined
  const bids: Bid[] = []
  for (const each of stacking) {
    const bid = bidOf(sheet, each, charge, amounts, spentFen)
    if ('off' in bid) bids.push(bid)
    else tellShort(sheet, each.offer, bid, shop, charge, told)
  }
  for (const { offer, lines } of bids.sort(byStrength)) {
    if (closer !== undefined) {
      tellBeaten(sheet, offer, closer, shop)
      continue
    }
    const bid = bidOf(sheet, { offer, lines }, charge, amounts, spentFen)
    if ('off' in bid) {
      take(bid, charge!, spentFen, told)
      if (offer.exclusive) closer = offer
    } else tellShort(sheet, offer, bid, shop, charge, told)
  }
}

type NoBid = Short | { readonly ok: false; readonly refusal: 'pricing/budget-spent' }

function bidOf(
  sheet: Sheet,
  { offer, lines }: Matched,
  charge: Charge | undefined,
  amounts: readonly number[],
  spentFen: ReadonlyMap<string, number>,
): Bid | NoBid {
  const { threshold = 0, minUnits = 0, maxOff, effect } = offer
  const baseFen = sumOver(amounts, lines)
  if (baseFen < threshold) return shortOf(baseFen, threshold)
  const units = countOf(sheet, lines)
  if (units < minUnits) return shortOfUnits(units, minUnits)

  const left = charge?.left ?? 0
  const wanted = effect.type === 'freightOff' ? offOf(effect, left) : left
  const off = Math.min(wanted, left, maxOff ?? wanted)
  if (off === 0) return { ok: false, refusal: 'pricing/nothing-left' }
  if (isOverBudget(offer.limit, (spentFen.get(offer.id) ?? 0) + off)) {
    return { ok: false, refusal: 'pricing/budget-spent' }
  }
  return { offer, lines, baseFen, off }
}

/** Higher priority, then the larger reduction, then the id (PR-10). */
function byStrength(a: Bid, b: Bid): number {
  if (a.offer.priority !== b.offer.priority) return b.offer.priority - a.offer.priority
  if (a.off !== b.off) return b.off - a.off
  return a.offer.id < b.offer.id ? -1 : 1
}

function take(
  { offer, baseFen, off }: Bid,
  charge: Charge,
  spentFen: Map<string, number>,
  told: Told,
): void {
  const { id, policy, campaign, funder, threshold } = offer
  const by = { layer: 'freight', instrument: id, policy, campaign, funder } as const
  addShares(charge.shares, off, by, `shop:${charge.shop}`)
  charge.left -= off
  spentFen.set(id, (spentFen.get(id) ?? 0) + off)
  noteUsed(told, id)
  const tested = threshold === undefined ? {} : { thresholdFen: threshold }
  told.applied.push({ id, offFen: off, baseFen, shop: charge.shop, ...tested })
}

/** A threshold that is not reached may be worth reaching (PR-15). */
function tellShort(
  sheet: Sheet,
  offer: Offer,
  bid: NoBid,
  shop: string,
  charge: Charge | undefined,
  told: Told,
): void {
  const { ok: _, ...why } = bid
  sheet.notApplied.push({ id: offer.id, ...why, shop })
  if (why.refusal !== 'pricing/threshold-not-reached' || charge === undefined) return
  const { effect, maxOff } = offer
  const wanted = effect.type === 'freightOff' ? offOf(effect, charge.amountFen) : charge.amountFen
  const off = Math.min(wanted, charge.amountFen, maxOff ?? wanted)
  const savesFen = off - (charge.amountFen - charge.left)
  if (savesFen > 0) told.missing.push({ id: offer.id, shop, addFen: why.shortFen ?? 0, savesFen })
}

function tellBeaten(sheet: Sheet, { id }: Offer, by: Offer, shop: string): void {
  const refusal = by.exclusive ? 'pricing/excluded' : 'pricing/beaten'
  sheet.notApplied.push({ id, refusal, by: by.id, shop })
}

function reportOf(charges: readonly Charge[], { applied }: Told): LayerReport {
  const byShopFen: Record<string, number> = {}
  let baseFen = 0
  let offFen = 0
  for (const { shop, amountFen, left } of charges) {
    baseFen += amountFen
    offFen += amountFen - left
    if (left < amountFen) byShopFen[shop] = amountFen - left
  }
  return { layer: 'freight', baseFen, offFen, byShopFen, applied }
}

function quotedOf({ shop, amountFen, left, shares }: Charge): QuotedFreight {
  return { shop, amountFen, payFen: left, shares }
}
