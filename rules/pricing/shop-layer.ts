import type { Offer } from '#rules/pricing/basket.ts'
import { refusedBy } from '#rules/pricing/conditions.ts'
import {
  apply,
  byStrength,
  isContender,
  tryOffer,
  type Arena,
  type Contender,
} from '#rules/pricing/contest.ts'
import { giveGift } from '#rules/pricing/gifts.ts'
import { isExclusive, tell, tellBeaten } from '#rules/pricing/item-layer.ts'
import { hasSteps, missingOf, type Tried } from '#rules/pricing/missing.ts'
import type { Matched } from '#rules/pricing/offer-index.ts'
import { appliedOf, noteUsed, type Told } from '#rules/pricing/report.ts'
import type { Sheet } from '#rules/pricing/sheet.ts'

/**
 * Shop offers compete shop by shop, each computed on that shop's lines alone: one takes the shop, then
 * those that stack, then gifts (PR-10). An offer for many shops applies in each by itself.
 */
export function applyShopOffers(
  sheet: Sheet,
  matched: readonly Matched[],
  before: readonly number[],
  told: Told,
): void {
  const byShop: Matched[][] = []
  for (const each of matched) {
    const refusal = refusedBy(each.offer, sheet.basket)
    if (refusal === undefined) putByShop(sheet, each, byShop)
    else sheet.notApplied.push({ id: each.offer.id, refusal })
  }
  const spentFen = new Map<string, number>()
  for (const [shop, offers] of byShop.entries()) {
    if (offers !== undefined) applyInShop(sheet, shop, offers, before, spentFen, told)
  }
}

function putByShop(sheet: Sheet, { offer, lines }: Matched, byShop: Matched[][]): void {
  const { shopOf } = sheet
  let from = 0
  const first = shopOf[lines[0]!]!
  while (from < lines.length && shopOf[lines[from]!] === first) from += 1
  if (from === lines.length) {
    ;(byShop[first] ??= []).push({ offer, lines })
    return
  }
  for (const [shop, inShop] of Map.groupBy(lines, (line) => shopOf[line]!)) {
    ;(byShop[shop] ??= []).push({ offer, lines: inShop })
  }
}

function applyInShop(
  sheet: Sheet,
  shop: number,
  offers: readonly Matched[],
  before: readonly number[],
  spentFen: Map<string, number>,
  told: Told,
): void {
  const name = sheet.shops[shop]!
  const arena: Arena = { layer: 'shop', isOpen: (line) => sheet.shopOf[line] === shop, spentFen }
  const contenders: Contender[] = []
  const tried: Tried[] = []
  const stacking: Matched[] = []
  const gifts: Matched[] = []
  for (const each of offers) {
    const { offer, lines } = each
    if (offer.effect.type === 'gift') gifts.push(each)
    else if (offer.stacks) stacking.push(each)
    else {
      const found = tryOffer(sheet, offer, lines, arena)
      if (isContender(found)) contenders.push(found)
      else tell(sheet, offer.id, found, name)
      if (!isContender(found)) tried.push({ offer, lines, short: found })
      else if (hasSteps(offer.effect)) tried.push({ offer, lines, short: undefined })
    }
  }
  if (contenders.length > 1) contenders.sort(byStrength)
  const winner = contenders[0]
  if (winner !== undefined) take(sheet, winner, name, spentFen, told)
  for (let at = 1; at < contenders.length; at += 1) {
    tellBeaten(sheet, contenders[at]!.offer.id, winner!, name)
  }
  missingOf(sheet, 'shop', tried, before, () => winner?.offer, told)

  let closer = isExclusive(winner) ? winner : undefined
  for (const each of inOrder(sheet, stacking, arena, name)) {
    closer = stackOn(sheet, each, closer, arena, name, told, spentFen)
  }
  const amounts = sheet.policy.threshold === 'parallel' ? sheet.item : before
  for (const { offer, lines } of gifts) {
    if (closer === undefined) giveGift(sheet, offer, lines, amounts, told, name)
    else tellBeaten(sheet, offer.id, closer, name)
  }
}

/** Those that stack, by what they would take now; who takes nothing is told and left out. */
function inOrder(
  sheet: Sheet,
  stacking: readonly Matched[],
  arena: Arena,
  shop: string,
): readonly Contender[] {
  const contenders: Contender[] = []
  for (const { offer, lines } of stacking) {
    const found = tryOffer(sheet, offer, lines, arena)
    if (isContender(found)) contenders.push(found)
    else tell(sheet, offer.id, found, shop)
  }
  return contenders.sort(byStrength)
}

/** Applies one on what is left now, unless the shop is closed; who closes it after that. */
function stackOn(
  sheet: Sheet,
  { offer, lines }: Contender,
  closer: Contender | undefined,
  arena: Arena,
  shop: string,
  told: Told,
  spentFen: Map<string, number>,
): Contender | undefined {
  if (closer !== undefined) {
    tellBeaten(sheet, offer.id, closer, shop)
    return closer
  }
  const found = tryOffer(sheet, offer, lines, arena)
  if (!isContender(found)) {
    tell(sheet, offer.id, found, shop)
    return undefined
  }
  take(sheet, found, shop, spentFen, told)
  return isExclusive(found) ? found : undefined
}

function take(
  sheet: Sheet,
  contender: Contender,
  shop: string,
  spentFen: Map<string, number>,
  told: Told,
): void {
  apply(sheet, contender)
  const { offer, reduction } = contender
  if (offer.limit?.budget !== undefined) addSpent(spentFen, offer, reduction.offFen)
  told.applied.push(appliedOf(contender, shop))
  noteUsed(told, offer.id)
}

function addSpent(spentFen: Map<string, number>, { id }: Offer, off: number): void {
  spentFen.set(id, (spentFen.get(id) ?? 0) + off)
}
