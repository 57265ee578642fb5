import type { Offer, Target, TargetKeys } from '#rules/pricing/basket.ts'
import type { Sheet } from '#rules/pricing/sheet.ts'
import { isMeant } from '#rules/pricing/target.ts'

/**
 * Offers laid out so that a basket finds its own without looking at the others: each under the values of
 * its narrowest key, those without any apart (PR-4). Compiled once for a set of offers.
 */
export type OfferIndex = {
  readonly [Key in keyof TargetKeys]-?: ReadonlyMap<string, readonly Entry[]>
} & { readonly broad: readonly Entry[] }

type Entry = {
  readonly offer: Offer
  /** What of the target is still to be looked at once the key was found. */
  readonly rest: Target | undefined
  /** Whether several values of the key lead here. */
  readonly isMany: boolean
}

/** An offer and the lines that it means, in their order. */
export type Matched = { readonly offer: Offer; readonly lines: readonly number[] }

export type MatchedByLayer = { readonly [Each in Offer['layer']]: Matched[] }

/** The narrowest first. */
const keys = ['lines', 'skus', 'shops', 'tags', 'categories'] as const

/** Lays out offers for `matchOffers`; their order does not matter (PR-4). */
export function indexOffers(offers: readonly Offer[]): OfferIndex {
  const index = {
    lines: new Map<string, Entry[]>(),
    skus: new Map<string, Entry[]>(),
    shops: new Map<string, Entry[]>(),
    tags: new Map<string, Entry[]>(),
    categories: new Map<string, Entry[]>(),
    broad: [] as Entry[],
  }
  for (const given of offers) {
    const offer = laidOut(given)
    const { target } = offer
    const key = keys.find((each) => target?.[each] !== undefined)
    if (target === undefined || key === undefined) {
      index.broad.push({ offer, rest: target, isMany: false })
      continue
    }
    const { [key]: values = [], ...others } = target
    const rest = Object.keys(others).length === 0 ? undefined : others
    const distinct = new Set(values)
    const entry = { offer, rest, isMany: distinct.size > 1 }
    for (const value of distinct) {
      const entries = index[key].get(value)
      if (entries === undefined) index[key].set(value, [entry])
      else entries.push(entry)
    }
  }
  return index
}

/**
 * The same offer with every key there, `undefined` where it has none: the engine reads offers that all
 * have one shape several times as fast as those that each have their own.
 */
function laidOut(offer: Offer): Offer {
  const whole: Whole<Offer> = {
    id: offer.id,
    layer: offer.layer,
    effect: offer.effect,
    policy: offer.policy,
    target: offer.target,
    window: offer.window,
    threshold: offer.threshold,
    minUnits: offer.minUnits,
    maxOff: offer.maxOff,
    exclusive: offer.exclusive,
    priority: offer.priority,
    stacks: offer.stacks,
    limit: offer.limit,
    funder: offer.funder,
    channel: offer.channel,
    tiers: offer.tiers,
    scoreFrom: offer.scoreFrom,
    paidMember: offer.paidMember,
    benefit: offer.benefit,
    memberCap: offer.memberCap,
    campaign: offer.campaign,
  }
  return whole as Offer
}

type Whole<Type> = { readonly [Key in keyof Required<Type>]: Type[Key] | undefined }

/**
 * The offers that mean at least one line of the basket, by layer; windows and tiers are not looked at yet.
 */
export function matchOffers(index: OfferIndex, sheet: Sheet): MatchedByLayer {
  const { lines } = sheet.basket
  const matched: MatchedByLayer = { item: [], shop: [], freight: [] }
  for (const { offer, rest } of index.broad) {
    const meant = rest === undefined ? sheet.all : meantOf(sheet, sheet.all, rest)
    if (meant.length > 0) put(matched, offer, meant)
  }
  if (index.lines.size > 0) matchEach(index.lines, sheet, matched, (at) => lines[at]!.id)
  if (index.skus.size > 0) matchEach(index.skus, sheet, matched, (at) => lines[at]!.sku)
  if (index.shops.size > 0) matchShops(index.shops, sheet, matched)
  if (index.tags.size > 0) matchTags(index.tags, sheet, matched)
  if (index.categories.size > 0) {
    matchEach(index.categories, sheet, matched, (at) => lines[at]!.category)
  }
  return matched
}

