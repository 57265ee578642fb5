import type { Effect, OffOrPrice } from '#rules/pricing/basket.ts'
import { unitsGot } from '#rules/pricing/effects/buy-get.ts'
import { heldAt, reductionOf } from '#rules/pricing/effects/held.ts'
import { jointOff } from '#rules/pricing/effects/joint-effects.ts'
import {
  lower,
  nothingLeft,
  shortOfUnits,
  type Reduction,
  type Scope,
  type Short,
} from '#rules/pricing/effects/reduction.ts'
import {
  offUnits,
  percentOf,
  percentOfUnits,
  sumOf,
  weightsOfUnits,
} from '#rules/pricing/effects/unit-effects.ts'
import {
  countOf,
  everyNth,
  firstUnits,
  runsOf,
  unitsBetween,
  wholes,
  type Run,
} from '#rules/pricing/effects/units.ts'
import { linesOf, spread, sumOver, type Sheet } from '#rules/pricing/sheet.ts'

type Priced = Exclude<Effect, { readonly type: 'gift' | 'freeFreight' | 'freightOff' }>
type EffectOf<Type extends Effect['type']> = Extract<Effect, { readonly type: Type }>

/**
 * What an effect takes off the lines of its scope as they are now: of each line, never below its floor,
 * and in all at most what the scope says (PR-7 to PR-9). `isOpen` tells which lines of a `getTarget` may
 * still be reduced.
 */
export function reduce(
  sheet: Sheet,
  scope: Scope,
  effect: Priced,
  isOpen: (line: number) => boolean,
): Reduction | Short {
  const reduction = reduceBy(sheet, scope, effect, isOpen)
  const { most } = scope
  if (!reduction.ok || most === undefined || reduction.offFen <= most) return reduction
  // What is taken off together was held before it was shared; of units and lines each gives its part.
  const { lines, offs, cutFen, times } = reduction
  return heldAt(lines, offs, most, cutFen, times)
}

function reduceBy(
  sheet: Sheet,
  scope: Scope,
  effect: Priced,
  isOpen: (line: number) => boolean,
): Reduction | Short {
  const { lines, layer } = scope
  switch (effect.type) {
    case 'percentOff':
      return percentOff(sheet, scope, effect)
    case 'amountOffUnit':
      if (effect.maxUnits === undefined && lines.length === 1)
        return offLine(sheet, lines, effect.off)
      return ofUnits(sheet, scope, chosenUnits(sheet, lines, effect), { off: effect.off })
    case 'amountOffLine':
      return amountOffLine(sheet, lines, effect)
    case 'fixedPrice':
      return ofUnits(sheet, scope, runsOf(sheet, lines, 'dearest'), effect)
    case 'amountOffTotal':
    case 'fixedTotal':
    case 'thresholdOff':
    case 'everyXMinusY': {
      const joint = jointOff(effect, scope, sumOver(sheet.left, lines))
      if (!joint.ok) return joint
      const offs = spread(sheet, lines, joint.off, weightsOf(sheet, layer))
      return reductionOf(lines, offs, joint.off + joint.cutFen, joint.times)
    }
    case 'nthUnit':
      return nthUnit(sheet, scope, effect)
    case 'perGroup':
      return perGroup(sheet, scope, effect)
    case 'buyXGetY':
      return buyXGetY(sheet, scope, effect, isOpen)
    case 'tieredByQuantity': {
      const units = countOf(sheet, lines)
      const step = effect.steps.findLast((each) => each.from <= units)
      if (step === undefined) return shortOfUnits(units, effect.steps[0]!.from)
      return ofUnits(sheet, scope, runsOf(sheet, lines, 'dearest'), step)
    }
  }
}

/** Inside the item layer an amount is shared by what is left; after it, as the policy says. */
function weightsOf(sheet: Sheet, layer: 'item' | 'shop'): readonly number[] {
  return layer === 'shop' && sheet.policy.splitBase === 'itemPrice' ? sheet.item : sheet.left
}

