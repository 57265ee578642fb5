import type { Sale } from '#bench/support/sale-basket.ts'

/** What a sale comes to, by line. */
export type WorkedOut = {
  readonly payFen: number
  readonly linesFen: readonly number[]
  readonly unitsFen: readonly (readonly number[])[]
  /** What each line carries of its item offer, shop threshold, coupon, allowance and envelope. */
  readonly item: readonly number[]
  readonly shop: readonly number[]
  readonly coupon: readonly number[]
  readonly allowance: readonly number[]
  readonly envelope: readonly number[]
}

/** Room for what rounding took from each line, used again and again. */
const lost = new Float64Array(64)

/**
 * The figures of one kind of basket and no other, as one would write them by hand to be fast: it chooses nothing,
 * explains nothing, checks nothing, and knows that every threshold is reached and no line runs dry.
 */
export function workOut({ lines, shops, everyFen, offFen, envelopeFen }: Sale): WorkedOut {
  const count = lines.length
  const left = zeros(count)
  const item = zeros(count)
  for (let n = 0; n < count; n += 1) {
    const { priceFen, quantity, percent } = lines[n]!
    const worth = priceFen * quantity
    const off = Math.floor((worth * percent + 50) / 100)
    item[n] = off
    left[n] = worth - off
  }

  const shop = zeros(count)
  const coupon = zeros(count)
  let from = 0
  for (let n = 0; n < shops.length; n += 1) {
    let to = from
    while (to < count && lines[to]!.shop === n) to += 1
    share(shops[n]!.offFen, left, from, to, shop)
    share(shops[n]!.couponFen, left, from, to, coupon)
    from = to
  }

  let base = 0
  for (let n = 0; n < count; n += 1) base += left[n]!
  const allowanceFen = Math.floor(base / everyFen) * offFen
  const allowance = zeros(count)
  share(allowanceFen, left, 0, count, allowance)
  const envelope = zeros(count)
  share(envelopeFen, left, 0, count, envelope)

  const unitsFen: number[][] = []
  for (let n = 0; n < count; n += 1) unitsFen.push(unitsOf(left[n]!, lines[n]!.quantity))
  const payFen = base - allowanceFen - envelopeFen
  return { payFen, linesFen: left, unitsFen, item, shop, coupon, allowance, envelope }
}

/** Takes `off` from the lines `from` up to `to` by what is left of them; odd fen to the largest lost fractions. */
function share(off: number, left: number[], from: number, to: number, shares: number[]): void {
  let base = 0
  for (let n = from; n < to; n += 1) base += left[n]!
  let rest = off
  for (let n = from; n < to; n += 1) {
    const product = off * left[n]!
    const part = Math.floor(product / base)
    lost[n] = product - part * base
    shares[n] = part
    rest -= part
  }
  for (; rest > 0; rest -= 1) {
    let most = from
    for (let n = from + 1; n < to; n += 1) if (lost[n]! >= lost[most]!) most = n
    lost[most] = -1
    shares[most]! += 1
  }
  for (let n = from; n < to; n += 1) left[n]! -= shares[n]!
}

function unitsOf(fen: number, quantity: number): number[] {
  const each = Math.floor(fen / quantity)
  const firstOdd = quantity - (fen - each * quantity)
  const units = zeros(quantity)
  for (let n = 0; n < quantity; n += 1) units[n] = n < firstOdd ? each : each + 1
  return units
}

function zeros(count: number): number[] {
  return Array<number>(count).fill(0)
}
