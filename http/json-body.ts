import type { WrongInput } from '#http/problems.ts'
import { readJson } from '#rules/decide/json.ts'

/** A body that is no JSON as it is read here. */
export class NotJson extends Error {
  override readonly name = 'NotJson'
  readonly wrong: WrongInput

  constructor(wrong: WrongInput) {
    super(wrong.message)
    this.wrong = wrong
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** An escape that may stand for the character NUL or for half of a pair. */
const riskyEscape = /\\u(?:0000|[dD][89a-fA-F])/

/**
 * Reads a body as JSON, strictly: bytes that are not UTF-8, the character NUL, half a pair of
 * characters and all that `readJson` refuses throw `NotJson`. No bytes are no body: `undefined`.
 */
export function readJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined
  const text = decode(bytes)
  const read = readJson(text)
  if (!read.ok) throw new NotJson(inBody(read.problem))
  if (riskyEscape.test(text)) refuseUnkeepable(read.value)
  return read.value
}

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new NotJson({ path: 'body', code: 'encoding', message: 'The body is not UTF-8.' })
  }
}

function inBody({ path, message }: WrongInput): WrongInput {
  if (path === '') return { path: 'body', code: 'json', message }
  return { path: path.startsWith('[') ? `body${path}` : `body.${path}`, code: 'json', message }
}

/** Texts that the database could not keep as they are. */
function refuseUnkeepable(value: unknown): void {
  if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed())) {
    const message = 'A text holds the character NUL or half a pair of characters.'
    throw new NotJson({ path: 'body', code: 'characters', message })
  }
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    refuseUnkeepable(key)
    refuseUnkeepable(inner)
  }
}
