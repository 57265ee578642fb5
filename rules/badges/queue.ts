import { factKey, type Verdict, type Verdicts } from '#rules/badges/deeds.ts'
import type { Suspect } from '#rules/badges/watch.ts'

export type SuspicionStatus = 'open' | 'cleared' | 'struck' | 'moot'

/** A suspicion of one member with its facts. */
export type Suspicion = {
  readonly suspicionId: string
  readonly rule: string
  readonly kind: string
  readonly ring: string
  readonly status: SuspicionStatus
  readonly facts: readonly { readonly source: string; readonly id: string }[]
}

/** What is to change in the queue. */
export type QueueChange = {
  readonly suspicionId: string
  readonly rule: string
  readonly kind: string
  readonly ring: string
  readonly status: SuspicionStatus
  readonly added: readonly { readonly source: string; readonly id: string }[]
  readonly dropped: readonly { readonly source: string; readonly id: string }[]
}

export type Queue = { readonly verdicts: Verdicts; readonly changes: readonly QueueChange[] }

/**
 * BG-12: holds what is suspected now against what was suspected and decided before. What is decided
 * stays; what is new waits, in the open suspicion of its rule and ring or in a new one; what an open one
 * no longer suspects leaves it, and one with nothing left is moot.
 */
export function queueOf(suspects: readonly Suspect[], known: readonly Suspicion[]): Queue {
  const decided = new Map<string, Suspicion>()
  for (const suspicion of known) {
    for (const fact of suspicion.facts)
      decided.set(`${suspicion.rule}\n${factKey(fact)}`, suspicion)
  }
  const suspected = new Set(suspects.map((each) => `${each.rule}\n${factKey(each)}`))

  const fresh = suspects.filter((each) => !decided.has(`${each.rule}\n${factKey(each)}`))
  const open = known.filter((each) => each.status === 'open')
  const dropped = new Map(
    open.map((each) => [
      each.suspicionId,
      each.facts.filter((fact) => !suspected.has(`${each.rule}\n${factKey(fact)}`)),
    ]),
  )
  return {
    verdicts: verdictsOf(suspects, fresh, known, dropped),
    changes: changesOf(fresh, open, known, dropped),
  }
}

type Fact = { readonly source: string; readonly id: string }

function verdictsOf(
  suspects: readonly Suspect[],
  fresh: readonly Suspect[],
  known: readonly Suspicion[],
  dropped: ReadonlyMap<string, readonly Fact[]>,
): Verdicts {
  const verdicts = new Map<string, Verdict>()
  const mark = (fact: Fact, more: Partial<Verdict>): void => {
    const before = verdicts.get(factKey(fact)) ?? { struck: false, waits: false, vouched: false }
    verdicts.set(factKey(fact), { ...before, ...more })
  }
  for (const suspect of suspects) {
    if (suspect.kind === 'reviewWithoutOrder') mark(suspect, { vouched: true })
  }
  for (const suspect of fresh) mark(suspect, { waits: true })
  for (const { suspicionId, status, kind, facts } of known) {
    const gone = dropped.get(suspicionId) ?? []
    for (const fact of facts) {
      if (status === 'struck') mark(fact, { struck: true })
      if (status === 'open' && !gone.includes(fact)) mark(fact, { waits: true })
      if (status === 'cleared' && kind === 'reviewWithoutOrder') mark(fact, { vouched: true })
    }
  }
  return verdicts
}

function changesOf(
  fresh: readonly Suspect[],
  open: readonly Suspicion[],
  known: readonly Suspicion[],
  dropped: ReadonlyMap<string, readonly Fact[]>,
): readonly QueueChange[] {
  const joining = Map.groupBy(fresh, placeOf)
  const ofOpen = open.flatMap((suspicion): QueueChange[] => {
    const added = joining.get(placeOf(suspicion)) ?? []
    joining.delete(placeOf(suspicion))
    const gone = dropped.get(suspicion.suspicionId) ?? []
    if (added.length + gone.length === 0) return []
    const isEmpty = suspicion.facts.length + added.length === gone.length
    const { facts: _, ...rest } = suspicion
    return [{ ...rest, status: isEmpty ? 'moot' : 'open', added, dropped: gone }]
  })
  const numbers = new Map<string, number>()
  for (const { rule } of known) numbers.set(rule, (numbers.get(rule) ?? 0) + 1)
  const opened = [...joining.values()].flatMap((added): QueueChange[] => {
    const [first] = added
    if (first === undefined) return []
    const { rule, kind, ring } = first
    const number = (numbers.get(rule) ?? 0) + 1
    numbers.set(rule, number)
    return [
      { suspicionId: `${rule}.${number}`, rule, kind, ring, status: 'open', added, dropped: [] },
    ]
  })
  return [...ofOpen, ...opened]
}

/** A suspicion gathers what one rule finds in one ring. */
function placeOf({ rule, ring }: { readonly rule: string; readonly ring: string }): string {
  return `${rule}\n${ring}`
}
