import { asFen } from '#rules/money/fen.ts'
import type { Ppm } from '#rules/money/rate.ts'
import type { AllowanceStep, Basket, BasketLine, Coupon } from '#rules/pricing/basket.ts'

/** How hard a basket is made to choose for. */
export type Nastiness = {
  readonly shops: number
  readonly couponsPerShop: number
  readonly linesPerShop: number
  /** Pools of the allowance; the lines of a shop fall into any of them. */
  readonly pools: number
  /** Amounts are multiples of so many fen. */
  readonly grain: number
  /** A shop's lines are all in one pool. */
  readonly isPoolPerShop?: boolean
}

/** Whole numbers from 0 up to a limit, the same for the same seed. */
export type Draw = (below: number) => number

/** The generator "mulberry32": small, and good enough to spread baskets. */
export function drawsOf(seed: number): Draw {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below)
  }
}

const steps = [
  [40_000, 5_000],
  [60_000, 3_000],
  [70_000, 2_000],
  [30_000, 3_000],
  [20_000, 2_500],
  [30_000, 4_000],
] as const

/**
 * A basket in which what seems best is often not: the pools' bases end just below a whole step once
 * every shop has used its largest coupon, so that giving some up gains a step; the wallet is short.
 */
export function nastyBasket(seed: number, nasty: Nastiness): Basket {
  const draw = drawsOf(seed)
  const lines: BasketLine[] = []
  const coupons: Coupon[] = []
  for (let shop = 0; shop < nasty.shops; shop += 1) {
    const own = linesOfShop(draw, nasty, shop)
    lines.push(...own)
    for (let nth = 0; nth < nasty.couponsPerShop; nth += 1) {
      coupons.push(couponOf(draw, nasty, own, nth))
    }
  }
  const placed = justBelowSteps(draw, nasty, lines, coupons)
  let allowance = 0
  for (const { lines: own, step } of poolsIn(placed)) {
    allowance += Math.floor(sumOf(own) / step.every) * step.off
  }
  return {
    atMs: 0,
    lines: placed,
    freight: [],
    extras: [],
    member: {
      coupons,
      allowance: asFen(Math.max(0, allowance - draw(4) * 1_000 - draw(500))),
      redEnvelopes: [],
      points: 0,
    },
    choose: { kind: 'best' },
  }
}

function linesOfShop(draw: Draw, nasty: Nastiness, shop: number): BasketLine[] {
  const lines: BasketLine[] = []
  const home = draw(nasty.pools)
  for (let nth = 0; nth < nasty.linesPerShop; nth += 1) {
    const [every, off] = steps[nasty.isPoolPerShop === true ? home : draw(nasty.pools)]!
    lines.push({
      id: `${shop}.${nth}`,
      sku: `${shop}.${nth}`,
      shop: `shop${String(shop).padStart(2, '0')}`,
      category: 'any',
      tags: [],
      quantity: 1,
      listPrice: asFen(amount(draw, nasty, 5_000, 40_000)),
      allowanceStep: { every: asFen(every), off: asFen(off) },
    })
  }
  return lines
}

function couponOf(draw: Draw, nasty: Nastiness, lines: readonly BasketLine[], nth: number): Coupon {
  const shop = lines[0]!.shop
  const isOfLine = draw(3) === 0
  const line = lines[draw(lines.length)]!
  const base = isOfLine ? line.listPrice : sumOf(lines)
  const off = Math.max(nasty.grain, amount(draw, nasty, base * 0.02, base * 0.12))
  const held = {
    id: `${shop}-c${nth}`,
    target: isOfLine ? { lines: [line.id] } : { shops: [shop] },
    threshold: asFen(amount(draw, nasty, base * 0.3, base)),
    exclusive: false,
    priority: 0,
    stacks: false,
  }
  const kind = isOfLine ? 'item' : 'shop'
  if (draw(5) > 0) return { ...held, kind, off: asFen(off) }
  return { ...held, kind, percent: (20_000 + draw(100) * 1_000) as Ppm, maxOff: asFen(off) }
}

/**
 * Raises one line of each pool so that its base, less the largest coupons, ends below a step by
 * less than it gives.
 */
function justBelowSteps(
  draw: Draw,
  nasty: Nastiness,
  lines: readonly BasketLine[],
  coupons: readonly Coupon[],
): BasketLine[] {
  const reduced = new Map<string, number>()
  for (const line of lines) reduced.set(line.id, shareOfLargest(line, lines, coupons))
  const placed = [...lines]
  for (const { lines: own, step } of poolsIn(lines)) {
    const off = own.reduce((sum, line) => sum + reduced.get(line.id)!, 0)
    const short = 1 + draw(step.off)
    const rest = (sumOf(own) - Math.floor(off) + short) % step.every
    const at = placed.indexOf(own[0]!)
    const more = step.every - rest
    const price = own[0]!.listPrice + more - (more % nasty.grain)
    placed[at] = { ...own[0]!, listPrice: asFen(price) }
  }
  return placed
}

/** About what the shop's largest usable coupon takes off a line. */
function shareOfLargest(
  line: BasketLine,
  lines: readonly BasketLine[],
  coupons: readonly Coupon[],
): number {
  let largest = 0
  let share = 0
  for (const coupon of coupons) {
    const own = lines.filter((each) => isIn(each, coupon))
    const base = sumOf(own)
    if (own[0]?.shop !== line.shop || base < (coupon.threshold ?? 0)) continue
    const off = coupon.off ?? Math.min((base * coupon.percent!) / 1_000_000, coupon.maxOff ?? base)
    if (off <= largest) continue
    largest = off
    share = own.includes(line) ? (off * line.listPrice) / base : 0
  }
  return share
}

function isIn(line: BasketLine, { target }: Coupon): boolean {
  return target?.shops?.includes(line.shop) === true || target?.lines?.includes(line.id) === true
}

function poolsIn(
  lines: readonly BasketLine[],
): { readonly lines: readonly BasketLine[]; readonly step: AllowanceStep }[] {
  const pools = new Map<number, { lines: BasketLine[]; step: AllowanceStep }>()
  for (const line of lines) {
    const step = line.allowanceStep!
    const key = step.every * 1_000_000 + step.off
    const pool = pools.get(key) ?? { lines: [], step }
    pool.lines.push(line)
    pools.set(key, pool)
  }
  return [...pools.values()]
}

function sumOf(lines: readonly BasketLine[]): number {
  return lines.reduce((sum, line) => sum + line.listPrice * line.quantity, 0)
}

function amount(draw: Draw, { grain }: Nastiness, from: number, to: number): number {
  const least = Math.ceil(from / grain)
  return (least + draw(Math.max(1, Math.floor(to / grain) - least))) * grain
}
