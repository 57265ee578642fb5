import { allocate, shareOver } from '#rules/money/allocate.ts'
import type { Basket, Funding, Layer, Target } from '#rules/pricing/basket.ts'
import type { PricingPolicy } from '#rules/pricing/policy.ts'
import type { NotApplied, Share } from '#rules/pricing/quote.ts'
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
  const shops: string[] = []
  const shopOf: number[] = []
  const linesOfShop: number[][] = []
  const funderOfShop: string[] = []
  const all: number[] = []
  const goods: number[] = []
  const floor: number[] = []
  const shares: Share[][] = []
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]!
    const { quantity, minPrice, presale } = line
    let shop = at > 0 && lines[at - 1]!.shop === line.shop ? shopOf[at - 1]! : -1
    if (shop === -1) shop = shops.indexOf(line.shop)
    if (shop === -1) {
      shop = shops.push(line.shop) - 1
      linesOfShop.push([])
      funderOfShop.push(`shop:${line.shop}`)
    }
    linesOfShop[shop]!.push(at)
    shopOf.push(shop)
    all.push(at)
    const price = line.promoPrice ?? line.listPrice
    const least = Math.min(price, Math.max(minPrice ?? 0, presale?.deposit ?? 0))
    goods.push(price * quantity)
    floor.push(least * quantity)
    shares.push([])
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
    item: [...goods],
    left: [...goods],
    floor,
    shares,
    notApplied: [],
  }
}

/** What thresholds of these lines are tested on: the sum of `left` (sequential) or `item` (parallel). */
export function baseOf(sheet: Sheet, lines: readonly number[]): number {
  const amounts = sheet.policy.threshold === 'parallel' ? sheet.item : sheet.left
  return sumOver(amounts, lines)
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
  const parts: number[] = []
  let total = 0
  for (let at = 0; at < lines.length; at += 1) {
    const weight = weights[lines[at]!]!
    parts.push(weight)
    total += weight
  }
  if (total === 0 || off <= 0) return parts.fill(0)

  const offs = shareOver(off, parts, policy.remainder)
  let cut = 0
  for (let at = 0; at < lines.length; at += 1) {
    const over = offs[at]! - (left[lines[at]!]! - floor[lines[at]!]!)
    if (over <= 0) continue
    offs[at]! -= over
    cut += over
  }
  if (cut > 0 && policy.floorPrice === 'respread') respread(sheet, lines, offs, parts, cut)
  return offs
}

/** Moves what was cut to lines that have room, by their weights, until it is placed or none has. */
function respread(
  sheet: Sheet,
  lines: readonly number[],
  offs: number[],
  parts: readonly number[],
  cut: number,
): void {
  let rest = cut
  while (rest > 0) {
    const rooms = lines.map((line, at) => sheet.left[line]! - sheet.floor[line]! - offs[at]!)
    const shared = allocate(
      rest,
      parts.map((weight, at) => (rooms[at]! > 0 ? weight : 0)),
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

/** Takes `offs` (in the order of `lines`) off what is left, as shares; their sum. */
export function writeOff(
  sheet: Sheet,
  lines: readonly number[],
  offs: readonly number[],
  by: TakenBy,
): number {
  let taken = 0
  for (let at = 0; at < lines.length; at += 1) {
    const off = offs[at]!
    if (off === 0) continue
    const line = lines[at]!
    sheet.left[line]! -= off
    taken += off
    addShares(sheet.shares[line]!, off, by, sheet.funderOfShop[sheet.shopOf[line]!]!)
  }
  return taken
}

/** One share, or one for each of several funders (PR-11). */
export function addShares(shares: Share[], off: number, by: TakenBy, shopFunder: string): void {
  const { funder } = by
  if (funder === undefined) {
    shares.push(shareOf(by, off, isByPlatform(by.layer) ? 'platform' : shopFunder))
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

function isByPlatform(layer: Layer): boolean {
  return (
    layer === 'redEnvelope' ||
    layer === 'platformCoupon' ||
    layer === 'categoryCoupon' ||
    layer === 'points'
  )
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
  for (const key in target)
    if (key !== 'shops') return inShop.filter((line) => isMeant(target, sheet.basket.lines[line]!))
  return inShop
}
