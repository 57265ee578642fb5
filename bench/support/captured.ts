import pg from 'pg'

/** A statement as the product sent it. */
export type Statement = {
  readonly text: string
  readonly values: readonly unknown[]
  /** The column that each value goes to or is compared with, where the text tells. */
  readonly columns: readonly string[]
  /** The table it writes to; absent when it only reads. */
  readonly writes?: string
}

/** Statements that were sent together, before any of their answers was waited for. */
export type Flight = readonly Statement[]

type Query = (...sent: unknown[]) => Promise<unknown>

/**
 * Runs `work` and records every statement that the driver sends once `begin` was called, in their flights.
 * Connections are seen only when they are opened by `work` itself.
 */
export async function capture(
  work: (begin: () => void) => Promise<unknown>,
): Promise<readonly Flight[]> {
  const flights: Statement[][] = []
  let begun = false
  const prototype = pg.Client.prototype as unknown as { query: Query }
  const original = prototype.query
  let underWay = 0
  prototype.query = function record(this: pg.Client, ...sent: unknown[]): Promise<unknown> {
    if (!begun) return original.apply(this, sent)
    const [first, values] = sent
    const { text, values: named } = first as { text?: string; values?: unknown[] }
    const statement = statementOf(text ?? String(first), named ?? (values as unknown[]) ?? [])
    if (underWay === 0) flights.push([])
    flights.at(-1)?.push(statement)
    underWay += 1
    const answer = original.apply(this, sent)
    return answer.finally(() => (underWay -= 1))
  }
  try {
    await work(() => (begun = true))
  } finally {
    prototype.query = original
  }
  return flights
}

function statementOf(text: string, values: readonly unknown[]): Statement {
  const writes = /(?:insert into|update)\s+"?jifen"?\."?(\w+)/.exec(text)?.[1]
  const columns = columnsOf(text, values.length)
  return { text, values, columns, ...(writes === undefined ? {} : { writes }) }
}

/** The list of columns in parentheses that is as long as the values, else `column = $n`. */
function columnsOf(text: string, count: number): readonly string[] {
  for (const [, list] of text.matchAll(/\(\s*((?:"?\w+"?\s*,\s*)*"?\w+"?)\s*\)/g)) {
    const names = (list ?? '').split(',').map(bare)
    if (names.length === count && names.every((name) => /^[a-z]\w*$/.test(name))) return names
  }
  return Array.from({ length: count }, (_, n) => {
    const compared = new RegExp(`"?(\\w+)"?\\s*=\\s*\\$${n + 1}(?!\\d)`).exec(text)
    return compared?.[1] ?? ''
  })
}

function bare(name: string): string {
  return name.trim().replaceAll('"', '')
}
