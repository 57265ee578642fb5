import { assert } from '#rules/assert.ts'

/** What a draw is made of besides its secret, in one text: the same text is drawn once (BF-12). */
export type DrawMark = {
  readonly memberId: string
  readonly claimId: string
  /** Of the member's draws with the same secret, from 1. */
  readonly number: number
  /** What the member put in, so that nobody else could choose the outcome. */
  readonly word: string
}

/** The text that is signed with the secret to draw; `round` counts the times that gave no ticket. */
export function messageOf({ memberId, claimId, number, word }: DrawMark, round = 0): string {
  return `${memberId}/${claimId}/${number}/${word}${round === 0 ? '' : `/${round}`}`
}

/** Which prize was drawn, and by which ticket of all that there are. */
export type Drawn = { readonly prize: number; readonly ticket: number }

const wordBytes = 4
const wordValues = 2 ** 32

/**
 * Draws a prize by its weight from bytes that are even and unforeseeable (BF-12): of each four bytes
 * a number, and those past the last multiple of all weights are passed over, so that every ticket is as
 * likely as any other. `undefined`: the bytes gave no ticket, draw from others.
 */
export function drawPrize(bytes: Uint8Array, weights: readonly number[]): Drawn | undefined {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  assert(total >= 1 && total <= wordValues, 'the weights of a draw come to 1 to 2^32')
  const fair = wordValues - (wordValues % total)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at + wordBytes <= bytes.byteLength; at += wordBytes) {
    const value = view.getUint32(at)
    if (value < fair) return drawnBy(value % total, weights)
  }
  return undefined
}

/** The prize that a ticket is of: tickets are numbered from 0, prize by prize. */
function drawnBy(ticket: number, weights: readonly number[]): Drawn {
  let below = 0
  for (const [prize, weight] of weights.entries()) {
    below += weight
    if (ticket < below) return { prize, ticket }
  }
  throw new RangeError(`no prize has the ticket ${ticket}`)
}