function percentOff(sheet: Sheet, scope: Scope, effect: EffectOf<'percentOff'>): Reduction | Short {
  const { lines, layer, most } = scope
  const { percent, maxUnits, cap, roundTo = 1, base } = effect
  const held = lower(cap, most)
  if (maxUnits !== undefined && base === 'left') {
    const units = chosenUnits(sheet, lines, effect)
    const by = { percent, roundTo, most: held }
    const { offs, cutFen } = percentOfUnits(sheet, layer, lines, units, by)
    return heldAt(lines, offs, cap, cutFen)
  }
  const amounts = amountsOf(sheet, lines, effect)
  if (layer === 'shop' && lines.length > 1) {
    const total = sumOver(amounts, lines)
    const wanted = Math.min(percentOf(total, percent, roundTo), total)
    const off = held === undefined ? wanted : Math.min(wanted, held)
    const offs = spread(
      sheet,
      lines,
      off,
      maxUnits === undefined && base !== 'balance' ? weightsOf(sheet, layer) : amounts,
    )
    return reductionOf(lines, offs, wanted)
  }
  if (lines.length === 1 && cap === undefined) {
    const amount = amounts[lines[0]!]!
    return percentOffLine(sheet, lines, Math.min(percentOf(amount, percent, roundTo), amount))
  }
  const offs: number[] = []
  let wanted = 0
  for (let place = 0; place < lines.length; place += 1) {
    const line = lines[place]!
    const off = Math.min(percentOf(amounts[line]!, percent, roundTo), amounts[line]!)
    wanted += off
    offs.push(Math.min(off, sheet.left[line]! - sheet.floor[line]!))
  }
  if (cap !== undefined) return heldAt(lines, offs, cap, wanted - sumOf(offs))
  return reductionOf(lines, offs, wanted)
}

/** Of one line, as most percentages are: not below its floor. */
function percentOffLine(sheet: Sheet, lines: readonly number[], wanted: number): Reduction | Short {
  const line = lines[0]!
  const offFen = Math.min(wanted, sheet.left[line]! - sheet.floor[line]!)
  if (offFen === 0) return nothingLeft
  return { ok: true, lines, offs: [offFen], offFen, cutFen: wanted - offFen }
}

/** What the percentage is of, by line: what is left, or the item price or balance of the units that count. */
function amountsOf(
  sheet: Sheet,
  lines: readonly number[],
  { base, maxUnits, pick }: EffectOf<'percentOff'>,
): readonly number[] {
  if (base === 'left') return sheet.left
  const whole = base === 'item' ? sheet.item : balancesOf(sheet)
  if (maxUnits === undefined) return whole
  const amounts: number[] = []
  for (const line of lines) amounts[line] = 0
  const runs = runsOf({ ...sheet, left: [...whole] }, lines, pick)
  for (const { line, amount, count } of firstUnits(runs, maxUnits)) {
    amounts[line]! += amount * count
  }
  return amounts
}

/** What is left without what was put down: of a presale line its balance (PR-20). */
function balancesOf({ basket, left }: Sheet): readonly number[] {
  return left.map((fen, at) => {
    const { presale, quantity } = basket.lines[at]!
    return presale === undefined ? fen : Math.max(0, fen - presale.deposit * quantity)
  })
}

function chosenUnits(
  sheet: Sheet,
  lines: readonly number[],
  { maxUnits, pick }: EffectOf<'percentOff' | 'amountOffUnit' | 'amountOffLine'>,
): readonly Run[] {
  const runs = runsOf(sheet, lines, pick)
  return maxUnits === undefined ? runs : firstUnits(runs, maxUnits)
}

function ofUnits(
  sheet: Sheet,
  { layer, lines, most }: Scope,
  units: readonly Run[],
  by: OffOrPrice,
  times?: number,
): Reduction | Short {
  const { offs, cutFen } = offUnits(sheet, layer, lines, units, by, most)
  return reductionOf(lines, offs, sumOf(offs) + cutFen, times)
}

