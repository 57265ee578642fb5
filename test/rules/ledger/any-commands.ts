import fc from 'fast-check'
import type { TimedCommand } from '#rules/ledger/post.ts'
import type { Command, CommandKind } from '#rules/ledger/wallet.ts'
import { asPoints } from '#rules/money/points.ts'

/** The first instant of every random history; everything happens within milliseconds of it. */
const historyStart = Temporal.Instant.from('2017-11-11T00:00:00+08:00')

/** An instant of a random history. */
export function atMs(ms: number): Temporal.Instant {
  return historyStart.add({ milliseconds: ms })
}

type Without<Each, Keys extends string> = Each extends Command ? Omit<Each, Keys> : never

/** A command without when it happens and what is said of it. */
export type Asked = Without<Command, 'meta'>

/** A command with its meta: the fingerprint says all that it asks for. */
export function timed(command: Asked, at: Temporal.Instant): TimedCommand {
  const fingerprint = JSON.stringify(command)
  const meta = { fingerprint, actor: 'test', occurredAt: at, cause: '{}', policies: ['points@1'] }
  return { ...command, at, meta }
}

/** What a step asks for, before it is known to what it refers: `pick` chooses among the earlier. */
type Step = {
  readonly forwardMs: number
  readonly chance: number
  readonly pick: number
  readonly command: Without<Command, 'meta' | 'ref' | 'of'>
}

/**
 * Random histories of one wallet. Undoings nearly always find something to undo; one step in twenty
 * repeats an earlier command, another has an earlier one's reference for something else. Instants are
 * few, so that much is due together and many lots are alike.
 */
export function histories(maxLength = 60): fc.Arbitrary<TimedCommand[]> {
  // Without its bias fast-check prefers neither short histories nor small numbers.
  return fc.noBias(fc.array(steps(), { minLength: 1, maxLength, size: 'max' })).map(historyOf)
}

function historyOf(walked: readonly Step[]): TimedCommand[] {
  const told: TimedCommand[] = []
  let ms = 0
  for (const step of walked) {
    ms += step.forwardMs
    const earlier = told[step.pick % Math.max(1, told.length)]
    const command = resolved(step, told)
    if (step.chance === 0 && earlier !== undefined) told.push({ ...earlier, at: atMs(ms) })
    else if (command !== undefined) told.push(timed(command, atMs(ms)))
  }
  return told
}

const undoneKinds: Partial<Record<CommandKind, readonly CommandKind[]>> = {
  capture: ['hold'],
  release: ['hold'],
  giveBack: ['spend', 'capture'],
  clawBack: ['earn'],
}

function resolved(
  { chance, pick, command }: Step,
  told: readonly TimedCommand[],
): Asked | undefined {
  // A capture and a spend may well have the same reference.
  const alike = command.kind === 'capture' && chance === 2 ? 'spend' : command.kind
  const taken = refsOf(told, [alike])
  const again = chance === 1 || alike !== command.kind
  const fresh = `${command.kind}-${told.length}`
  const ref = again ? (taken[pick % taken.length] ?? fresh) : fresh

  const kinds = undoneKinds[command.kind]
  if (kinds === undefined) return { ...command, ref } as Asked
  const undone = refsOf(told, kinds)
  // With nothing to undo there is seldom a point in trying.
  if (undone.length === 0 && chance !== 3) return undefined
  return { ...command, ref, of: undone[pick % undone.length] ?? 'nobody' } as Asked
}

function refsOf(told: readonly TimedCommand[], kinds: readonly CommandKind[]): string[] {
  return told.filter((each) => kinds.includes(each.kind)).map((each) => each.ref)
}

/** Mostly forward, sometimes not at all, seldom back: a posting must not care (LE-3). */
function steps(): fc.Arbitrary<Step> {
  return fc.record({
    forwardMs: fc.oneof(
      { weight: 8, arbitrary: fc.nat(2) },
      { weight: 1, arbitrary: fc.integer({ min: 3, max: 12 }) },
      { weight: 1, arbitrary: fc.integer({ min: -5, max: -1 }) },
    ),
    chance: fc.nat(19),
    pick: fc.nat(60),
    command: fc.oneof(
      { weight: 12, arbitrary: earns() },
      { weight: 10, arbitrary: draws() },
      { weight: 6, arbitrary: usesOfHolds() },
      { weight: 9, arbitrary: undoings() },
      { weight: 1, arbitrary: forfeits() },
    ),
  })
}

const amounts = fc.integer({ min: 1, max: 12 }).map(asPoints)
const smallAmounts = fc.integer({ min: 1, max: 5 }).map(asPoints)
const orders = fc.constantFrom(undefined, 'soonestExpiry' as const, 'oldest' as const)

/** One of a few instants: before, around and after most of what happens. */
const instants = fc.constantFrom(-4, 12, 30, 50, 50, 75, 75).map(atMs)

function earns(): fc.Arbitrary<Step['command']> {
  return fc.record({
    kind: fc.constant('earn' as const),
    amount: fc.oneof({ weight: 15, arbitrary: amounts }, fc.constant(asPoints(0))),
    activeAt: seldom(instants),
    expiresAt: fc.oneof({ weight: 3, arbitrary: instants }, fc.constant(null)),
    funder: fc.constantFrom('platform', 'platform', 'platform', 'shop:a'),
    target: fc.constantFrom(undefined, undefined, undefined, undefined, 'shoes'),
    merge: fc.constantFrom(true, true, true, false),
  })
}

function draws(): fc.Arbitrary<Step['command']> {
  const amount = fc.oneof(smallAmounts, smallAmounts, fc.integer({ min: 5, max: 30 }).map(asPoints))
  const spend = { kind: fc.constant('spend' as const), amount, lots: lots(), order: orders }
  const hold = { ...spend, kind: fc.constant('hold' as const), expiresAt: seldom(instants) }
  return fc.oneof<fc.Arbitrary<Step['command']>[]>(fc.record(spend), fc.record(hold))
}

function usesOfHolds(): fc.Arbitrary<Step['command']> {
  return fc.record({
    kind: fc.constantFrom('capture' as const, 'release' as const),
    amount: fc.option(smallAmounts, { nil: undefined, freq: 3 }),
  })
}

function undoings(): fc.Arbitrary<Step['command']> {
  const giveBack = fc.record({
    kind: fc.constant('giveBack' as const),
    amount: smallAmounts,
    graceUntil: seldom(instants),
  })
  const clawBack = fc.record({
    kind: fc.constant('clawBack' as const),
    amount: amounts,
    orLess: fc.constantFrom(undefined, undefined, true),
    shortfall: fc.constantFrom('debt' as const, 'debt' as const, 'stopAtZero' as const),
    order: orders,
  })
  return fc.oneof<fc.Arbitrary<Step['command']>[]>(giveBack, clawBack)
}

function forfeits(): fc.Arbitrary<Step['command']> {
  const forfeit = fc.record({
    kind: fc.constant('forfeit' as const),
    reason: fc.constant('test'),
    seal: fc.boolean(),
  })
  const unseal = fc.record({ kind: fc.constant('unseal' as const) })
  return fc.oneof<fc.Arbitrary<Step['command']>[]>(forfeit, unseal, unseal, unseal)
}

/** References of lots to draw on: some of the first earns, or none. */
function lots(): fc.Arbitrary<string[] | undefined> {
  const named = fc.array(
    fc.nat(9).map((number) => `earn-${number}`),
    { minLength: 1, maxLength: 4 },
  )
  return seldom(named)
}

function seldom<Value>(values: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: values },
  )
}
