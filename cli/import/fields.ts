import type { Condition, Field, TimeField } from '#cli/import/mapping.ts'
import type { ReadTime } from '#cli/import/read-time.ts'
import type { SourceFile } from '#cli/import/sources.ts'
import { StartError } from '#cli/postgres/start-error.ts'
import { assert } from '#rules/assert.ts'

/** A row of one of the files, by the file's place among them. */
export type Row = {
  readonly file: number
  readonly line: number
  readonly cells: readonly string[]
}

/** Takes a text from a row, without the spaces around it; empty when there is none. */
export type Read = (row: Row) => string

/** A time in milliseconds, `'none'` when the row has none, `'bad'` when it is not readable. */
export type ReadTimeOf = (row: Row) => number | 'none' | 'bad'

/** The tables that rows are joined with: for each key, the values of the columns taken. */
export type Lookup = { readonly takes: string[]; readonly rows: Map<string, readonly string[]> }
export type Lookups = Map<string, Lookup>

/** What compiling a field needs to know. */
export type FieldContext = { readonly files: readonly SourceFile[]; readonly lookups: Lookups }

/**
 * Turns a field of rows of `table` into a function of them. Throws `StartError`, in one sentence,
 * when a file lacks the column. The lookups it names are filled before the function is called.
 */
export function compileField(field: Field, table: string, context: FieldContext): Read {
  if (typeof field === 'string') return compileColumn(field, table, context)
  if ('constant' in field) return () => field.constant
  if ('lookup' in field) return compileLookup(field, table, context)

  const [only, ...others] = field.first.map((each) => compileField(each, table, context))
  assert(only !== undefined, 'there is a first of several fields')
  return (row) => others.reduce((found, next) => (found === '' ? next(row) : found), only(row))
}

/** Turns a time of rows of `table` into a function of them; without a field there is never one. */
export function compileTime(
  field: TimeField | undefined,
  table: string,
  context: FieldContext & { readonly readTime: ReadTime },
): ReadTimeOf {
  if (field === undefined) return () => 'none'
  const fields = typeof field === 'object' && 'latest' in field ? field.latest : [field]
  const reads = fields.map((each) => compileField(each, table, context))
  return (row) => {
    let latest: number | 'none' = 'none'
    for (const read of reads) {
      const text = read(row)
      if (text === '') continue
      const time = context.readTime(text)
      if (time === undefined) return 'bad'
      if (latest === 'none' || time > latest) latest = time
    }
    return latest
  }
}

/** Turns a condition on rows of `table` into a function of them. */
export function compileCondition(
  condition: Condition,
  table: string,
  context: FieldContext,
): (row: Row) => boolean {
  const { column, oneOf, startsWith, atMost } = condition
  const read = compileColumn(column, table, context)
  if (oneOf !== undefined) return (row) => oneOf.includes(read(row))
  if (startsWith !== undefined) return (row) => read(row).startsWith(startsWith)
  if (atMost !== undefined) return (row) => read(row) !== '' && Number(read(row)) <= atMost
  return (row) => read(row) === ''
}

function compileColumn(column: string, table: string, context: FieldContext): Read {
  const optional = column.endsWith('?')
  const name = optional ? column.slice(0, -1) : column
  const places: number[] = []
  for (const file of context.files.filter((each) => each.table === table)) {
    const place = file.columns.indexOf(name)
    if (place < 0 && !optional) {
      throw new StartError(
        `${file.name} has no column ${name}: its columns are ${file.columns.join(', ').slice(0, 200)}.`,
      )
    }
    places[file.index] = place
  }
  return ({ file, cells }) => cells[places[file] ?? -1]?.trim() ?? ''
}

function compileLookup(
  field: Extract<Field, { readonly lookup: string }>,
  table: string,
  context: FieldContext,
): Read {
  const by = compileField(field.by, table, context)
  const lookup = context.lookups.get(field.lookup)
  if (lookup === undefined) {
    throw new StartError(
      `The mapping looks things up in ${field.lookup}, which is no table of it with a key.`,
    )
  }
  if (!lookup.takes.includes(field.take)) lookup.takes.push(field.take)
  const place = lookup.takes.indexOf(field.take)
  return (row) => lookup.rows.get(by(row))?.[place] ?? ''
}
