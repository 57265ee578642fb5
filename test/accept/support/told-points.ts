/** A lot of points as this trial keeps it. `rank` says when it lapses: lower is sooner. */
type PointsLot = { readonly name: string; readonly rank: number; available: number }

/** A wallet of points, by the promises about debts and the order of spending. */
export type PointsState = { debt: number; readonly lots: PointsLot[] }

export const lapsingRank = 1
const earnedRank = 2
export const lastingRank = 3

/** The lot that the member began with. */
export const firstLot = 'first'

export function newPoints(amount: number, rank: number): PointsState {
  return { debt: 0, lots: [{ name: firstLot, rank, available: amount }] }
}

export function availableIn({ lots }: PointsState): number {
  return lots.reduce((sum, lot) => sum + lot.available, 0)
}

/** Earns into a lot of its own. Whatever becomes available pays a debt first. */
export function earnPoints(state: PointsState, name: string, amount: number): void {
  if (amount === 0) return
  const lot = { name, rank: earnedRank, available: 0 }
  state.lots.push(lot)
  add(state, lot, amount)
}

/** Gives points back to the first lot: they are gone when it has lapsed. */
export function givePointsBack(state: PointsState, amount: number, hasLapsed: boolean): void {
  const [lot] = state.lots
  if (lot === undefined || hasLapsed) return
  add(state, lot, amount)
}

function add(state: PointsState, lot: PointsLot, amount: number): void {
  const paid = Math.min(state.debt, amount)
  state.debt -= paid
  lot.available += amount - paid
}

/** Takes from the soonest to lapse. */
export function spendPoints(state: PointsState, amount: number): void {
  const left = draw(state.lots, amount)
  if (left > 0) throw new Error('more was spent than there is')
}

/** Takes an earn back: of its own lot, then of the others; what is missing is owed. */
export function clawPoints(state: PointsState, name: string, amount: number): void {
  const own = state.lots.filter((lot) => lot.name === name)
  const others = state.lots.filter((lot) => lot.name !== name)
  state.debt += draw(others, draw(own, amount))
}

/** The first lot lapses. */
export function lapsePoints({ lots: [lot] }: PointsState): void {
  if (lot !== undefined && lot.rank === lapsingRank) lot.available = 0
}

function draw(lots: readonly PointsLot[], amount: number): number {
  let left = amount
  for (const lot of lots.toSorted((a, b) => a.rank - b.rank)) {
    const taken = Math.min(left, lot.available)
    lot.available -= taken
    left -= taken
  }
  return left
}
