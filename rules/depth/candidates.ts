import type { Critical } from '#rules/depth/critical.ts'
import type { Goods, Situation } from '#rules/depth/situations.ts'
import { mulDiv } from '#rules/money/mul-div.ts'
import { asFen } from '#rules/money/fen.ts'
import type { Basket, BasketLine } from '#rules/pricing/basket.ts'
import type { Quote } from '#rules/pricing/quote.ts'

/** What an item costs, where one is given: its line has this price, else any in the bounds. */
export type ItemPrices = Omit<BasketLine, keyof Goods | 'id' | 'quantity'>

/** Which baskets are tried: units of the line, and fen of it and of what is beside it. */
export type Bounds = {
  readonly quantityFrom: number
  readonly quantityTo: number
  /** Of a line without a price of its own. */
  readonly goodsFrom: number
  readonly goodsTo: number
  readonly prices?: ItemPrices | undefined
}

/** A basket to try: the line's units and price, and other goods of the same and of another shop. */
export type State = {
  readonly quantity: number
  readonly unitFen: number
  readonly sameFen: number
  readonly otherFen: number
}

export function stateKey({ quantity, unitFen, sameFen, otherFen }: State): string {
  return `${quantity} ${unitFen} ${sameFen} ${otherFen}`
}

/** The basket of a state, bought by the member in a situation. */
export function basketFor(
  state: State,
  situation: Situation,
  bounds: Bounds,
  member: Basket['member'],
  allowanceStep: Basket['allowanceStep'],
): Basket {
  const { buyer, channel, atMs } = situation
  return {
    atMs,
    lines: linesFor(state, situation, bounds),
    freight: [],
    extras: [],
    member: { ...member, ...buyer },
    choose: { kind: 'best' },
    ...(allowanceStep === undefined ? {} : { allowanceStep }),
    ...(channel === undefined ? {} : { channel }),
  }
}

function linesFor(state: State, situation: Situation, { prices }: Bounds): BasketLine[] {
  const { quantity, unitFen, sameFen, otherFen } = state
  const { goods, sameShop, otherShop } = situation
  const one = (id: string, of: Goods, fen: number): BasketLine[] =>
    fen === 0 ? [] : [{ ...of, id, quantity: 1, listPrice: asFen(fen) }]
  const line = { ...goods, id: '1', quantity, ...(prices ?? { listPrice: asFen(unitFen) }) }
  return [line, ...one('2', sameShop, sameFen), ...one('3', otherShop, otherFen)]
}

/** Where a search begins: every critical number of units with every critical amount. */
export function seedsOf({ critical }: Situation, bounds: Bounds): State[] {
  const all = [...critical.values()]
  const units = all.flatMap((each) => each.units)
  const { quantityFrom, quantityTo, goodsFrom, goodsTo } = bounds
  const quantities = [...new Set([quantityFrom, ...units, quantityTo])].filter(
    (quantity) => quantity >= quantityFrom && quantity <= quantityTo,
  )
  const amounts = [...new Set([goodsFrom, ...all.flatMap((each) => each.amounts), goodsTo])]
  return quantities.flatMap((quantity) =>
    amounts.flatMap((amount) => seedsWith(quantity, amount, bounds)),
  )
}

function seedsWith(quantity: number, amount: number, bounds: Bounds): State[] {
  const alone = { quantity, unitFen: unitOf(bounds, amount, quantity), sameFen: 0, otherFen: 0 }
  if (bounds.prices === undefined) return isWithin(alone, bounds) ? [alone] : []
  const rest = Math.max(0, amount - quantity * alone.unitFen)
  return [alone, { ...alone, sameFen: rest }, { ...alone, otherFen: rest }].filter((state) =>
    isWithin(state, bounds),
  )
}

function unitOf({ prices }: Bounds, amount: number, quantity: number): number {
  if (prices !== undefined) return prices.promoPrice ?? prices.listPrice
  return Math.ceil(amount / quantity)
}

