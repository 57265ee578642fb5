import type { Database, Reader } from '#db/connection.ts'
import { recordedFacts } from '#db/membership/recorded-facts.ts'
import { scoreFactsBetween, unread, type KeptFacts } from '#db/membership/score-facts.ts'
import { memberRanges } from '#db/membership/score-runs.ts'
import type { MemberRange, Whose } from '#db/membership/whose.ts'
import { inSnapshot } from '#operations/_snapshot.ts'
import { noFacts, readRecorded, rowOf, trimmed } from '#operations/score/_ready-facts.ts'

/** A member whose ready-made facts are not what is recorded. */
export type FactsDiffer = { readonly memberId: string; readonly what: string }

export type FactsProved = {
  readonly members: number
  /** In the order of the members' ids. */
  readonly differences: readonly FactsDiffer[]
}

const membersAtOnce = 1_000

/**
 * Compares the ready-made facts of all members, of one, or of a sample of so many, with what the
 * recorded orders, events and advances say: a refresh from either gives the same score when they are
 * the same. Reads live, each range of members in one snapshot.
 */
export async function proveScoreFacts(
  db: Database,
  options: {
    readonly memberId?: string | undefined
    /** About so many members, out of the whole range of ids. */
    readonly sample?: number | undefined
    readonly onProgress?: (members: number, about: number) => void
  } = {},
): Promise<FactsProved> {
  const { memberId, sample, onProgress } = options
  const whose: readonly Whose[] =
    memberId === undefined ? await rangesOf(db, sample) : [{ memberIds: [memberId] }]
  const differences: FactsDiffer[] = []
  let members = 0
  for (const each of whose) {
    const proved = await inSnapshot(db, async (tx) => await proveSome(tx, each))
    members += proved.members
    differences.push(...proved.differences)
    onProgress?.(members, whose.length * membersAtOnce)
  }
  return { members, differences }
}

async function rangesOf(db: Database, sample: number | undefined): Promise<MemberRange[]> {
  const ranges = await memberRanges(db, membersAtOnce)
  if (sample === undefined) return ranges
  const every = Math.max(1, Math.floor(ranges.length / Math.ceil(sample / membersAtOnce)))
  return ranges.filter((_, n) => n % every === 0)
}

async function proveSome(tx: Reader, whose: Whose): Promise<FactsProved> {
  const kept = await scoreFactsBetween(tx, whose)
  const recorded = await recordedFacts(tx, whose)
  const found = new Map(
    recorded.map((each): [string, KeptFacts] => {
      const row = rowOf(trimmed(readRecorded(each)))
      return [each.memberId, { ...row, unpaidAdvances: each.unpaidAdvances }]
    }),
  )
  const memberIds = new Set([...kept.keys(), ...found.keys()])
  const differences = [...memberIds].toSorted().flatMap((memberId): FactsDiffer[] => {
    const nothing = { ...rowOf(noFacts(memberId)), unpaidAdvances: 0 }
    const what = differenceOf(kept.get(memberId) ?? nothing, found.get(memberId) ?? nothing)
    return what === undefined ? [] : [{ memberId, what }]
  })
  return { members: memberIds.size, differences }
}

function differenceOf(kept: KeptFacts, recorded: KeptFacts): string | undefined {
  if (kept.completeFrom === unread) return undefined
  if (kept.facts !== recorded.facts) {
    return `the ready-made facts are ${short(kept.facts)}, those recorded ${short(recorded.facts)}`
  }
  if (kept.grade?.told !== recorded.grade?.told) {
    return `the grade is of ${named(kept)}, the latest told of ${named(recorded)}`
  }
  if (kept.unpaidAdvances !== recorded.unpaidAdvances) {
    return `${kept.unpaidAdvances} advances are kept as unpaid, ${recorded.unpaidAdvances} are`
  }
  // What was let go once stays so, even where nothing recorded is as old any more.
  if ((kept.completeFrom ?? -Infinity) < (recorded.completeFrom ?? -Infinity)) {
    return 'facts are missing that are said to be there'
  }
  return undefined
}

function named({ grade }: KeptFacts): string {
  return grade === null ? 'none' : grade.told.replace('\n', '/')
}

function short(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}...`
}
