import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { StartError } from '#cli/postgres/start-error.ts'

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

/** A quoted cell with more lines than this is an unclosed quote. */
const mostLinesInRow = 500

/** A line longer than this is not read as a row. */
const longestLineBytes = 4_000_000

/**
 * Reads a CSV file, plain or `.gz`, in blocks of rows. A row that cannot be read is told by its line
 * and costs no other: after a stray quote, reading goes on at the next line. `onBytes` hears of the
 * bytes of the file as they are read.
 */
export async function* readBlocks(
  path: string,
  onBytes: (bytes: number) => void = () => undefined,
): AsyncGenerator<Block> {
  const rows = new RowReader()
  let rest: Buffer = Buffer.alloc(0)
  try {
    for await (const chunk of openBytes(path, onBytes)) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      const end = bytes.lastIndexOf(0x0a)
      rest = bytes.subarray(end + 1)
      if (end >= 0) yield rows.read(bytes.toString('utf8', 0, end), false)
      if (rest.length > longestLineBytes) rest = rows.skipLongLine(rest)
    }
  } catch (error) {
    throw unreadable(path, error)
  }
  yield rows.read(rest.toString('utf8'), true)
}

async function* openBytes(path: string, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  const file: Readable = createReadStream(path, { highWaterMark: 256 * 1024 })
  file.on('data', (chunk: Buffer) => onBytes(chunk.length))
  // The error reaches the loop below through the stream that is read.
  const source = path.endsWith('.gz') ? pipeline(file, createGunzip(), () => undefined) : file
  for await (const chunk of source) yield chunk as Buffer
}

function unreadable(path: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code.startsWith('Z_')) return new StartError(`${path} is not a whole gzip file: copy it again.`)
  if (['EACCES', 'EPERM', 'EISDIR', 'ENOENT', 'EIO'].includes(code)) {
    return new StartError(`${path} cannot be read (${code}).`)
  }
  return error
}
