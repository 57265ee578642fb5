/**
 * The item and shop layers once more, as slowly and plainly as they can be written: every unit is an entry
 * in a list, every fraction a pair of big integers. What is priced must agree with it to the fen.
 */
export type Line = {
  readonly shop: string
  readonly sku: string
  readonly quantity: number
  readonly listPrice: number
  readonly minPrice: number
}
export type Effect =
  | {
      readonly type: 'percentOff' | 'amountOffUnit'
      readonly by: number
      readonly maxUnits: number
      readonly pick: string
    }
  | { readonly type: 'amountOffTotal' | 'fixedTotal' | 'fixedPrice'; readonly by: number }
  | { readonly type: 'thresholdOff' | 'everyXMinusY'; readonly from: number; readonly by: number }
  | { readonly type: 'nthUnit' | 'tieredByQuantity'; readonly n: number; readonly by: number }
  | { readonly type: 'buyXGetY'; readonly buy: number; readonly get: number }
export type Offer = {
  readonly id: string
  readonly layer: 'item' | 'shop'
  readonly shop?: string
  readonly sku?: string
  readonly threshold: number
  readonly priority: number
  readonly stacks: boolean
  readonly exclusive: boolean
  readonly effect: Effect
}
type Unit = { readonly line: number; readonly amount: number; readonly room: number }
type State = { readonly lines: readonly Line[]; readonly left: number[] }

/** What each line costs after both layers. */
export function plainlyPriced(lines: readonly Line[], offers: readonly Offer[]): number[] {
  const state: State = { lines, left: lines.map((line) => line.listPrice * line.quantity) }
  const all = [...lines.keys()]
  layer(
    state,
    offers.filter((each) => each.layer === 'item'),
    all,
    false,
  )
  for (const shop of new Set(lines.map((line) => line.shop))) {
    const own = all.filter((line) => lines[line]!.shop === shop)
    layer(
      state,
      offers.filter((each) => each.layer === 'shop'),
      own,
      true,
    )
  }
  return state.left
}

function layer(state: State, offers: readonly Offer[], scope: number[], isShop: boolean): void {
  let rivals = offers.filter((each) => !each.stacks)
  let open = [...scope]
  const shut = new Set<number>()
  while (rivals.length > 0) {
    const best = strongest(state, rivals, open, isShop)
    if (best === undefined) break
    for (const line of isShop ? scope : best.lines) if (best.offer.exclusive) shut.add(line)
    give(state, best.offs)
    open = isShop ? [] : open.filter((line) => !best.lines.includes(line))
    rivals = rivals.filter((each) => each !== best.offer)
  }
  const ordered: Offer[] = []
  let waiting = offers.filter((each) => each.stacks)
  const before = { ...state, left: [...state.left] }
  while (waiting.length > 0) {
    const next = strongest(
      before,
      waiting,
      scope.filter((line) => !shut.has(line)),
      isShop,
    )
    if (next === undefined) break
    ordered.push(next.offer)
    waiting = waiting.filter((each) => each !== next.offer)
  }
  for (const offer of ordered) {
    const now = strongest(
      state,
      [offer],
      scope.filter((line) => !shut.has(line)),
      isShop,
    )
    if (now === undefined) continue
    give(state, now.offs)
    if (offer.exclusive) for (const line of isShop ? scope : now.lines) shut.add(line)
  }
}

type Bid = { readonly offer: Offer; readonly lines: number[]; readonly offs: Map<number, number> }

function strongest(
  state: State,
  offers: readonly Offer[],
  open: number[],
  isShop: boolean,
): Bid | undefined {
  const bids: Bid[] = []
  for (const offer of offers) {
    const lines = open.filter((line) => {
      const { shop, sku } = state.lines[line]!
      return (offer.shop ?? shop) === shop && (offer.sku ?? sku) === sku
    })
    if (lines.length === 0 || total(state, lines) < offer.threshold) continue
    const offs = offsOf(state, offer.effect, lines, isShop)
    if (sum([...offs.values()]) > 0) bids.push({ offer, lines, offs })
  }
  bids.sort((a, b) => {
    const byOff = sum([...b.offs.values()]) - sum([...a.offs.values()])
    return b.offer.priority - a.offer.priority || byOff || (a.offer.id < b.offer.id ? -1 : 1)
  })
  return bids[0]
}

