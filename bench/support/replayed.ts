import type { Socket } from 'node:net'
import type pg from 'pg'
import type { Flight } from '#bench/support/captured.ts'

/** A word that stands in what was captured, and in each replay for another one of the same length. */
export type Placeholder = string

/**
 * Sends captured statements again and again with nothing in between: no HTTP, no validation, no rules, no
 * hashes. Each replay puts words of its own in the place of the captured ones, everywhere they stand, so it must
 * find in the database what the captured one found. Words have the same length, for they also stand in binary arrays.
 */
export function replayer(flights: readonly Flight[], placeholders: readonly Placeholder[]) {
  let number = 0
  const templates = flights.map((flight) =>
    flight.map(({ text, values }) => {
      number += 1
      return { name: `replayed_${number}`, text, fills: values.map((value) => fillOf(value, placeholders)) } // prettier-ignore
    }),
  )
  return async (client: pg.ClientBase, words: readonly string[]): Promise<void> => {
    for (const [n, placeholder] of placeholders.entries()) {
      if (words[n]?.length !== placeholder.length) throw new Error(`${words[n]} has another length`)
    }
    const { stream } = (client as unknown as { readonly connection: { stream: Socket } }).connection
    for (const flight of templates) {
      stream.cork()
      const answers = flight.map(({ name, text, fills }) =>
        fills.length === 0
          ? client.query(text)
          : client.query({ name, text, values: fills.map((fill) => fill(words)) }),
      )
      stream.uncork()
      await Promise.all(answers)
    }
  }
}

type Fill = (words: readonly string[]) => unknown

function fillOf(captured: unknown, placeholders: readonly Placeholder[]): Fill {
  if (Buffer.isBuffer(captured)) return fillOfBytes(captured, placeholders)
  if (Array.isArray(captured)) {
    const fills = captured.map((each) => fillOf(each, placeholders))
    return (words) => fills.map((fill) => fill(words))
  }
  if (typeof captured !== 'string') return () => captured
  if (!placeholders.some((placeholder) => captured.includes(placeholder))) return () => captured
  return (words) =>
    placeholders.reduce((text, each, n) => text.replaceAll(each, words[n] ?? each), captured)
}

function fillOfBytes(captured: Buffer, placeholders: readonly Placeholder[]): Fill {
  const places = placeholders.flatMap((placeholder, word) =>
    placesOf(captured, placeholder).map((at) => ({ word, at })),
  )
  if (places.length === 0) return () => captured
  return (words) => {
    const bytes = Buffer.from(captured)
    for (const { word, at } of places) bytes.write(words[word] ?? '', at, 'latin1')
    return bytes
  }
}

function placesOf(bytes: Buffer, word: string): readonly number[] {
  const places: number[] = []
  for (let at = bytes.indexOf(word); at >= 0; at = bytes.indexOf(word, at + 1)) places.push(at)
  return places
}
