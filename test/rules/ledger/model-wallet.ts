import type { Answer } from '#rules/ledger/wallet.ts'

/**
 * A wallet as simply as it can be said: every single unit of value is an object of its own that moves
 * from place to place. It knows nothing of transfers or of how the rules keep their books; it is slow,
 * and it is only for comparing.
 */
export type ModelWallet = {
  readonly units: Unit[]
  readonly lots: ModelLot[]
  /** When each hold ever made times out, by its reference. */
  readonly holdEnds: Map<string, number>
  /** What was told of each command, by kind and reference. */
  readonly told: Map<string, Told>
  /** Kind, reference and outcome of every entry so far. */
  readonly entries: string[]
  debt: number
  sealed: boolean
  lastMs: number
}

type Place = 'pending' | 'available' | 'held' | 'spent' | 'expired' | 'clawed' | 'paid debt'

/** `by` is the hold that holds it, or the spend or capture that took it. */
export type Unit = { lot: ModelLot; place: Place; by: string }

export type LotTerms = {
  readonly ref: string
  readonly funder: string
  readonly target: string | undefined
  readonly activeMs: number
  /** `Infinity`: never. */
  readonly expiresMs: number
  readonly merges: boolean
}

export type ModelLot = LotTerms & {
  readonly id: number
  mergedInto: ModelLot | undefined
  /** All that was ever put in. */
  amount: number
}

type Told = {
  readonly fingerprint: string
  readonly answer: Answer
  readonly amount: number
  undone: number
  readonly lot: ModelLot | undefined
}

export function emptyModel(): ModelWallet {
  return {
    units: [],
    lots: [],
    holdEnds: new Map(),
    told: new Map(),
    entries: [],
    debt: 0,
    sealed: false,
    lastMs: -Infinity,
  }
}

/** Does what is due by now, one thing at a time, always the earliest (LE-2). */
export function settleModel(model: ModelWallet, now: number): void {
  for (let due = earliestDue(model); due !== undefined && due.ms <= now; due = earliestDue(model)) {
    due.act()
    enterModel(model, `${due.kind} ${due.id} done`, due.ms)
  }
}

/** When something is due next. */
export function nextDueOf(model: ModelWallet): number | undefined {
  return earliestDue(model)?.ms
}

export function enterModel(model: ModelWallet, entry: string, ms: number): void {
  model.entries.push(entry)
  model.lastMs = Math.max(model.lastMs, ms)
}

/** The units in a place, of a condition if any. */
export function unitsIn(
  model: ModelWallet,
  place: Place,
  is: (unit: Unit) => boolean = () => true,
): Unit[] {
  return model.units.filter((unit) => unit.place === place && is(unit))
}

/** What is in the wallet's four balances. */
export function balancesOf(model: ModelWallet): Record<string, number> {
  const count = (place: Place): number => unitsIn(model, place).length
  const [available, pending, held] = [count('available'), count('pending'), count('held')]
  return { available, pending, held, debt: model.debt }
}

export function newLot(model: ModelWallet, terms: LotTerms): ModelLot {
  const lot = { ...terms, id: model.lots.length + 1, mergedInto: undefined, amount: 0 }
  model.lots.push(lot)
  return lot
}

/** LE-14: the first lot alike that is active and not used up. */
export function likeLot(
  model: ModelWallet,
  terms: LotTerms,
  now: number,
  self?: ModelLot,
): ModelLot | undefined {
  if (!terms.merges || terms.target !== undefined) return undefined
  return model.lots.find((other) => {
    if (other === self || !other.merges || other.target !== undefined) return false
    if (other.funder !== terms.funder || other.expiresMs !== terms.expiresMs) return false
    const places = model.units.filter((unit) => unit.lot === other).map((unit) => unit.place)
    const open = places.includes('available') || places.includes('held')
    return open && !places.includes('pending') && other.activeMs <= now
  })
}

/** A unit comes back from a hold or a spend, or comes in: it may have lapsed meanwhile (LE-6). */
export function comeBack(model: ModelWallet, unit: Unit, now: number): void {
  if (unit.lot.expiresMs <= now) unit.place = 'expired'
  else becomeAvailable(model, unit)
}

/** LE-10: while there is a debt, it takes whatever becomes available. */
export function becomeAvailable(model: ModelWallet, unit: Unit): void {
  unit.place = model.debt > 0 ? 'paid debt' : 'available'
  if (model.debt > 0) model.debt -= 1
}

export function byLot(a: Unit, b: Unit): number {
  return a.lot.id - b.lot.id
}

export function soonestFirst(a: Unit, b: Unit): number {
  if (a.lot.expiresMs !== b.lot.expiresMs) return a.lot.expiresMs < b.lot.expiresMs ? -1 : 1
  return byLot(a, b)
}

export function latestFirst(a: Unit, b: Unit): number {
  return soonestFirst(b, a)
}

type Due = {
  readonly ms: number
  readonly rank: number
  readonly id: number | string
  readonly kind: string
  readonly act: () => void
}

function earliestDue(model: ModelWallet): Due | undefined {
  const dues = [...model.lots.flatMap((lot) => duesOfLot(model, lot)), ...timeOuts(model)]
  dues.sort((a, b) => a.ms - b.ms || a.rank - b.rank || (a.id < b.id ? -1 : 1))
  return dues[0]
}

function duesOfLot(model: ModelWallet, lot: ModelLot): Due[] {
  const { id, activeMs, expiresMs } = lot
  const pending = unitsIn(model, 'pending', (unit) => unit.lot === lot)
  const available = unitsIn(model, 'available', (unit) => unit.lot === lot)
  const activate = (): void => {
    lot.mergedInto = likeLot(model, lot, activeMs, lot)
    if (lot.mergedInto !== undefined) lot.mergedInto.amount += pending.length
    for (const unit of pending) {
      unit.lot = lot.mergedInto ?? lot
      becomeAvailable(model, unit)
    }
  }
  const expire = (): void => available.forEach((unit) => (unit.place = 'expired'))
  return [
    { ms: activeMs, rank: 0, id, kind: 'activate', act: activate, units: pending.length },
    { ms: expiresMs, rank: 2, id, kind: 'expire', act: expire, units: available.length },
  ].filter((due) => due.units > 0 && due.ms !== Infinity)
}

function timeOuts(model: ModelWallet): Due[] {
  return [...model.holdEnds].flatMap(([ref, ms]) => {
    const held = unitsIn(model, 'held', (unit) => unit.by === ref)
    if (held.length === 0 || ms === Infinity) return []
    const act = (): void => held.sort(latestFirst).forEach((unit) => comeBack(model, unit, ms))
    return [{ ms, rank: 1, id: ref, kind: 'timeOut', act }]
  })
}
