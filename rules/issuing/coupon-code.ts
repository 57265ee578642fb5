import { assert } from '#rules/assert.ts'

/** Random bytes in a code: 80 bits, where 64 would do (IS-11). */
export const codeBytes = 10

/** Characters that no two of which look alike: no I, L, O or U. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

const codeLength = 16

/** Writes random bytes as a code that people can read and type: `7K3M-...`, four groups of four. */
export function codeFrom(bytes: Uint8Array): string {
  assert(bytes.length === codeBytes, `a code is made of ${codeBytes} bytes`)
  let number = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  let text = ''
  for (let place = 0; place < codeLength; place += 1) {
    text = (alphabet[Number(number & 31n)] ?? '') + text
    number >>= 5n
  }
  return text.replace(/(.{4})(?!$)/g, '$1-')
}

/**
 * A code as it is kept, from what somebody typed: without hyphens and spaces, in capitals, with what
 * looks like a digit as that digit; `undefined` when it can be no code.
 */
export function readCode(typed: string): string | undefined {
  const text = typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1')
  return /^[0-9A-HJKMNP-TV-Z]{16}$/.test(text) ? text : undefined
}

/** A member that gave so many codes in an hour that are none has to wait for the next (IS-11). */
export const codeFailuresAnHour = 10
