import type { Quote } from '#rules/pricing/quote.ts'

/** The figures of a quote that a buyer agrees to: sent back when placing (TR-2). */
export type Figures = {
  readonly payFen: number
  /** What each line costs; freight under `freight:<shop>`. */
  readonly byLine: Readonly<Record<string, number>>
  /** What each instrument takes off; a gift under `gift:<sku>`, by quantity. */
  readonly instruments: Readonly<Record<string, number>>
}

/** One figure that is another than was expected; absent: there is none. */
export type Difference = {
  readonly expectedFen?: number
  readonly isFen?: number
} & ({ readonly line: string } | { readonly instrument: string })

/** The figures of a quote, keys in order, so that equal ones are equal as text. */
export function figuresOf(quote: Quote): Figures {
  const byLine = new Map(quote.lines.map((line) => [line.id, line.payFen]))
  const instruments = new Map<string, number>()
  const count = (id: string, more: number): void => {
    instruments.set(id, (instruments.get(id) ?? 0) + more)
  }
  for (const line of quote.lines) {
    for (const share of line.shares) count(share.instrument, share.offFen)
  }
  for (const freight of quote.freight) {
    byLine.set(freightLine(freight.shop), freight.payFen)
    for (const share of freight.shares) count(share.instrument, share.offFen)
  }
  for (const gift of quote.gifts) count(`gift:${gift.sku}`, gift.quantity)
  return { payFen: quote.payFen, byLine: sorted(byLine), instruments: sorted(instruments) }
}

/** What differs between the figures expected and those that are: by line, then by instrument. */
export function differencesOf(expected: Figures, are: Figures): readonly Difference[] {
  const lines = differing(expected.byLine, are.byLine)
  const instruments = differing(expected.instruments, are.instruments)
  return [
    ...lines.map(({ id, ...figures }) => ({ line: id, ...figures })),
    ...instruments.map(({ id, ...figures }) => ({ instrument: id, ...figures })),
  ]
}

/** Under which freight of a shop stands among lines. */
export function freightLine(shop: string): string {
  return `freight:${shop}`
}

type Differing = { readonly id: string; readonly expectedFen?: number; readonly isFen?: number }

function differing(
  expected: Readonly<Record<string, number>>,
  are: Readonly<Record<string, number>>,
): Differing[] {
  const ids = [...new Set([...Object.keys(expected), ...Object.keys(are)])].sort()
  return ids.flatMap((id): Differing[] => {
    const [was, is] = [expected[id], are[id]]
    if (was === is) return []
    return [
      {
        id,
        ...(was === undefined ? {} : { expectedFen: was }),
        ...(is === undefined ? {} : { isFen: is }),
      },
    ]
  })
}

function sorted(amounts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...amounts].sort(([a], [b]) => (a < b ? -1 : 1)))
}
