import { parse } from 'csv-parse/sync'

/** One row of a CSV file; `line` is the line of the file on which it begins, the header being 1. */
export type CsvRow = { readonly line: number; readonly cells: readonly string[] }

/** A row that cannot be read, as it stands in the file. */
export type BadRow = {
  readonly line: number
  readonly reason: 'bad-csv' | 'not-text' | 'wrong-columns'
  readonly detail: string
  readonly raw: string
}

/** What a stretch of a file holds. The first row of the first block is the header. */
export type Block = {
  readonly rows: readonly CsvRow[]
  readonly bad: readonly BadRow[]
  /** Characters that stand where bytes were not UTF-8. */
  readonly replaced: number
}

export type RowReader = {
  /** Reads the next lines; `last` when there are no more. A row that is not whole yet is kept back. */
  readonly read: (text: string, last: boolean) => Block
}

/** A quoted cell with more lines than this is an unclosed quote. */
const mostLinesInRow = 500

/** A row whose cells are known, or are still to be read with those of its neighbours. */
type Found = { readonly line: number; readonly text: string; readonly cells?: readonly string[] }

/**
 * Reads the rows of a CSV file from its lines. A row that cannot be read costs no other: when a quote
 * stays open or closes where it must not, only the line on which it opened is bad.
 */
export function rowReader(): RowReader {
  let columns: number | undefined
  let nextLine = 1
  let held: readonly string[] = []

  return {
    read: (text, last) => {
      const replaced = text.includes('\uFFFD') ? text.split('\uFFFD').length - 1 : 0
      const clean = nextLine === 1 && held.length === 0 ? text.replace(/^\uFEFF/, '') : text
      const lines = [...held, ...clean.split('\n')].map(withoutReturn)

      const { found, bad, read } = findRows(lines, nextLine, last, columns)
      nextLine += read
      held = lines.slice(read)

      const rows = found.map((each) => cellsOf(each, bad)).filter((row) => row !== undefined)
      columns ??= rows[0]?.cells.length
      const whole = rows.filter((row) => hasColumns(row, columns, bad))
      return { rows: whole, bad: bad.toSorted((a, b) => a.line - b.line), replaced }
    },
  }
}

/** Joins the lines of each row. `read` is how many lines were used; the rest are of a row not yet whole. */
function findRows(
  lines: readonly string[],
  firstLine: number,
  last: boolean,
  columns: number | undefined,
): { found: Found[]; bad: BadRow[]; read: number } {
  const found: Found[] = []
  const bad: BadRow[] = []
  let at = 0
  while (at < lines.length) {
    const line = firstLine + at
    const text = lines[at] ?? ''
    if (text.includes('\0')) {
      bad.push({ line, reason: 'not-text', detail: 'it holds a NUL character', raw: text })
      at += 1
      continue
    }
    const end = hasOpenQuote(text) ? closingLine(lines, at) : at
    if (end === undefined && !last && lines.length - at < mostLinesInRow) break

    const row = end === undefined ? undefined : joined(lines, at, end, line, columns)
    if (row === undefined) bad.push(badQuote(line, text))
    else if (text.trim() !== '') found.push(row)
    at = row === undefined || end === undefined ? at + 1 : end + 1
  }
  readTogether(found)
  return { found, bad, read: at }
}

/** The row of these lines, or `undefined` when more than one line were joined and do not fit. */
function joined(
  lines: readonly string[],
  from: number,
  to: number,
  line: number,
  columns: number | undefined,
): Found | undefined {
  if (from === to) return { line, text: lines[from] ?? '' }
  const text = lines.slice(from, to + 1).join('\n')
  const cells = parseRow(text)
  if (cells === undefined) return undefined
  return columns === undefined || cells.length === columns ? { line, text, cells } : undefined
}

/** Rows of one line each are parsed in one go; should one be bad, each by itself. */
function readTogether(found: Found[]): void {
  const places = [...found.keys()].filter((place) => found[place]?.cells === undefined)
  const texts = places.map((place) => found[place]?.text ?? '')
  const parsed = texts.length === 0 ? [] : (parseRows(texts.join('\n')) ?? [])
  if (parsed.length !== texts.length) return
  places.forEach((place, index) => {
    const row = found[place]
    const cells = parsed[index]
    if (row !== undefined && cells !== undefined) found[place] = { ...row, cells }
  })
}

function cellsOf(found: Found, bad: BadRow[]): CsvRow | undefined {
  const cells = found.cells ?? parseRow(found.text)
  if (cells !== undefined) return { line: found.line, cells }
  bad.push(badQuote(found.line, found.text))
  return undefined
}

function hasColumns(row: CsvRow, columns: number | undefined, bad: BadRow[]): boolean {
  if (columns === undefined || row.cells.length === columns) return true
  const detail = `it has ${row.cells.length} columns where the header has ${columns}`
  bad.push({ line: row.line, reason: 'wrong-columns', detail, raw: row.cells.join(',') })
  return false
}

function badQuote(line: number, raw: string): BadRow {
  return { line, reason: 'bad-csv', detail: 'a quote is open or in the wrong place', raw }
}

function hasOpenQuote(text: string): boolean {
  let open = false
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) open = !open
  return open
}

/** The line on which a quote that is open after line `from` closes. */
function closingLine(lines: readonly string[], from: number): number | undefined {
  const to = Math.min(lines.length, from + mostLinesInRow)
  for (let at = from + 1; at < to; at += 1) if (hasOpenQuote(lines[at] ?? '')) return at
  return undefined
}

function parseRow(text: string): readonly string[] | undefined {
  const rows = parseRows(text)
  return rows?.length === 1 ? rows[0] : undefined
}

function parseRows(text: string): readonly (readonly string[])[] | undefined {
  try {
    return parse(text, { relax_column_count: true, record_delimiter: '\n' })
  } catch {
    return undefined
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}
