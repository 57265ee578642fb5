import type { Posting, Told, Verb } from '#test/accept/support/postings.ts'
import type { Random } from '#test/accept/support/random.ts'

/** Makes the postings that a shop's day is made of, for members that all clients share. */
export type Traffic = {
  readonly next: () => Posting
  /** Learns from an answer what can be captured, given back or clawed back later. */
  readonly learn: (posting: Posting, told: Told) => void
}

/** What members have that later postings can refer to, shared by all clients. */
export type Shared = ReadonlyMap<string, Known>

type Known = { readonly earned: string[]; readonly paid: string[]; readonly held: string[] }

/** The refusals that any of these postings may meet. */
export const usualRefusals: ReadonlySet<string> = new Set([
  'ledger/insufficient',
  'ledger/wallet-sealed',
  'ledger/unknown-hold',
  'ledger/hold-closed',
  'ledger/more-than-held',
  'ledger/unknown-reference',
  'ledger/more-than-left-to-undo',
  'ledger/expiry-before-activation',
  'ledger/hold-already-over',
])

const weights: readonly (readonly [Verb, number])[] = [
  ['earns', 30],
  ['spends', 18],
  ['holds', 16],
  ['captures', 10],
  ['releases', 8],
  ['give-backs', 9],
  ['claw-backs', 9],
]

/** References that are remembered for each member and purpose. */
const mostKnown = 40

export function shareMembers(memberIds: readonly string[]): Shared {
  return new Map(memberIds.map((each) => [each, { earned: [], paid: [], held: [] }]))
}

/** Opens the traffic of one client. Its keys and references begin with `name`. */
export function openTraffic(random: Random, shared: Shared, name: string, token: string): Traffic {
  const memberIds = [...shared.keys()]
  let count = 0

  const next = (): Posting => {
    count += 1
    const memberId = random.pick(memberIds)
    const known = shared.get(memberId) ?? { earned: [], paid: [], held: [] }
    const ref = `${name}-${count}`
    const to = (verb: Verb, body: object, hold?: string): Posting => ({
      memberId,
      verb,
      key: ref,
      token,
      body: { ...body, ref },
      ...(hold === undefined ? {} : { hold }),
    })
    const amount = random.int(1, 200)
    const verb = pickVerb(random)
    const part = random.chance(0.5) ? {} : { amount: random.int(1, 60) }
    switch (verb) {
      case 'earns':
        return to(verb, { amount: amount * 2, ...someTimes(random) })
      case 'spends':
        return to(verb, { amount })
      case 'holds':
        return to(verb, { amount, ...(random.chance(0.3) ? { expiresAt: soon(random) } : {}) })
      case 'captures':
      case 'releases':
        return to(verb, part, pickOr(random, known.held, 'no-hold'))
      case 'give-backs':
        return to(verb, { of: pickOr(random, known.paid, 'no-spend'), amount })
      case 'claw-backs':
        return to(verb, { of: pickOr(random, known.earned, 'no-earn'), amount })
    }
  }
  return { next, learn: (posting, told) => learn(random, shared, posting, told) }
}

function learn(random: Random, shared: Shared, posting: Posting, told: Told): void {
  const known = shared.get(posting.memberId)
  if (!told.ok || told.ref === undefined || known === undefined) return
  const lists = { earns: known.earned, spends: known.paid, captures: known.paid, holds: known.held }
  const list = posting.verb in lists ? lists[posting.verb as keyof typeof lists] : undefined
  if (list === undefined) return
  if (list.length >= mostKnown) list.splice(random.int(0, list.length - 1), 1)
  list.push(told.ref)
}

function pickVerb(random: Random): Verb {
  let place = random.int(
    1,
    weights.reduce((sum, [, weight]) => sum + weight, 0),
  )
  for (const [verb, weight] of weights) {
    place -= weight
    if (place <= 0) return verb
  }
  return 'earns'
}

/** Most value is there at once and stays; some comes later, some lapses soon. */
function someTimes(random: Random): object {
  if (random.chance(0.15)) return { activeAt: soon(random) }
  if (random.chance(0.15)) return { expiresAt: soon(random) }
  return {}
}

function soon(random: Random): string {
  return Temporal.Now.instant()
    .add({ milliseconds: random.int(300, 4_000) })
    .toString()
}

function pickOr(random: Random, list: readonly string[], none: string): string {
  return list.length === 0 ? none : random.pick(list)
}
