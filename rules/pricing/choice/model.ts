import type { Holdings, Ticket } from '#rules/pricing/choice/holdings.ts'
import type { Group } from '#rules/pricing/choice/groups.ts'
import { isOverBudget, offOfCoupon } from '#rules/pricing/choice/run.ts'
import { baseOf, type Sheet, spread } from '#rules/pricing/sheet.ts'

/**
 * Something that is taken off the sum of some lines after the coupons of shops: a pool of the
 * allowance, or a platform or category coupon. Only what coupons took off those lines before moves
 * it.
 */
export type Step =
  | {
      readonly kind: 'pool'
      readonly baseFen: number
      readonly every: number
      readonly off: number
    }
  | { readonly kind: 'coupon'; readonly baseFen: number; readonly ticket: Ticket }

/** A set of coupons of one group, and what it takes: in all, and off the lines of each step. */
export type Option = {
  readonly tickets: readonly Ticket[]
  readonly offFen: number
  readonly offStepsFen: readonly number[]
  /** Places of the ids among all ids in their order. */
  readonly ranks: readonly number[]
}

/**
 * The choice in figures: which option of each group, so that what they take and what the steps then
 * give is most. It never promises less than the layers give, and exactly what they give unless
 * floors, blocked shops or goods used up cut something.
 */
export type Model = {
  readonly groups: readonly (readonly Option[])[]
  readonly steps: readonly Step[]
  readonly walletFen: number
  /** Places of ids among all ids in their order. */
  readonly idCount: number
  readonly allowanceRank: number
  readonly stepRanks: readonly number[]
}

/** What is settled before the coupons of shops are chosen. */
export type Mode = {
  readonly usesAllowance: boolean
  /** Platform and category coupons, all of them to be used. */
  readonly tickets: readonly Ticket[]
}

export function stepsOf(sheet: Sheet, held: Holdings, mode: Mode): readonly Step[] {
  const steps: Step[] = []
  if (mode.usesAllowance) {
    for (const { every, off, lines } of held.pools) {
      steps.push({ kind: 'pool', baseFen: baseOf(sheet, lines), every, off })
    }
  }
  for (const ticket of mode.tickets) {
    steps.push({ kind: 'coupon', baseFen: ticket.baseFen, ticket })
  }
  return steps
}

/** For each line, the steps that it is counted in. */
export function stepsOfLines(sheet: Sheet, held: Holdings, mode: Mode): readonly number[][] {
  const byLine: number[][] = sheet.all.map(() => [])
  let step = 0
  if (mode.usesAllowance) {
    for (const { lines } of held.pools) {
      for (const line of lines) byLine[line]!.push(step)
      step += 1
    }
  }
  for (const { lines } of mode.tickets) {
    for (const line of lines) byLine[line]!.push(step)
    step += 1
  }
  return byLine
}

/** What a step gives after so much was taken off its lines: as in the layers, but for cuts and budgets. */
export function stepOff(step: Step, reducedFen: number): number {
  const baseFen = step.baseFen - reducedFen
  if (step.kind === 'pool') return Math.floor(baseFen / step.every) * step.off
  return offOfCoupon(step.ticket, baseFen)
}

/**
 * What each set of coupons of a group takes, by the layers' own arithmetic; sets not usable are
 * out.
 */
export function optionsOf(
  scratch: Sheet,
  sheet: Sheet,
  group: Group,
  stepsOfLine: readonly (readonly number[])[],
  stepCount: number,
  rankOf: ReadonlyMap<string, number>,
): readonly Option[] {
  const options: Option[] = []
  const isParallel = sheet.policy.threshold === 'parallel'
  const weights = sheet.policy.splitBase === 'itemPrice' ? scratch.item : scratch.left
  for (const tickets of group.options) {
    for (const { lines } of tickets)
      for (const line of lines) scratch.left[line] = sheet.left[line]!
    const offSteps: number[] = []
    for (let step = 0; step < stepCount; step += 1) offSteps.push(0)
    let sum = 0
    let isUsable = true
    for (const ticket of tickets) {
      const off = offOfCoupon(ticket, baseOf(scratch, ticket.lines))
      let offs = off === 0 ? none : spread(scratch, ticket.lines, off, weights)
      if (isOverBudget(ticket.coupon, offs)) offs = none
      let taken = 0
      for (let at = 0; at < offs.length; at += 1) {
        const line = ticket.lines[at]!
        scratch.left[line]! -= offs[at]!
        taken += offs[at]!
        // Thresholds that read the item-level amount never see what coupons take.
        if (!isParallel) for (const step of stepsOfLine[line]!) offSteps[step]! += offs[at]!
      }
      if (taken === 0) isUsable = false
      sum += taken
    }
    for (const { lines } of tickets)
      for (const line of lines) scratch.left[line] = sheet.left[line]!
    if (!isUsable) continue
    const ranks = tickets.map((ticket) => rankOf.get(ticket.id)!)
    options.push({ tickets, offFen: sum, offStepsFen: offSteps, ranks })
  }
  return options
}

const none: readonly number[] = []

/** Ids in their order, by which equal choices are told apart (PC-17). */
export function ranksOf(held: Holdings): ReadonlyMap<string, number> {
  const ids = ['allowance', 'points']
  for (const { id } of held.tickets) ids.push(id)
  for (const { id } of held.envelopes) ids.push(id)
  ids.sort()
  return new Map(ids.map((id, at) => [id, at]))
}

/**
 * As `optionsOf`, where other layers come first: no less than each set could take, off no step's
 * lines.
 */
export function looseOptionsOf(
  group: Group,
  stepCount: number,
  rankOf: ReadonlyMap<string, number>,
): readonly Option[] {
  const offStepsFen = Array.from({ length: stepCount }, () => 0)
  return group.options.map((tickets) => {
    let offFen = 0
    for (const ticket of tickets) offFen += offOfCoupon(ticket, ticket.baseFen)
    return { tickets, offFen, offStepsFen, ranks: tickets.map(({ id }) => rankOf.get(id)!) }
  })
}
