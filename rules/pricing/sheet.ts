import { allocate, shareOver } from '#rules/money/allocate.ts'
import type { Basket, Funding, Layer, Target } from '#rules/pricing/basket.ts'
import type { PricingPolicy } from '#rules/pricing/policy.ts'
import type { NotApplied, Share } from '#rules/pricing/quote.ts'
import { shareLines } from '#rules/pricing/share-lines.ts'
import { isMeant } from '#rules/pricing/target.ts'

/** What the layers write on while a basket is priced: amounts in fen, by index of the line. */
export type Sheet = {
  readonly basket: Basket
  readonly policy: PricingPolicy
  /** The version of the policy, as `pricing@1`. */
  readonly policyName: string | undefined
  /** In the order of their first lines. */
  readonly shops: readonly string[]
  readonly shopOf: readonly number[]
  readonly linesOfShop: readonly (readonly number[])[]
  /** `shop:<id>` of each shop: who pays where nothing else is said. */
  readonly funderOfShop: readonly string[]
  readonly all: readonly number[]
  /** Promo price, or list price, x quantity. */
  readonly goods: readonly number[]
  /** After the presale and item layers: what `parallel` and `itemPrice` read. */
  readonly item: number[]
  /** Still to pay, deposit and balance. */
  readonly left: number[]
  /** What no layer takes the line below; never above `goods`. */
  readonly floor: readonly number[]
  readonly shares: Share[][]
  readonly notApplied: NotApplied[]
  /** What offers with a cap for each member took off here, by cap (PR-19); absent: nothing. */
  capped: Map<string, number> | undefined
}

/** In whose name something is taken off. `funder` absent: the line's shop, or the platform (PR-11). */
export type TakenBy = {
  readonly layer: Layer
  readonly instrument: string
  readonly policy?: string | undefined
  readonly campaign?: string | undefined
  readonly funder?: Funding | undefined
}

/** Lays out a basket before any layer: nothing off, nothing shared. */
export function openSheet(basket: Basket, policy: PricingPolicy, policyName?: string): Sheet {
  const { lines } = basket
  const count = lines.length
  const shops: string[] = []
  const linesOfShop: number[][] = []
  const funderOfShop: string[] = []
  const shopOf = Array<number>(count)
  const all = Array<number>(count)
  const goods = Array<number>(count)
  const floor = Array<number>(count)
  const shares = Array<Share[]>(count)
  for (let at = 0; at < count; at += 1) {
    const line = lines[at]!
    const { quantity, minPrice = 0, presale } = line
    let shop = at > 0 && lines[at - 1]!.shop === line.shop ? shopOf[at - 1]! : -1
    if (shop === -1) shop = shops.indexOf(line.shop)
    if (shop === -1) {
      shop = shops.push(line.shop) - 1
      linesOfShop.push([at])
      funderOfShop.push(`shop:${line.shop}`)
    } else {
      linesOfShop[shop]!.push(at)
    }
    shopOf[at] = shop
    all[at] = at
    const price = line.promoPrice ?? line.listPrice
    const least = presale === undefined ? minPrice : Math.max(minPrice, presale.deposit)
    goods[at] = price * quantity
    floor[at] = Math.min(price, least) * quantity
    shares[at] = []
  }
  return {
    basket,
    policy,
    policyName,
    shops,
    shopOf,
    linesOfShop,
    funderOfShop,
    all,
    goods,
    item: goods.slice(),
    left: goods.slice(),
    floor,
    shares,
    notApplied: [],
    capped: undefined,
  }
}

/** What thresholds of these lines are tested on: the sum of `left` (sequential) or `item` (parallel). */
export function baseOf(sheet: Sheet, lines: readonly number[]): number {
  const amounts = sheet.policy.threshold === 'parallel' ? sheet.item : sheet.left
  return sumOver(amounts, lines)
}

/** So many zeros to add to. */
export function zeros(count: number): number[] {
  const amounts = Array<number>(count)
  for (let at = 0; at < count; at += 1) amounts[at] = 0
  return amounts
}

/** The amounts of some lines, added up. */
export function sumOver(amounts: readonly number[], lines: readonly number[]): number {
  let sum = 0
  for (let at = 0; at < lines.length; at += 1) sum += amounts[lines[at]!]!
  return sum
}

/**
 * What each of the lines would carry of `off`, in their order: shared by weights, cut to what the line
 * can still give. What is cut is lost, or goes to the others (`floorPrice: respread`).
 */
