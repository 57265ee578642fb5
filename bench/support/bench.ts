/** A measurement: what it compares is measured in one run on one machine, in turns. */
export type Bench = {
  readonly name: string
  readonly about: string
  /** Returns the figures to be kept; `say` prints on the way. */
  readonly run: (options: BenchOptions) => Promise<Figures>
}

export type BenchOptions = {
  readonly say: (line: string) => void
  readonly flags: ReadonlyMap<string, string>
}

/** What was measured. `holds` says whether the promise was kept. */
export type Figures = { readonly promise: string; readonly holds: boolean } & Readonly<
  Record<string, unknown>
>

export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)] ?? Number.NaN
  const lower = sorted[Math.ceil(middle) - 1] ?? upper
  return (upper + lower) / 2
}
