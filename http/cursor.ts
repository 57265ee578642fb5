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

function textOf(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString('utf8')
}
