import { assert } from '#rules/assert.ts'

/** The column types that many rows are sent in. */
export type ColumnType = 'text' | 'json' | 'bigint' | 'int' | 'boolean' | 'timestamptz' | 'bytea'

const elementOids = {
  text: 25,
  json: 114,
  bigint: 20,
  int: 23,
  boolean: 16,
  timestamptz: 1184,
  bytea: 17,
} as const satisfies Record<ColumnType, number>

const headerBytes = 20

/** PostgreSQL counts microseconds from the first instant of 2000. */
const epochMs = 946_684_800_000

/**
 * A one-dimensional array in PostgreSQL's binary form, which neither side has to quote or parse: the
 * text form costs more than the rows themselves. Values are strings for text and json, numbers for
 * bigint and int, `Temporal.Instant` for timestamptz, `Buffer` for bytea, and null for any.
 */
export function binaryArray(type: ColumnType, values: readonly unknown[]): Buffer {
  const size = values.reduce<number>((sum, value) => sum + 4 + bytesOf(type, value), headerBytes)
  const buffer = Buffer.allocUnsafe(size)
  let at = buffer.writeInt32BE(1, 0)
  at = buffer.writeInt32BE(values.includes(null) ? 1 : 0, at)
  at = buffer.writeInt32BE(elementOids[type], at)
  at = buffer.writeInt32BE(values.length, at)
  at = buffer.writeInt32BE(1, at)
  for (const value of values) at = writeElement(buffer, at, type, value)
  assert(at === size, 'an array is as long as its elements')
  return buffer
}

function bytesOf(type: ColumnType, value: unknown): number {
  if (value === null) return 0
  switch (type) {
    case 'text':
    case 'json':
      return Buffer.byteLength(value as string)
    case 'bigint':
    case 'timestamptz':
      return 8
    case 'int':
      return 4
    case 'boolean':
      return 1
    case 'bytea':
      return (value as Buffer).length
  }
}

function writeElement(buffer: Buffer, start: number, type: ColumnType, value: unknown): number {
  if (value === null) return buffer.writeInt32BE(-1, start)
  const at = start + 4
  const end = writeValue(buffer, at, type, value)
  buffer.writeInt32BE(end - at, start)
  return end
}

function writeValue(buffer: Buffer, at: number, type: ColumnType, value: unknown): number {
  switch (type) {
    case 'text':
    case 'json':
      return at + buffer.write(value as string, at)
    case 'bigint':
      return writeInt64(buffer, at, value as number)
    case 'timestamptz':
      return writeMicroseconds(buffer, at, (value as Temporal.Instant).epochMilliseconds - epochMs)
    case 'int':
      return buffer.writeInt32BE(value as number, at)
    case 'boolean':
      return buffer.writeUInt8(value === true ? 1 : 0, at)
    case 'bytea':
      return at + (value as Buffer).copy(buffer, at)
  }
}

/** Milliseconds as microseconds, which past three centuries are more than a number can count. */
function writeMicroseconds(buffer: Buffer, at: number, milliseconds: number): number {
  const microseconds = milliseconds * 1000
  if (Number.isSafeInteger(microseconds)) return writeInt64(buffer, at, microseconds)
  return buffer.writeBigInt64BE(BigInt(milliseconds) * 1000n, at)
}

const twoTo32 = 2 ** 32

/** A safe integer in two halves: half the time of a `bigint`. */
function writeInt64(buffer: Buffer, at: number, value: number): number {
  assert(Number.isSafeInteger(value), 'an int8 is sent as a safe whole number')
  const high = Math.floor(value / twoTo32)
  buffer.writeInt32BE(high, at)
  return buffer.writeUInt32BE(value - high * twoTo32, at + 4)
}