function put(
  { item, shop, freight }: MatchedByLayer,
  offer: Offer,
  lines: readonly number[],
): void {
  const { layer } = offer
  if (layer === 'item') item.push({ offer, lines })
  else if (layer === 'shop') shop.push({ offer, lines })
  else freight.push({ offer, lines })
}

function meantOf(sheet: Sheet, lines: readonly number[], rest: Target): readonly number[] {
  return lines.filter((at) => isMeant(rest, sheet.basket.lines[at]!))
}

/** Lines that were found under an offer's key, offer by offer in the order in which they came up. */
type Found = Map<Entry, number[]>

function matchEach(
  entriesOf: ReadonlyMap<string, readonly Entry[]>,
  sheet: Sheet,
  matched: MatchedByLayer,
  valueOf: (at: number) => string,
): void {
  if (matchAlone(entriesOf, sheet, matched, valueOf)) return
  const found: Found = new Map()
  for (const at of sheet.all) {
    const entries = entriesOf.get(valueOf(at))
    if (entries !== undefined) addFound(found, entries, at, sheet)
  }
  addMatched(found, matched)
}

/** As `matchEach` where no offer means two lines, as mostly; false, with nothing done, where one may. */
function matchAlone(
  entriesOf: ReadonlyMap<string, readonly Entry[]>,
  sheet: Sheet,
  matched: MatchedByLayer,
  valueOf: (at: number) => string,
): boolean {
  const seen = Array<readonly Entry[] | undefined>(sheet.all.length)
  for (let at = 0; at < seen.length; at += 1) {
    const entries = entriesOf.get(valueOf(at))
    if (entries !== undefined && seen.includes(entries)) return false
    for (const entry of entries ?? none) if (entry.isMany) return false
    seen[at] = entries
  }
  for (let at = 0; at < seen.length; at += 1) {
    for (const { offer, rest } of seen[at] ?? none) {
      if (rest !== undefined && !isMeant(rest, sheet.basket.lines[at]!)) continue
      put(matched, offer, [at])
    }
  }
  return true
}

const none: readonly Entry[] = []

function matchTags(
  entriesOf: ReadonlyMap<string, readonly Entry[]>,
  sheet: Sheet,
  matched: MatchedByLayer,
): void {
  const found: Found = new Map()
  for (const at of sheet.all) {
    for (const tag of sheet.basket.lines[at]!.tags) {
      const entries = entriesOf.get(tag)
      if (entries !== undefined) addFound(found, entries, at, sheet)
    }
  }
  addMatched(found, matched)
}

/** Shop by shop instead of line by line: most offers of a shop mean all its lines. */
function matchShops(
  entriesOf: ReadonlyMap<string, readonly Entry[]>,
  sheet: Sheet,
  matched: MatchedByLayer,
): void {
  let many: Found | undefined
  for (let shop = 0; shop < sheet.shops.length; shop += 1) {
    const inShop = sheet.linesOfShop[shop]!
    const entries = entriesOf.get(sheet.shops[shop]!)
    if (entries === undefined) continue
    for (const entry of entries) {
      if (entry.isMany) {
        many ??= new Map()
        for (const at of inShop) addFound(many, [entry], at, sheet)
        continue
      }
      const meant = entry.rest === undefined ? inShop : meantOf(sheet, inShop, entry.rest)
      if (meant.length > 0) put(matched, entry.offer, meant)
    }
  }
  if (many === undefined) return
  for (const lines of many.values()) lines.sort((a, b) => a - b)
  addMatched(many, matched)
}

function addFound(found: Found, entries: readonly Entry[], at: number, sheet: Sheet): void {
  for (const entry of entries) {
    if (entry.rest !== undefined && !isMeant(entry.rest, sheet.basket.lines[at]!)) continue
    const lines = found.get(entry)
    if (lines === undefined) found.set(entry, [at])
    // Two tags of one line may lead to the same offer.
    else if (lines.at(-1) !== at) lines.push(at)
  }
}

function addMatched(found: Found, matched: MatchedByLayer): void {
  for (const [{ offer }, lines] of found) put(matched, offer, lines)
}
