import type { Offer } from '#rules/pricing/basket.ts'
import { notAppliedOf, refusedBy } from '#rules/pricing/conditions.ts'
import {
  apply,
  isContender,
  sortByStrength,
  tryOffer,
  type Arena,
  type Contender,
} from '#rules/pricing/contest.ts'
import { giveGift } from '#rules/pricing/gifts.ts'
import { isExclusive, tell, tellBeaten } from '#rules/pricing/item-layer.ts'
import { hasNextStep, hasSteps, missingOf, type Tried } from '#rules/pricing/missing.ts'
import type { Matched } from '#rules/pricing/offer-index.ts'
import { appliedOf, type Told } from '#rules/pricing/report.ts'
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
  const byShop: ByShop = Array<Matched[] | undefined>(sheet.shops.length)
  const soFar: SoFar = { used: [], spentFen: undefined }
  for (const each of matched) {
    const { offer } = each
    const refusal = refusedBy(offer, sheet.basket)
    if (refusal === undefined) putByShop(sheet, each, byShop)
    else sheet.notApplied.push(notAppliedOf(offer.id, refusal))
    if (offer.limit?.budget !== undefined) soFar.spentFen ??= new Map()
  }
  for (let shop = 0; shop < byShop.length; shop += 1) {
    const offers = byShop[shop]
    if (offers === undefined) continue
    if (offers.length === 1 && isPlain(offers[0]!.offer)) {
      applyAlone(sheet, shop, offers[0]!, before, soFar, told)
    } else applyInShop(sheet, shop, offers, before, soFar, told)
  }
}

/** What offers did in the shops before. */
type SoFar = {
  /** Those that took something off. */
  readonly used: Offer[]
  /** How much, of those with a budget, by id; absent where none has one. */
  spentFen: Map<string, number> | undefined
}

/** By index of the shop; `undefined`: it has none. */
type ByShop = (Matched[] | undefined)[]

function putByShop(sheet: Sheet, each: Matched, byShop: ByShop): void {
  const { shopOf } = sheet
  const { offer, lines } = each
  let from = 0
  const first = shopOf[lines[0]!]!
  while (from < lines.length && shopOf[lines[from]!] === first) from += 1
  if (from === lines.length) {
    addTo(byShop, first, each)
    return
  }
  for (const [shop, inShop] of Map.groupBy(lines, (line) => shopOf[line]!)) {
    addTo(byShop, shop, { offer, lines: inShop })
  }
}

function addTo(byShop: ByShop, shop: number, each: Matched): void {
  const there = byShop[shop]
  if (there === undefined) byShop[shop] = [each]
  else there.push(each)
}

function isPlain({ effect, stacks }: Offer): boolean {
  return effect.type !== 'gift' && !stacks
}

/** As `applyInShop` for an offer that nothing contends with, as mostly: without the lists of those. */
function applyAlone(
  sheet: Sheet,
  shop: number,
  { offer, lines }: Matched,
  before: readonly number[],
  soFar: SoFar,
  told: Told,
): void {
  const name = sheet.shops[shop]!
  const found = tryOffer(sheet, offer, lines, arenaOf(sheet, shop, soFar))
  if (!isContender(found)) {
    tell(sheet, offer.id, found, name)
    missingOf(sheet, 'shop', [{ offer, lines, short: found }], before, () => undefined, told)
    return
  }
  take(sheet, found, name, soFar, told)
  if (!hasNextStep(offer.effect, found.baseFen)) return
  missingOf(sheet, 'shop', [{ offer, lines, short: undefined }], before, () => offer, told)
}

function arenaOf(sheet: Sheet, shop: number, { spentFen }: SoFar): Arena {
  return { layer: 'shop', isOpen: (line) => sheet.shopOf[line] === shop, spentFen }
}

function applyInShop(
  sheet: Sheet,
  shop: number,
  offers: readonly Matched[],
  before: readonly number[],
  soFar: SoFar,
  told: Told,
): void {
  const name = sheet.shops[shop]!
  const arena = arenaOf(sheet, shop, soFar)
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
  const winner = sortByStrength(contenders)[0]
  if (winner !== undefined) take(sheet, winner, name, soFar, told)
  for (let at = 1; at < contenders.length; at += 1) {
    tellBeaten(sheet, contenders[at]!.offer.id, winner!, name)
  }
  if (tried.length > 0) missingOf(sheet, 'shop', tried, before, () => winner?.offer, told)
  if (stacking.length === 0 && gifts.length === 0) return

  let closer = isExclusive(winner) ? winner : undefined
  for (const each of inOrder(sheet, stacking, arena, name)) {
    closer = stackOn(sheet, each, closer, arena, name, told, soFar)
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
  return sortByStrength(contenders)
}

/** Applies one on what is left now, unless the shop is closed; who closes it after that. */
function stackOn(
  sheet: Sheet,
  { offer, lines }: Contender,
  closer: Contender | undefined,
  arena: Arena,
  shop: string,
  told: Told,
  soFar: SoFar,
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
  take(sheet, found, shop, soFar, told)
  return isExclusive(found) ? found : undefined
}

function take(
  sheet: Sheet,
  contender: Contender,
  shop: string,
  { used, spentFen }: SoFar,
  told: Told,
): void {
  apply(sheet, contender)
  const { offer, reduction } = contender
  spentFen?.set(offer.id, (spentFen.get(offer.id) ?? 0) + reduction.offFen)
  told.applied.push(appliedOf(sheet, contender, shop))
  if (used.includes(offer)) return
  used.push(offer)
  told.offers.push(offer.id)
}
