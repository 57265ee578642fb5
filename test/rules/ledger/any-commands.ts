import fc from 'fast-check'
import type { TimedCommand } from '#rules/ledger/post.ts'
import type { Command, CommandKind } from '#rules/ledger/wallet.ts'
import { asPoints } from '#rules/money/points.ts'

/** The first instant of every random history; everything happens within a few milliseconds of it. */
export const historyStart = Temporal.Instant.from('2017-11-11T00:00:00+08:00')

/** An instant of a random history. */
export function atMs(ms: number): Temporal.Instant {
  return historyStart.add({ milliseconds: ms })
}

type Step = { readonly forwardMs: number; readonly again: boolean; readonly command: Asked }

/** A command without when it happens and what is said of it. */
type Asked = Command extends infer Each ? (Each extends Command ? Omit<Each, 'meta'> : never) : never

/**
 * Random histories of one wallet. References come from a few names, so that histories are full of
 * replays, of other commands under the same reference, and of undoings that find what they undo;
 * instants are few, so that things are due together and lots are alike.
 */
export function histories(maxLength = 30): fc.Arbitrary<TimedCommand[]> {
  return fc.array(steps(), { minLength: 1, maxLength, size: 'max' }).map(historyOf)
}

function historyOf(walked: readonly Step[]): TimedCommand[] {
  const told: TimedCommand[] = []
  let ms = 0
  for (const { forwardMs, again, command } of walked) {
    ms += forwardMs
    const earlier = told[told.length - 1 - (told.length % 3)]
    if (again && earlier !== undefined) told.push({ ...earlier, at: atMs(ms) })
    else told.push(timed(command, atMs(ms)))
  }
  return told
}

/** A command with its meta: the fingerprint says all that it asks for. */
export function timed(command: Asked, at: Temporal.Instant): TimedCommand {
  const fingerprint = JSON.stringify(command)
  const meta = { fingerprint, actor: 'test', occurredAt: at, cause: '{}', policies: ['points@1'] }
  return { ...command, at, meta }
}

/** Mostly forward, sometimes not at all, seldom back: a posting must not care (LE-3). */
function steps(): fc.Arbitrary<Step> {
  return fc.record({
    forwardMs: fc.oneof(
      { weight: 6, arbitrary: fc.nat(2) },
      { weight: 2, arbitrary: fc.integer({ min: 3, max: 12 }) },
      { weight: 1, arbitrary: fc.integer({ min: -5, max: -1 }) },
    ),
    again: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0),
    command: fc.oneof(
      { weight: 8, arbitrary: earns() },
      { weight: 6, arbitrary: spends() },
      { weight: 3, arbitrary: holds() },
      { weight: 4, arbitrary: usesOfHolds() },
      { weight: 5, arbitrary: undoings() },
      { weight: 2, arbitrary: forfeits() },
    ),
  })
}

const amounts = fc.integer({ min: 1, max: 9 }).map(asPoints)
const orders = fc.constantFrom(undefined, 'soonestExpiry' as const, 'oldest' as const)
const few = fc.integer({ min: 0, max: 5 })

function named(letter: string): fc.Arbitrary<string> {
  return few.map((number) => `${letter}${number}`)
}

/** One of a few instants: before, around and after most of what happens. */
function instants(): fc.Arbitrary<Temporal.Instant> {
  return fc.constantFrom(-4, 2, 6, 12, 20, 30, 45).map(atMs)
}

function earns(): fc.Arbitrary<Asked> {
  return fc.record({
    kind: fc.constant('earn' as const),
    ref: named('e'),
    amount: fc.oneof({ weight: 9, arbitrary: amounts }, { weight: 1, arbitrary: zero() }),
    activeAt: maybe(instants()),
    expiresAt: fc.oneof(instants(), fc.constantFrom(atMs(20), atMs(20), null)),
    funder: fc.constantFrom('platform', 'platform', 'platform', 'shop:a'),
    target: fc.constantFrom(undefined, undefined, undefined, undefined, 'shoes'),
    merge: fc.constantFrom(true, true, false),
  })
}

function zero(): fc.Arbitrary<ReturnType<typeof asPoints>> {
  return fc.constant(asPoints(0))
}

function spends(): fc.Arbitrary<Asked> {
  return fc.record({
    kind: fc.constant('spend' as const),
    ref: named('s'),
    amount: amounts,
    lots: someLots(),
    order: orders,
  })
}

function holds(): fc.Arbitrary<Asked> {
  return fc.record({
    kind: fc.constant('hold' as const),
    ref: named('h'),
    amount: amounts,
    lots: someLots(),
    order: orders,
    expiresAt: maybe(instants()),
  })
}

function usesOfHolds(): fc.Arbitrary<Asked> {
  return fc.record({
    kind: fc.constantFrom('capture' as const, 'release' as const),
    // A capture and a spend may have the same reference.
    ref: fc.oneof(named('c'), named('s')),
    of: named('h'),
    amount: maybe(amounts),
  })
}

function undoings(): fc.Arbitrary<Asked> {
  const giveBacks = fc.record({
    kind: fc.constant('giveBack' as const),
    ref: fc.integer({ min: 0, max: 9 }).map((number) => `g${number}`),
    of: fc.oneof(named('s'), named('c')),
    amount: amounts,
    graceUntil: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: instants() }),
  })
  const clawBacks = fc.record({
    kind: fc.constant('clawBack' as const),
    ref: fc.integer({ min: 0, max: 9 }).map((number) => `k${number}`),
    of: named('e'),
    amount: amounts,
    shortfall: fc.constantFrom('debt' as const, 'debt' as const, 'stopAtZero' as const),
    order: orders,
  })
  return fc.oneof<fc.Arbitrary<Asked>[]>(giveBacks, clawBacks)
}

function forfeits(): fc.Arbitrary<Asked> {
  const forfeit = fc.record({
    kind: fc.constant('forfeit' as const),
    ref: named('f'),
    reason: fc.constant('test'),
    seal: fc.boolean(),
  })
  const unseal = fc.record({ kind: fc.constant('unseal' as const), ref: named('u') })
  return fc.oneof<fc.Arbitrary<Asked>[]>(forfeit, unseal, unseal)
}

function someLots(): fc.Arbitrary<string[] | undefined> {
  return fc.oneof(
    { weight: 5, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.array(named('e'), { minLength: 1, maxLength: 3 }) },
  )
}

function maybe<Value>(values: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.oneof(fc.constant(undefined), values)
}

/** The commands of each kind in a history, to see that no kind is missing. */
export function kindsIn(history: readonly TimedCommand[]): Set<CommandKind> {
  return new Set(history.map((command) => command.kind))
}
