import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { rowReader, type Block } from '#operations/csv/row-reader.ts'
import { StartError, codeOf } from '#cli/postgres/start-error.ts'

/** A line longer than this is no row of an order: the file is not CSV. */
const longestLineBytes = 16_000_000

const newline = 0x0a

/**
 * Reads a CSV file, plain or `.gz`, in blocks of rows; `onBytes` hears of the bytes of the file as
 * they are read. Throws `StartError`, in one sentence, when the file itself cannot be read.
 */
export async function* readBlocks(
  path: string,
  onBytes: (bytes: number) => void = () => undefined,
): AsyncGenerator<Block> {
  const rows = rowReader()
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of bytesOf(path, onBytes)) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const end = bytes.lastIndexOf(newline)
    rest = bytes.subarray(end + 1)
    if (end >= 0) yield rows.read(bytes.toString('utf8', 0, end), false)
    if (rest.length > longestLineBytes) {
      throw new StartError(`${path} has lines of more than 16 MB: it is not CSV.`)
    }
  }
  yield rows.read(rest.toString('utf8'), true)
}

async function* bytesOf(path: string, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: 256 * 1024 })
  const gunzip = path.endsWith('.gz') ? createGunzip({ chunkSize: 256 * 1024 }) : undefined
  // A failure of either stream reaches the loop through the one that is read.
  const source = gunzip === undefined ? file : pipeline(file, gunzip, () => undefined)
  let told = 0
  try {
    for await (const chunk of source) {
      onBytes(file.bytesRead - told)
      told = file.bytesRead
      yield chunk as Buffer
    }
  } catch (error) {
    throw unreadable(path, error)
  } finally {
    file.destroy()
  }
}

function unreadable(path: string, error: unknown): unknown {
  const code = codeOf(error)
  if (code === undefined) return error
  if (code.startsWith('Z_'))
    return new StartError(`${path} is not a whole gzip file: copy it again.`)
  return new StartError(`${path} cannot be read (${code}).`)
}
