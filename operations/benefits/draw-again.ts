import { createHmac } from 'node:crypto'
import { drawPrize, messageOf, type Drawn, type DrawMark } from '#rules/benefits/draw.ts'

/** Draws by HMAC-SHA256 of the mark with a secret (BF-12): the same again gives the same. */
export function drawBy(seed: Buffer, mark: DrawMark, weights: readonly number[]): Drawn {
  for (let round = 0; ; round += 1) {
    const bytes = createHmac('sha256', seed).update(messageOf(mark, round)).digest()
    const drawn = drawPrize(bytes, weights)
    if (drawn !== undefined) return drawn
  }
}
