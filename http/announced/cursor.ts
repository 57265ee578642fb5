import { z } from 'zod'

/** A cursor of lists of announcements, whose ids are long. */
export const LongCursorSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,1000}$/, { error: 'A cursor is one that this list gave.' })
  .meta({ description: 'A cursor that this list gave.' })

/** The cursor of some texts. */
export function textOf(place: readonly string[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** Reads a cursor back as so many texts; `undefined` when it is none. */
export function textsOf(cursor: string, count: number): readonly string[] | undefined {
  try {
    const read: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    const isPlace = Array.isArray(read) && read.length === count
    if (!isPlace || !read.every((each) => typeof each === 'string')) return undefined
    if (read.some((each) => each.includes('\0'))) return undefined
    return textOf(read) === cursor ? read : undefined
  } catch {
    return undefined
  }
}