/**
 * The baskets that lie next to one: the same with so much more or less that an instrument's base is
 * at its next critical amount, or just at the last one. The base is the one its quote told, so what
 * earlier layers took off is counted in.
 */
export function nextStates(state: State, quote: Quote, at: Situation, bounds: Bounds): State[] {
  const found: State[] = []
  const lineFen = state.quantity * state.unitFen
  for (const { baseFen, deltaFen } of deltasOf(quote, at.critical)) {
    const scaled = scale(deltaFen, quote.goodsFen, baseFen)
    for (const delta of scaled === deltaFen ? [deltaFen] : [deltaFen, scaled]) {
      if (bounds.prices === undefined) {
        found.push({ ...state, unitFen: state.unitFen + perUnit(delta, state.quantity) })
      }
      found.push({ ...state, sameFen: Math.max(0, state.sameFen + delta) })
      found.push({ ...state, otherFen: Math.max(0, state.otherFen + delta) })
    }
  }
  for (const { shortUnits = 0 } of quote.notApplied) {
    const quantity = state.quantity + shortUnits
    if (shortUnits > 0) found.push({ ...state, quantity }, spread(state, quantity, lineFen, bounds))
  }
  return found.filter((each) => isWithin(each, bounds))
}

/** The same goods in more units. */
function spread(state: State, quantity: number, lineFen: number, bounds: Bounds): State {
  return { ...state, quantity, unitFen: unitOf(bounds, lineFen, quantity) }
}

type Delta = { readonly baseFen: number; readonly deltaFen: number }

function deltasOf(quote: Quote, critical: Situation['critical']): readonly Delta[] {
  const bases = new Map<string, number>()
  const found = new Map<number, Delta>()
  const add = (baseFen: number, deltaFen: number): void => {
    if (deltaFen !== 0) found.set(deltaFen, { baseFen, deltaFen })
  }
  for (const layer of quote.layers) {
    for (const { id, baseFen = layer.baseFen } of layer.applied) bases.set(id, baseFen)
  }
  for (const { id, baseFen, shortFen } of quote.notApplied) {
    if (baseFen !== undefined) bases.set(id, baseFen)
    if (shortFen !== undefined) add(baseFen ?? quote.goodsFen, shortFen)
  }
  for (const { addFen } of quote.missing) {
    if (addFen !== undefined) add(quote.goodsFen, addFen)
  }
  for (const [id, base] of bases) {
    for (const amount of around(critical.get(id), base)) add(base, amount - base)
  }
  return [...found.values()]
}

/** The critical amounts next below and above a base. */
function around(critical: Critical | undefined, base: number): readonly number[] {
  if (critical === undefined) return []
  const { amounts, every } = critical
  const steps = every === undefined ? [] : [base - (base % every), base - (base % every) + every]
  const below = [...amounts, ...steps].filter((amount) => amount > 0 && amount <= base)
  const above = [...amounts, ...steps].filter((amount) => amount > base)
  return [...new Set([Math.max(0, ...below), ...above.sort((a, b) => a - b).slice(0, 3)])].filter(
    (amount) => amount > 0,
  )
}

/** What must be added to goods so that a base, which is a part of them, grows by so much. */
function scale(delta: number, goodsFen: number, baseFen: number): number {
  if (baseFen <= 0 || baseFen >= goodsFen) return delta
  const scaled = mulDiv(Math.abs(delta), goodsFen, baseFen, delta > 0 ? 'ceiling' : 'floor')
  return delta > 0 ? scaled : -scaled
}

function perUnit(delta: number, quantity: number): number {
  return delta > 0 ? Math.ceil(delta / quantity) : -Math.floor(-delta / quantity)
}

function isWithin(state: State, bounds: Bounds): boolean {
  const { quantity, unitFen, sameFen, otherFen } = state
  if (quantity < bounds.quantityFrom || quantity > bounds.quantityTo) return false
  if (sameFen + otherFen > bounds.goodsTo) return false
  if (bounds.prices !== undefined) return true
  return quantity * unitFen >= bounds.goodsFrom && quantity * unitFen <= bounds.goodsTo
}
