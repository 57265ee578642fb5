/** What a trial saw: how often each thing happened, and all that must not happen. */
export type Findings = {
  readonly fault: (what: string) => void
  readonly count: (what: string, by?: number) => void
  /** Something to know that is no fault. */
  readonly note: (what: string) => void
  readonly faults: readonly string[]
  readonly counts: ReadonlyMap<string, number>
}

/** So many kinds of fault are told, each so often and so long; all are counted. */
const kindsTold = 12
const toldOfAKind = 3
const longestTold = 2_000

/** Collects findings. Faults and notes are printed as they come. */
export function openFindings(print: (line: string) => void): Findings {
  const faults: string[] = []
  const counts = new Map<string, number>()
  const kinds = new Map<string, number>()
  return {
    faults,
    counts,
    fault: (what) => {
      faults.push(what)
      const kind = kindOf(what)
      if (!kinds.has(kind) && kinds.size >= kindsTold) return
      const told = (kinds.get(kind) ?? 0) + 1
      kinds.set(kind, told)
      if (told <= toldOfAKind) print(`  FAULT ${what.slice(0, longestTold)}`)
      else if (told === toldOfAKind + 1) print('  FAULT ... and more like it')
    },
    count: (what, by = 1) => counts.set(what, (counts.get(what) ?? 0) + by),
    note: (what) => print(`  ${what}`),
  }
}

/** Its first words, without what is a number. */
function kindOf(what: string): string {
  return what.replace(/\d+/g, '#').split(/[ :]+/).slice(0, 2).join(' ')
}

/** The counts as lines of text, in the order in which they began. */
export function countLines(findings: Findings): string[] {
  const width = Math.max(0, ...[...findings.counts.keys()].map((name) => name.length))
  return [...findings.counts].map(
    ([name, count]) => `  ${name.padEnd(width)}  ${count.toLocaleString('en')}`,
  )
}
