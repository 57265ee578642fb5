import pg from 'pg'

/** A statement as the product sent it. */
export type Statement = {
  readonly text: string
  readonly values: readonly unknown[]
  /** The column that each value goes to or is compared with, where the text tells. */
  readonly columns: readonly string[]
  /** The table it writes to, of several the first; absent when it only reads. */
  readonly writes?: string
  /** Of a statement that writes to several tables: the one that each value goes to. */
  readonly tables: readonly (string | undefined)[]
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

const writing = /(?:insert into|update)\s+"?jifen"?\."?(\w+)/g

function statementOf(text: string, values: readonly unknown[]): Statement {
  const written = [...text.matchAll(writing)].map(([, table]) => table ?? '')
  const [writes] = written
  const places = written.length > 1 ? placesOf(text) : new Map<number, Place>()
  const columns = columnsOf(text, values.length).map((name, n) => places.get(n)?.column ?? name)
  const tables = values.map((_, n) => places.get(n)?.table ?? writes)
  return { text, values, columns, tables, ...(writes === undefined ? {} : { writes }) }
}

type Place = { readonly table: string | undefined; readonly column: string | undefined }

/** Where the values of a statement of several parts go: each part has its rows from one `unnest`. */
function placesOf(text: string): Map<number, Place> {
  const places = new Map<number, Place>()
  for (const found of text.matchAll(/unnest\(((?:\s*\$\d+::\w+\[\],?)+)\s*\)/g)) {
    const before = text.slice(0, found.index)
    const after = text.slice(found.index + found[0].length)
    const table = [...before.matchAll(writing)].at(-1)?.[1]
    const list =
      /^\)\s*as\s+\w+\s*\(([^)]*)\)/.exec(after) ?? /\(([^()]*)\)\s*select \* from\s*$/.exec(before)
    const names = (list?.[1] ?? '').split(',').map(bare)
    const numbers = [...(found[1] ?? '').matchAll(/\$(\d+)/g)].map(([, n]) => Number(n) - 1)
    numbers.forEach((n, at) => places.set(n, { table, column: names[at] }))
  }
  return places
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
