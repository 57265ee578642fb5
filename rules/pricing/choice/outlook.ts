import { type Fitting, worthAt } from '#rules/pricing/choice/fit.ts'

/**
 * What is asked of every sum of choices: how much of the bound it may lose, and what the groups not
 * yet in it can still take.
 */
export type Outlook = {
  readonly limits: readonly number[]
  readonly rates: readonly number[]
  /** The bound: no fit's score is more; and how far under it is still of interest. */
  readonly most: number
  readonly slack: number
  /** What the limits come to at the rates. */
  readonly worthOfLimits: number
  readonly groups: readonly Outlooked[]
  /** Words of marks. */
  readonly words: number
}

/** The options of a group that are still of interest, the one that loses least first. */
export type Outlooked = {
  readonly options: readonly number[]
  readonly lost: readonly number[]
  /** What each takes off each limited step, option after option. */
  readonly taken: readonly number[]
  readonly hash: readonly number[]
  readonly marks: readonly (readonly number[])[]
  readonly least: readonly number[]
  readonly most: readonly number[]
}

/** `undefined`: no choice of some group comes to the least that is asked. */
export function outlookOf(
  { groups, steps, limits }: Fitting,
  rates: readonly number[],
  least: number,
): Outlook | undefined {
  let worthOfLimits = 0
  for (let dim = 0; dim < limits.length; dim += 1) worthOfLimits += rates[dim]! * limits[dim]!
  let most = worthOfLimits
  const worths = groups.map((choices) =>
    choices.scores.map((_, option) => worthAt(choices, option, steps, rates)),
  )
  const bests = worths.map((own) => Math.max(...own))
  for (const best of bests) most += best
  const slack = most - least
  if (slack < 0) return undefined
  return {
    limits,
    rates,
    most,
    slack,
    worthOfLimits,
    words: groups[0]!.marks[0]!.length,
    groups: groups.map((choices, at): Outlooked => {
      const lostBy = worths[at]!.map((worth) => bests[at]! - worth)
      const options = [...lostBy.keys()].filter((option) => lostBy[option]! <= slack)
      options.sort((a, b) => lostBy[a]! - lostBy[b]! || a - b)
      const offs = options.map((option) => steps.map((step) => choices.offs[option]![step]!))
      return {
        options,
        lost: options.map((option) => lostBy[option]!),
        taken: offs.flat(),
        hash: offs.map(hashOf),
        marks: options.map((option) => choices.marks[option]!),
        least: steps.map((_, dim) => Math.min(...offs.map((own) => own[dim]!))),
        most: steps.map((_, dim) => Math.max(...offs.map((own) => own[dim]!))),
      }
    }),
  }
}

/** What all groups that are in no sum of a half can take off each step, at the least and the most. */
export type Rest = { readonly least: number[]; readonly most: number[] }

export function restOf({ groups, limits }: Outlook): Rest {
  const least = limits.map(() => 0)
  const most = limits.map(() => 0)
  for (const group of groups) {
    for (let dim = 0; dim < limits.length; dim += 1) {
      least[dim]! += group.least[dim]!
      most[dim]! += group.most[dim]!
    }
  }
  return { least, most }
}

/** Such hashes add up: that of a sum is the sum of theirs. */
function hashOf(taken: readonly number[]): number {
  let hash = 0
  let factor = 0x9e3779b1
  for (const fen of taken) {
    hash = (hash + Math.imul(fen, factor)) | 0
    factor = Math.imul(factor, 0x85ebca6b)
  }
  return hash
}
