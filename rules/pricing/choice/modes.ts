import type { Layer } from '#rules/pricing/basket.ts'
import { type Group, groupsOf } from '#rules/pricing/choice/groups.ts'
import type { Holdings, Ticket } from '#rules/pricing/choice/holdings.ts'
import {
  looseOptionsOf,
  type Mode,
  type Model,
  type Option,
  optionsOf,
  ranksOf,
  stepsOf,
  stepsOfLines,
} from '#rules/pricing/choice/model.ts'
import { scratchOf, worthOfPoints } from '#rules/pricing/choice/run.ts'
import { combines } from '#rules/pricing/choice/selection.ts'
import { type Sheet, sumOver } from '#rules/pricing/sheet.ts'

/** Everything that can be chosen, laid out for the search. */
export type Choosing = {
  readonly sheet: Sheet
  readonly scratch: Sheet
  readonly layers: readonly Layer[]
  readonly held: Holdings
  readonly groups: readonly Group[]
  readonly pinned: readonly string[]
  readonly ranks: ReadonlyMap<string, number>
  /** Whether nothing comes before the coupons of shops: then what they take is known beforehand. */
  readonly isCouponFirst: boolean
  /** What envelopes and points take at the most, whatever is chosen with them. */
  readonly restFen: number
  readonly restCount: number
  /** Of that, what points take. */
  readonly pointsFen: number
}

export function choosingOf(sheet: Sheet, layers: readonly Layer[], held: Holdings): Choosing {
  const { choose } = sheet.basket
  const points = mostOfPoints(sheet, held)
  return {
    sheet,
    scratch: scratchOf(sheet),
    layers,
    held,
    groups: groupsOf(held),
    pinned: choose.kind === 'guided' ? choose.pin : [],
    ranks: ranksOf(held),
    isCouponFirst: isCouponFirst(layers, held),
    restFen: mostOfEnvelopes(sheet, held) + points,
    pointsFen: points,
    restCount: held.envelopes.length + (points > 0 ? 1 : 0),
  }
}

/** Ways to use platform and category coupons and the allowance; more than this are not searched. */
const mostModes = 256

/**
 * Every way to settle what the coupons of shops are chosen under. `wantsAll`: also those that leave
 * the allowance unused where it could be used with them (PC-5).
 */
export function modesOf(
  choosing: Choosing,
  wantsAll: boolean,
): { modes: Mode[]; isWhole: boolean } {
  const { held, groups, sheet } = choosing
  let sets: (readonly Ticket[])[] = [[]]
  let isWhole = true
  for (const group of groups) {
    isWhole &&= group.isWhole
    if (group.layer === 'coupon') continue
    const before = sets
    sets = []
    for (const set of before) for (const option of group.options) sets.push([...set, ...option])
    if (sets.length > mostModes) isWhole = false
    sets.length = Math.min(sets.length, mostModes)
  }
  const canUse = held.walletFen > 0 && held.pools.length > 0
  const modes: Mode[] = []
  for (const tickets of sets) {
    const usesAllowance = canUse && tickets.every((ticket) => combines(ticket, sheet.policy))
    modes.push({ usesAllowance, tickets })
    if (usesAllowance && wantsAll) modes.push({ usesAllowance: false, tickets })
  }
  return { modes, isWhole }
}

/**
 * The figures of one mode. `pins`: `held` leaves only those coupons of shops that use the most of
 * what is pinned; `sure` does so where nothing else is pinned that they could stand in the way of.
 */
export function modelOf(choosing: Choosing, mode: Mode, pins: 'held' | 'sure'): Model {
  const { sheet, scratch, held, ranks } = choosing
  const steps = stepsOf(sheet, held, mode)
  const byLine = stepsOfLines(sheet, held, mode)
  const isSettled = pins === 'held' || isSettledByPins(choosing)
  const groups: (readonly Option[])[] = []
  for (const group of choosing.groups) {
    if (group.layer !== 'coupon') continue
    const options = choosing.isCouponFirst
      ? optionsOf(scratch, sheet, group, byLine, steps.length, ranks)
      : looseOptionsOf(group, steps.length, ranks)
    const isNarrowed = choosing.isCouponFirst && isSettled && choosing.pinned.length > 0
    groups.push(isNarrowed ? withPinned(options, choosing.pinned) : options)
  }
  return {
    groups,
    steps,
    walletFen: held.walletFen,
    idCount: ranks.size,
    allowanceRank: ranks.get('allowance')!,
    stepRanks: steps.map((step) => (step.kind === 'pool' ? -1 : ranks.get(step.ticket.id)!)),
  }
}

/** Whether only coupons of shops are pinned: nothing else keeps them from being used. */
function isSettledByPins({ pinned, held }: Choosing): boolean {
  return pinned.every((id) => {
    return (
      held.tickets.some((each) => each.id === id && each.layer === 'coupon') || !isHeld(held, id)
    )
  })
}

/** Whether an id stands for something that could be used. */
export function isHeld(held: Holdings, id: string): boolean {
  if (id === 'allowance') return held.walletFen > 0 && held.pools.length > 0
  if (id === 'points') return held.points > 0
  return (
    held.tickets.some((each) => each.id === id) || held.envelopes.some((each) => each.id === id)
  )
}

/** Those options that use the most of what the buyer pinned (PC-11). */
function withPinned(options: readonly Option[], pinned: readonly string[]): readonly Option[] {
  const counts = options.map(
    (option) => option.tickets.filter((ticket) => pinned.includes(ticket.id)).length,
  )
  const most = Math.max(...counts)
  return options.filter((_, at) => counts[at] === most)
}

/** Whether nothing that is held is applied before the coupons of shops. */
export function isCouponFirst(layers: readonly Layer[], held: Holdings): boolean {
  for (const layer of layers) {
    if (layer === 'coupon') return true
    if (layer === 'allowance' && held.walletFen > 0 && held.pools.length > 0) return false
    if (layer === 'redEnvelope' && held.envelopes.length > 0) return false
    if (layer === 'points' && held.points > 0) return false
    if (held.tickets.some((ticket) => ticket.layer === layer)) return false
  }
  return true
}

function mostOfEnvelopes(sheet: Sheet, held: Holdings): number {
  let sum = 0
  for (const { envelope, lines } of held.envelopes) {
    sum += Math.min(envelope.amount, sumOver(sheet.left, lines))
  }
  return sum
}

function mostOfPoints(sheet: Sheet, held: Holdings): number {
  const { pay } = sheet.policy.points
  if (held.points === 0 || pay === null) return 0
  const left = sumOver(sheet.left, sheet.all)
  return worthOfPoints(pay, held.points, left, left).offFen
}
