import { ownCpuMsNow } from '#bench/support/cpu.ts'

/** How long one contender runs before the next has its turn: long beside the clock, short beside the machine's moods. */
const turnMs = 20

/** Processor time after which the code of a contender is compiled for good. */
const warmUpMs = 1_000

/**
 * Runs each contender over all cases again and again, in turns (A B C, then B C A, ...), and returns for each round the
 * microseconds that one case took each. The first rounds, while the code is still being compiled, are left out.
 */
export function inRounds<Case, Name extends string>(
  rounds: number,
  cases: readonly Case[],
  contenders: Readonly<Record<Name, (one: Case) => unknown>>,
): readonly Readonly<Record<Name, number>>[] {
  const names = Object.keys(contenders) as Name[]
  const passes = {} as Record<Name, number>
  for (const name of names) passes[name] = passesIn(turnMs, cases, contenders[name])

  const taken: Record<Name, number>[] = []
  for (let round = 0; round < rounds; round += 1) {
    const us = {} as Record<Name, number>
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(round + turn) % names.length]!
      us[name] = timeOf(passes[name], cases, contenders[name])
    }
    taken.push(us)
  }
  return taken
}

/** Warms a contender up, and tells how many passes over the cases fill a turn. */
function passesIn<Case>(ms: number, cases: readonly Case[], contender: (one: Case) => unknown) {
  const endMs = ownCpuMsNow() + warmUpMs
  let us = 0
  do us = timeOf(20, cases, contender)
  while (ownCpuMsNow() < endMs)
  return Math.max(1, Math.round((ms * 1_000) / (us * cases.length)))
}

/** Microseconds a case, over so many passes. What is computed is kept until the end, so that it is computed. */
function timeOf<Case>(
  passes: number,
  cases: readonly Case[],
  contender: (one: Case) => unknown,
): number {
  let last: unknown
  const begunMs = performance.now()
  for (let pass = 0; pass < passes; pass += 1) {
    for (const each of cases) last = contender(each)
  }
  const tookMs = performance.now() - begunMs
  if (last === undefined) throw new Error('a contender computes something')
  return (tookMs * 1_000) / (passes * cases.length)
}
