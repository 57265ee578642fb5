import type { InterchangePolicy } from '#rules/members/interchange/policy.ts'
import type { Ladder } from '#rules/members/tiers/policy.ts'
import type { InputProblem } from '#rules/policies/problems.ts'
import { isBefore } from '#rules/time/instants.ts'

/** A partner's name and mapping. */
export type Interchange = { readonly partner: string; readonly policy: InterchangePolicy }

/**
 * What is wrong with a mapping beside our ladder and the mappings of other partners (IC-5, IC-6): tiers
 * that are not on the ladder or are given by invitation, and circles that raise.
 */
export function mappingProblems(
  drafted: Interchange,
  ladder: Ladder,
  others: readonly Interchange[],
): readonly InputProblem[] {
  const unknown = [...tierProblems(drafted.policy, ladder)]
  if (unknown.length > 0) return unknown

  const beside = others.filter((each) => each.partner !== drafted.partner && meets(each, drafted))
  return circleProblems(ladder, [drafted, ...beside])
}

/** What is wrong with a ladder beside mappings, or with mappings beside each other (IC-5). */
export function circleProblems(
  ladder: Ladder,
  interchanges: readonly Interchange[],
): readonly InputProblem[] {
  const circle = raisingCircle(ladder, interchanges)
  if (circle === undefined) return []
  const message = `Tiers would raise each other: ${circle.join(' -> ')}.`
  return [{ path: 'tiers', message }]
}

function* tierProblems(
  { tiers, ours }: InterchangePolicy,
  ladder: Ladder,
): Generator<InputProblem> {
  for (const [n, { gives }] of tiers.entries()) {
    if (gives === undefined) continue
    const rung = ladder.find(({ name }) => name === gives)
    const path = `tiers[${n}].gives`
    if (rung === undefined) yield { path, message: 'The ladder has no such tier.' }
    else if (rung.byInvitation === true) {
      yield { path, message: 'This tier is given by invitation only.' }
    }
  }
  for (const [n, { tier }] of ours.entries()) {
    if (ladder.every(({ name }) => name !== tier)) {
      yield { path: `ours[${n}].tier`, message: 'The ladder has no such tier.' }
    }
  }
}

function meets(a: Interchange, b: Interchange): boolean {
  const [one, other] = [a.policy.window, b.policy.window]
  return isBefore(one.from, other.to) && isBefore(other.from, one.to)
}

/**
 * The way by which somebody who follows matches from partner to partner would come back higher on a
 * ladder than he left it, as names of tiers (IC-5); `undefined`: there is none.
 */
export function raisingCircle(
  ladder: Ladder,
  interchanges: readonly Interchange[],
): readonly string[] | undefined {
  const ways = new Map<string, string[]>()
  const heights = new Map<string, Height>()
  const climb = (of: string, names: readonly string[]): void => {
    names.forEach((name, height) => {
      const below = height === 0 ? [] : [tierOf(of, names[height - 1] ?? '')]
      ways.set(tierOf(of, name), below)
      heights.set(tierOf(of, name), { of, height })
    })
  }
  climb(
    us,
    ladder.map((rung) => rung.name),
  )
  for (const { partner, policy } of interchanges) {
    climb(
      partner,
      policy.tiers.map((tier) => tier.name),
    )
    for (const { name, gives } of policy.tiers) {
      if (gives !== undefined) ways.get(tierOf(partner, name))?.push(tierOf(us, gives))
    }
    for (const { tier, gives } of policy.ours) {
      ways.get(tierOf(us, tier))?.push(tierOf(partner, gives))
    }
  }
  for (const start of ways.keys()) {
    const way = wayUp(start, ways, heights)
    if (way !== undefined) return way
  }
  return undefined
}

type Height = { readonly of: string; readonly height: number }

/** No partner has this name: it is no slug. */
const us = 'ours'

function tierOf(of: string, name: string): string {
  return `${of === us ? us : `interchange:${of}`}/${name}`
}

/** The shortest way from a tier to a higher one of the same ladder. */
function wayUp(
  start: string,
  ways: ReadonlyMap<string, readonly string[]>,
  heights: ReadonlyMap<string, Height>,
): readonly string[] | undefined {
  const from = heights.get(start)
  const cameBy = new Map<string, string | undefined>([[start, undefined]])
  for (const tier of cameBy.keys()) {
    const here = heights.get(tier)
    if (here?.of === from?.of && (here?.height ?? 0) > (from?.height ?? 0)) {
      return traced(tier, cameBy)
    }
    for (const next of ways.get(tier) ?? []) if (!cameBy.has(next)) cameBy.set(next, tier)
  }
  return undefined
}

function traced(to: string, cameBy: ReadonlyMap<string, string | undefined>): string[] {
  const way: string[] = []
  for (let tier: string | undefined = to; tier !== undefined; tier = cameBy.get(tier)) {
    way.unshift(tier)
  }
  return way
}