function offsOf(
  state: State,
  effect: Effect,
  lines: number[],
  isShop: boolean,
): Map<number, number> {
  const base = total(state, lines)
  const dearest = unitsOf(state, lines, 'dearest')
  switch (effect.type) {
    case 'percentOff': {
      const units = unitsOf(state, lines, effect.pick).slice(0, effect.maxUnits)
      return percentOf(state, units, effect.by, lines, isShop)
    }
    case 'amountOffUnit':
      return each(unitsOf(state, lines, effect.pick).slice(0, effect.maxUnits), () => effect.by)
    case 'fixedPrice':
      return each(dearest, (unit) => unit.amount - effect.by)
    case 'amountOffTotal':
      return shared(state, Math.min(effect.by, base), lines, state.left)
    case 'fixedTotal':
      return shared(state, Math.max(0, base - effect.by), lines, state.left)
    case 'thresholdOff':
      return shared(state, base >= effect.from ? Math.min(effect.by, base) : 0, lines, state.left)
    case 'everyXMinusY':
      return shared(
        state,
        Math.min(Math.floor(base / effect.from) * effect.by, base),
        lines,
        state.left,
      )
    case 'nthUnit':
      return each(
        dearest.filter((_, at) => (at + 1) % effect.n === 0),
        () => effect.by,
      )
    case 'tieredByQuantity':
      return each(dearest.length >= effect.n ? dearest : [], () => effect.by)
    case 'buyXGetY': {
      let free = 0
      for (let open = dearest.length; open > effect.buy;) {
        open -= effect.buy
        const got = Math.min(open, effect.get)
        free += got
        open -= got
      }
      return each(unitsOf(state, lines, 'cheapest').slice(0, free), (unit) => unit.amount)
    }
  }
}

function unitsOf({ lines, left }: State, of: number[], pick: string): Unit[] {
  const units: Unit[] = []
  for (const line of of) {
    const { quantity, minPrice, listPrice } = lines[line]!
    for (let unit = 0; unit < quantity; unit += 1) {
      const odd = left[line]! % quantity
      const amount = (left[line]! - odd) / quantity + (unit >= quantity - odd ? 1 : 0)
      units.push({ line, amount, room: amount - Math.min(minPrice, listPrice) })
    }
  }
  return units.sort(
    (a, b) => (pick === 'dearest' ? b.amount - a.amount : a.amount - b.amount) || a.line - b.line,
  )
}

function each(units: readonly Unit[], wanted: (unit: Unit) => number): Map<number, number> {
  const offs = new Map<number, number>()
  for (const unit of units) {
    const off = Math.max(0, Math.min(wanted(unit), unit.room))
    offs.set(unit.line, (offs.get(unit.line) ?? 0) + off)
  }
  return offs
}

function percentOf(
  state: State,
  units: readonly Unit[],
  percent: number,
  lines: number[],
  isShop: boolean,
): Map<number, number> {
  const amounts = each(
    units.map((unit) => ({ ...unit, room: unit.amount })),
    (unit) => unit.amount,
  )
  const rooms = each(units, (unit) => unit.room)
  const half = (amount: number): number => Math.floor((amount * percent * 2 + 100) / 200)
  const weights = state.lines.map((_, line) => amounts.get(line) ?? 0)
  const offs = isShop
    ? sharesOf(half(sum(weights)), lines, weights)
    : new Map(lines.map((line) => [line, half(weights[line]!)]))
  return new Map([...offs].map(([line, off]) => [line, Math.min(off, rooms.get(line) ?? 0)]))
}

function shared(
  state: State,
  off: number,
  lines: number[],
  weights: readonly number[],
): Map<number, number> {
  const offs = sharesOf(off, lines, weights)
  return new Map(
    [...offs].map(([line, share]) => {
      const { quantity, minPrice, listPrice } = state.lines[line]!
      return [line, Math.min(share, state.left[line]! - Math.min(minPrice, listPrice) * quantity)]
    }),
  )
}

/** The largest lost fractions get the odd fen, of equal ones the later line. */
function sharesOf(off: number, lines: number[], weights: readonly number[]): Map<number, number> {
  const all = BigInt(sum(lines.map((line) => weights[line]!)))
  if (all === 0n) return new Map()
  const product = (line: number): bigint => BigInt(off) * BigInt(weights[line]!)
  const offs = new Map(lines.map((line) => [line, Number(product(line) / all)]))
  const order = lines.toSorted((a, b) => {
    const [lost, other] = [product(a) % all, product(b) % all]
    return lost > other ? -1 : lost < other ? 1 : b - a
  })
  const rest = off - sum([...offs.values()])
  for (const line of order.slice(0, rest)) offs.set(line, offs.get(line)! + 1)
  return offs
}

function give({ left }: State, offs: ReadonlyMap<number, number>): void {
  for (const [line, off] of offs) left[line]! -= off
}

function total({ left }: State, lines: number[]): number {
  return sum(lines.map((line) => left[line]!))
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}