export function spread(
  sheet: Sheet,
  lines: readonly number[],
  off: number,
  weights: readonly number[],
): number[] {
  const { left, floor, policy } = sheet
  if (lines.length === 1) {
    const line = lines[0]!
    return [weights[line]! > 0 ? Math.min(off, left[line]! - floor[line]!) : 0]
  }
  const offs = shareLines(off, lines, weights, policy.remainder)
  let cut = 0
  for (let at = 0; at < lines.length; at += 1) {
    const over = offs[at]! - (left[lines[at]!]! - floor[lines[at]!]!)
    if (over <= 0) continue
    offs[at]! -= over
    cut += over
  }
  if (cut > 0 && policy.floorPrice === 'respread') respread(sheet, lines, offs, weights, cut)
  return offs
}

/** Moves what was cut to lines that have room, by their weights, until it is placed or none has. */
function respread(
  sheet: Sheet,
  lines: readonly number[],
  offs: number[],
  weights: readonly number[],
  cut: number,
): void {
  let rest = cut
  while (rest > 0) {
    const rooms = lines.map((line, at) => sheet.left[line]! - sheet.floor[line]! - offs[at]!)
    const shared = allocate(
      rest,
      lines.map((line, at) => (rooms[at]! > 0 ? weights[line]! : 0)),
      sheet.policy.remainder,
    )
    if (!shared.ok) return
    for (const [at, more] of shared.shares.entries()) {
      const placed = Math.min(more, rooms[at]!)
      offs[at]! += placed
      rest -= placed
    }
  }
}

/** Takes `offs` (in the order of `lines`) off what is left, as shares; their sum, also by shop if asked. */
export function writeOff(
  sheet: Sheet,
  lines: readonly number[],
  offs: readonly number[],
  by: TakenBy,
  byShop?: number[],
): number {
  const { left, shares, shopOf, funderOfShop } = sheet
  const { funder } = by
  const one = typeof funder === 'object' ? undefined : (funder ?? platformOf(by.layer))
  let taken = 0
  for (let at = 0; at < lines.length; at += 1) {
    const off = offs[at]!
    if (off === 0) continue
    const line = lines[at]!
    const shop = shopOf[line]!
    left[line]! -= off
    taken += off
    if (byShop !== undefined) byShop[shop]! += off
    if (typeof funder === 'object') addShares(shares[line]!, off, by, funderOfShop[shop]!)
    else {
      // Stored where it ends instead of pushed: a share is written for nearly every line and layer.
      const own = shares[line]!
      own[own.length] = shareOf(by, off, one ?? funderOfShop[shop]!)
    }
  }
  return taken
}

/** One share, or one for each of several funders (PR-11). */
export function addShares(shares: Share[], off: number, by: TakenBy, shopFunder: string): void {
  const { funder } = by
  if (funder === undefined) {
    shares.push(shareOf(by, off, platformOf(by.layer) ?? shopFunder))
    return
  }
  if (typeof funder === 'string') {
    shares.push(shareOf(by, off, funder))
    return
  }
  const parts = shareOver(
    off,
    funder.map((each) => each.perMille),
  )
  for (const [at, part] of parts.entries()) {
    if (part > 0) shares.push(shareOf(by, part, funder[at]!.funder))
  }
}

/** Who pays for a layer where nothing is said: the platform, or else the line's shop. */
function platformOf(layer: Layer): 'platform' | undefined {
  switch (layer) {
    case 'redEnvelope':
    case 'platformCoupon':
    case 'categoryCoupon':
    case 'points':
      return 'platform'
    default:
      return undefined
  }
}

function shareOf(by: TakenBy, offFen: number, funder: string): Share {
  const { layer, instrument, policy, campaign } = by
  if (policy === undefined && campaign === undefined) return { layer, instrument, offFen, funder }
  if (campaign === undefined) return { layer, instrument, offFen, funder, policy: policy! }
  if (policy === undefined) return { layer, instrument, offFen, funder, campaign }
  return { layer, instrument, offFen, funder, policy, campaign }
}

/** The lines that a target means, by index in their order (PR-3). */
export function linesOf(sheet: Sheet, target: Target | undefined): readonly number[] {
  if (target === undefined) return sheet.all
  const { shops } = target
  if (shops !== undefined && shops.length === 1) return linesInShop(sheet, target, shops[0]!)

  const { lines } = sheet.basket
  return sheet.all.filter((at) => isMeant(target, lines[at]!))
}

function linesInShop(sheet: Sheet, target: Target, shop: string): readonly number[] {
  const at = sheet.shops.indexOf(shop)
  if (at === -1) return []
  const inShop = sheet.linesOfShop[at]!
  if (namesJustShops(target)) return inShop
  return inShop.filter((line) => isMeant(target, sheet.basket.lines[line]!))
}

function namesJustShops({ skus, categories, tags, lines, exclude }: Target): boolean {
  return (skus ?? categories ?? tags ?? lines ?? exclude) === undefined
}
