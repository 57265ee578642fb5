import { IdSchema } from '#rules/fields.ts'
import { instantFromText } from '#rules/time/instants.ts'

/** A place in a list, as text that clients pass back and need not understand. */
export function cursorOf(before: number): string {
  return Buffer.from(JSON.stringify({ before })).toString('base64url')
}

/** Reads a cursor back; `undefined` when it is none that `cursorOf` made. */
export function placeOf(cursor: string): number | undefined {
  const [, digits] = /^\{"before":([1-9][0-9]{0,15})\}$/.exec(textOf(cursor)) ?? []
  const before = Number(digits)
  return Number.isSafeInteger(before) && cursorOf(before) === cursor ? before : undefined
}

/** A place in a list by time, where new ones move none: when something came to be, and its id. */
export type Moment = { readonly at: Temporal.Instant; readonly id: string }

/** A place in a list by time, as text. */
export function cursorOfMoment({ at, id }: Moment): string {
  return Buffer.from(`${at.epochMilliseconds}/${id}`).toString('base64url')
}

/** Reads a cursor of a list by time back; `undefined` when there can be no such place. */
export function momentOf(cursor: string): Moment | undefined {
  const [, digits = '', id = ''] = /^([0-9]{1,15})\/(.+)$/u.exec(textOf(cursor)) ?? []
  if (!IdSchema.safeParse(id).success) return undefined
  const at = instantFromText(Temporal.Instant.fromEpochMilliseconds(Number(digits)).toString())
  return at === undefined ? undefined : { at, id }
}

function textOf(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString('utf8')
}
