import { shortOf, shortOfUnits, type Short } from '#rules/pricing/effects/reduction.ts'
import { countOf, wholes } from '#rules/pricing/effects/units.ts'
import type { Offer } from '#rules/pricing/basket.ts'
import { noteUsed, type Told } from '#rules/pricing/report.ts'
import { sumOver, type Sheet } from '#rules/pricing/sheet.ts'

/**
 * Gives what an offer of gifts promises for some lines, or tells what is still needed (PR-8). `amounts`
 * are those that the layer began with: a gift never competes, and is not lost to a discount beside it.
 */
export function giveGift(
  sheet: Sheet,
  offer: Offer,
  lines: readonly number[],
  amounts: readonly number[],
  told: Told,
  shop?: string,
): void {
  const given = timesGiven(sheet, offer, lines, amounts)
  if (typeof given !== 'number') {
    const { ok: _, ...why } = given
    sheet.notApplied.push({ id: offer.id, ...why, ...(shop === undefined ? {} : { shop }) })
    return
  }
  if (offer.effect.type !== 'gift') return
  const { sku, quantity } = offer.effect
  told.gifts.push({ sku, quantity: quantity * given, offer: offer.id })
  noteUsed(told, offer.id)
}

function timesGiven(
  sheet: Sheet,
  { effect, threshold, minUnits }: Offer,
  lines: readonly number[],
  amounts: readonly number[],
): number | Short {
  if (effect.type !== 'gift') return 0
  const baseFen = sumOver(amounts, lines)
  const units = countOf(sheet, lines)
  if (threshold !== undefined && baseFen < threshold) return shortOf(baseFen, threshold)
  if (minUnits !== undefined && units < minUnits) return shortOfUnits(units, minUnits)

  const { every, counts } = effect
  if (counts === 'money') return wholes(baseFen, every) || shortOf(baseFen, every)
  if (threshold !== undefined && threshold > 0) {
    // With a threshold it is the threshold that is counted: a gift for every so many times it.
    return wholes(baseFen, threshold * every) || shortOf(baseFen, threshold * every)
  }
  return wholes(units, every) || shortOfUnits(units, every)
}