/** The same off every unit of one line: what most offers of a marketplace are. */
function offLine(sheet: Sheet, lines: readonly number[], off: number): Reduction | Short {
  const line = lines[0]!
  const { quantity } = sheet.basket.lines[line]!
  const room = sheet.left[line]! - sheet.floor[line]!
  const odd = room % quantity
  const least = (room - odd) / quantity
  // The odd fen are on the last units: those alone can give one more.
  const taken = off <= least ? off * quantity : room
  return reductionOf(lines, [taken], Math.min(off * quantity, sheet.left[line]!))
}

/** Once a line, out of the units that count. */
function amountOffLine(
  sheet: Sheet,
  lines: readonly number[],
  effect: EffectOf<'amountOffLine'>,
): Reduction | Short {
  const rooms = lines.map(() => 0)
  let wanted = 0
  for (const { place, room, count } of chosenUnits(sheet, lines, effect))
    rooms[place]! += room * count
  const offs = rooms.map((room, place) => {
    if (room > 0) wanted += Math.min(effect.off, sheet.left[lines[place]!]!)
    return Math.min(effect.off, room)
  })
  return reductionOf(lines, offs, wanted)
}

function nthUnit(sheet: Sheet, scope: Scope, effect: EffectOf<'nthUnit'>): Reduction | Short {
  const { n, per, pick, maxUnits = Number.MAX_SAFE_INTEGER } = effect
  const units = countOf(sheet, scope.lines)
  const groups = wholes(units, n)
  if (groups === 0) return shortOfUnits(units, n)
  const runs = runsOf(sheet, scope.lines, pick)
  const chosen =
    per === 'group'
      ? everyNth(runs, n, maxUnits)
      : unitsBetween(runs, (n - 1) * groups, (n - 1) * groups + Math.min(groups, maxUnits))
  return ofUnits(sheet, scope, chosen, effect, Math.min(groups, maxUnits))
}

/** For each full group of units, the dearest first: a percentage, an amount, or a price for the group. */
function perGroup(sheet: Sheet, scope: Scope, effect: EffectOf<'perGroup'>): Reduction | Short {
  const { lines, layer, most } = scope
  const units = countOf(sheet, lines)
  const groups = wholes(units, effect.units)
  if (groups === 0) return shortOfUnits(units, effect.units)
  const grouped = firstUnits(runsOf(sheet, lines, 'dearest'), groups * effect.units)
  if (effect.percent !== undefined) return ofUnits(sheet, scope, grouped, effect, groups)

  const wanted = offGroups(grouped, effect.units, effect)
  const off = most === undefined ? wanted : Math.min(wanted, most)
  const offs = spread(sheet, lines, off, weightsOfUnits(sheet, layer, lines, grouped))
  return reductionOf(lines, offs, wanted, groups)
}

/** What comes off full groups, group by group: an amount, at most what the group costs, or what it costs above a price. */
function offGroups(grouped: readonly Run[], size: number, { off, price }: OffOrPrice): number {
  const offAt = (cost: number): number => Math.min(off ?? Math.max(0, cost - price!), cost)
  let over = 0
  let cost = 0
  let open = size
  for (const { amount, count } of grouped) {
    let units = count
    if (units >= open) {
      over += offAt(cost + amount * open)
      units -= open
      over += wholes(units, size) * offAt(amount * size)
      units %= size
      open = size
      cost = 0
    }
    cost += amount * units
    open -= units
  }
  return over
}

function buyXGetY(
  sheet: Sheet,
  scope: Scope,
  effect: EffectOf<'buyXGetY'>,
  isOpen: (line: number) => boolean,
): Reduction | Short {
  const { lines: bought } = scope
  const { getTarget } = effect
  const gotFrom = getTarget === undefined ? bought : linesOf(sheet, getTarget).filter(isOpen)
  const lines = [...new Set([...bought, ...gotFrom])].sort((a, b) => a - b)
  const got = unitsGot(sheet, effect, lines, bought, gotFrom)
  if (!got.ok) return got
  const by =
    effect.percent === undefined ? ({ price: 0 as never } as const) : { percent: effect.percent }
  return ofUnits(sheet, { ...scope, lines }, got.units, by, got.times)
}
