import type { Edit } from '#test/accept/support/fault.ts'
import type { Findings } from '#test/accept/support/findings.ts'
import type { Random } from '#test/accept/support/random.ts'

/** How much a trial does, by name: `rounds`, `seconds` ... Each can be given as a flag. */
export type Sizes = Readonly<Record<string, number>>

/** One thing the product promises, and how it is tried. */
export type Trial = {
  readonly name: string
  readonly about: string
  readonly full: Sizes
  /** What fits into a few minutes together with the others; absent: not part of `quick`. */
  readonly quick?: Sizes
  /** Faults to plant, by name: with one of them the trial must find something. */
  readonly controls?: Readonly<Record<string, readonly Edit[]>>
  readonly run: (context: TrialContext) => Promise<void>
}

export type TrialContext = {
  /** The tree to run the product from: this one, or a copy with a fault planted. */
  readonly folder: string
  readonly seed: number
  readonly random: Random
  readonly size: (name: string) => number
  readonly findings: Findings
}
