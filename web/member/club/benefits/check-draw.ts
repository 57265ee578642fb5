import { drawPrize, messageOf } from '#rules/benefits/draw.ts'
import type { Draw } from '#web/member/club/benefits/resources.ts'

/** What a browser found: `notHere` where it may not compute hashes, which is so on plain HTTP. */
export type DrawCheck = 'holds' | 'wrongSecret' | 'wrongPrize' | 'notHere'

const mostRounds = 100

/**
 * Draws again what a member drew, by the rules that the server draws by (BF-12): the secret is the one
 * that was committed to, and gives the same ticket, prize and amount.
 */
export async function checkDraw(
  { claimId, epoch, number, word, prizes, ticket, prize, amountFen }: Draw,
  memberId: string,
): Promise<DrawCheck> {
  if (epoch.seed === undefined || !isSecureContext) return 'notHere'
  const seed = bytesOf(epoch.seed)
  const digest = await crypto.subtle.digest('SHA-256', seed)
  if (hexOf(new Uint8Array(digest)) !== epoch.commitment) return 'wrongSecret'

  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', seed, hmac, false, ['sign'])
  const weights = prizes.map(({ weight }) => weight)
  for (let round = 0; round < mostRounds; round += 1) {
    const message = new TextEncoder().encode(messageOf({ memberId, claimId, number, word }, round))
    const signed = new Uint8Array(await crypto.subtle.sign('HMAC', key, message))
    const drawn = drawPrize(signed, weights)
    if (drawn === undefined) continue
    const isSame = drawn.ticket === ticket && drawn.prize === prize
    return isSame && prizes[drawn.prize]?.amountFen === amountFen ? 'holds' : 'wrongPrize'
  }
  return 'wrongPrize'
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16))
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
