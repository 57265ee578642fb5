import {
  behavioursOfFact,
  byTime,
  factKey,
  reviewedOrder,
  type Bought,
  type Doings,
  type Told,
} from '#rules/badges/deeds.ts'
import type { RingRule, WatchRule } from '#rules/badges/policy.ts'

/** A fact that a rule suspects. */
export type Suspect = {
  readonly rule: string
  readonly kind: WatchRule['kind']
  readonly source: string
  readonly id: string
  /** Of a ring: the device and what it is about, as one text; else empty. */
  readonly ring: string
}

/**
 * What the rules suspect of one member's facts (BG-8, BG-10, BG-11), whatever became of them: a fact that
 * was struck still makes a burst of its neighbours. Rings are found across members, by `ringOf`.
 */
export function suspectsOf(doings: Doings, rules: readonly WatchRule[]): readonly Suspect[] {
  const orders = new Map(doings.bought.map((order) => [order.orderId, order]))
  const told = doings.told.toSorted(byTime)
  return rules.flatMap((rule) => {
    if (rule.kind === 'ring') return []
    const matching = told.filter((fact) => matches(fact, rule, orders))
    const { name, kind, within, moreThan } = rule
    const many = crowded(matching, { within, moreThan }, plainCounter<Told>())
    return many.map(({ item: { source, id } }) => ({ rule: name, kind, source, id, ring: '' }))
  })
}

function matches(
  fact: Told,
  rule: Exclude<WatchRule, RingRule>,
  orders: ReadonlyMap<string, Bought>,
): boolean {
  if (rule.kind === 'burst') return isOf(behavioursOfFact(fact), rule.of)
  if (fact.kind !== 'review') return false
  const order = reviewedOrder(fact, orders)
  if (rule.kind === 'reviewWithoutOrder') return order === undefined
  return order !== undefined && fact.atMs - order.receivedMs < rule.sooner
}

function isOf(behaviours: readonly string[], of: readonly string[]): boolean {
  return behaviours.some((each) => of.includes(each))
}

/** That a member did something on a device; which one is known outside. */
export type Sighting = {
  readonly memberId: string
  readonly source: string
  readonly id: string
  readonly behaviour: string
  readonly subject: string | null
  readonly shop: string | null
  readonly atMs: number
}

/** A fact in a ring, with how many members were in its window. */
export type RingFact = {
  readonly rule: string
  readonly memberId: string
  readonly source: string
  readonly id: string
  readonly target: string
  readonly members: number
}

/** BG-9: which of the sightings of one device lie in a ring. */
export function ringOf(
  sightings: readonly Sighting[],
  rules: readonly WatchRule[],
): readonly RingFact[] {
  const sorted = sightings.toSorted((a, b) => {
    if (a.atMs !== b.atMs) return a.atMs - b.atMs
    const one = `${a.memberId}\n${factKey(a)}`
    const other = `${b.memberId}\n${factKey(b)}`
    return one < other ? -1 : Number(one > other)
  })
  return rules.flatMap((rule) => (rule.kind === 'ring' ? ringFacts(sorted, rule) : []))
}

function ringFacts(sorted: readonly Sighting[], rule: RingRule): readonly RingFact[] {
  const watched = sorted.filter((each) => isOf(behavioursOf(each), rule.of))
  const byTarget = Map.groupBy(watched, (each) => targetOf(each, rule))
  return [...byTarget].flatMap(([target, of]) => {
    if (target === undefined) return []
    return crowded(of, rule, membersCounter()).map(({ item: { memberId, source, id }, most }) => {
      return { rule: rule.name, memberId, source, id, target, members: most }
    })
  })
}

/** A review of high value is kept under that name; it is a review all the same. */
function behavioursOf({ behaviour }: Sighting): readonly string[] {
  return behaviour === 'highValueReview' ? ['review', behaviour] : [behaviour]
}

function targetOf(sighting: Sighting, { on }: RingRule): string | undefined {
  if (on === 'device') return 'device'
  const target = on === 'shop' ? sighting.shop : sighting.subject
  return target === null ? undefined : `${on}:${target}`
}

/** Counts what is in a window as items enter and leave it. */
type Counter<Item> = {
  readonly enter: (item: Item) => void
  readonly leave: (item: Item) => void
  readonly count: () => number
}

function plainCounter<Item>(): Counter<Item> {
  let inside = 0
  return { enter: () => (inside += 1), leave: () => (inside -= 1), count: () => inside }
}

function membersCounter(): Counter<Sighting> {
  const inside = new Map<string, number>()
  return {
    enter: ({ memberId }) => inside.set(memberId, (inside.get(memberId) ?? 0) + 1),
    leave: ({ memberId }) => {
      const left = (inside.get(memberId) ?? 0) - 1
      if (left === 0) inside.delete(memberId)
      else inside.set(memberId, left)
    },
    count: () => inside.size,
  }
}

/**
 * The items that lie in any window of less than `within` that counts more than `moreThan`, each with the
 * most that was counted where such windows overlap. `items` are in the order of time.
 */
function crowded<Item extends { readonly atMs: number }>(
  items: readonly Item[],
  { within, moreThan }: { readonly within: number; readonly moreThan: number },
  counter: Counter<Item>,
): { readonly item: Item; readonly most: number }[] {
  const clusters: { from: number; to: number; most: number }[] = []
  let first = 0
  items.forEach((item, at) => {
    counter.enter(item)
    for (let oldest = items[first]; oldest !== undefined; oldest = items[first]) {
      if (oldest.atMs > item.atMs - within) break
      counter.leave(oldest)
      first += 1
    }
    const count = counter.count()
    if (count <= moreThan) return
    const last = clusters.at(-1)
    if (last === undefined || last.to < first) clusters.push({ from: first, to: at, most: count })
    else Object.assign(last, { to: at, most: Math.max(last.most, count) })
  })
  return clusters.flatMap(({ from, to, most }) =>
    items.slice(from, to + 1).map((item) => ({ item, most })),
  )
}
