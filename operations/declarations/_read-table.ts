import { rowReader, type BadRow, type CsvRow } from '#operations/csv/row-reader.ts'

/** The text of a file, and in what it is written. */
export type Decoded = { readonly text: string; readonly encoding: 'utf-8' | 'gb18030' | 'utf-16le' }

/**
 * Reads bytes as text: UTF-8 with or without a mark, UTF-16 with one, else GB18030, as spreadsheets in
 * Chinese write. `undefined`: it is none of these.
 */
export function decode(bytes: Uint8Array): Decoded | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeAs(bytes, 'utf-16le')
  return decodeAs(bytes, 'utf-8') ?? decodeAs(bytes, 'gb18030')
}

/** The rows of a table in their order, each with its line; the first is the head. */
export type TableRow = ({ readonly isBad: false } & CsvRow) | ({ readonly isBad: true } & BadRow)

/** Reads the whole table; a row that cannot be read stands in its place. */
export function readTable(text: string): readonly TableRow[] {
  const { rows, bad } = rowReader().read(text, true)
  const all: TableRow[] = [
    ...rows.map((row) => ({ isBad: false as const, ...row })),
    ...bad.map((row) => ({ isBad: true as const, ...row })),
  ]
  return all.toSorted((a, b) => a.line - b.line)
}

function decodeAs(bytes: Uint8Array, encoding: Decoded['encoding']): Decoded | undefined {
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), encoding }
  } catch {
    return undefined
  }
}
