import type { Database } from '#db/connection.ts'
import { insertMembers } from '#db/members.ts'
import { postCommands, type WalletCommand } from '#operations/ledger/post-commands.ts'
import { asPoints } from '#rules/money/points.ts'
import type { Random } from '#test/accept/support/random.ts'

/** So many commands for each wallet: earns, spends, holds that stay open, a capture, a give-back. */
export const commandsEach = 12

const walletsAtOnce = 250
const begin = Temporal.Instant.from('2017-11-01T00:00:00+08:00')
const expiresAt = Temporal.Instant.from('2019-01-01T00:00:00+08:00')
const holdEnds = Temporal.Instant.from('2018-06-01T00:00:00+08:00')

/** Fills the books of members `member-0` on, without HTTP. `round` makes the references differ. */
export async function fillBooks(
  db: Database,
  members: number,
  random: Random,
  round = 0,
): Promise<void> {
  for (let first = 0; first < members; first += walletsAtOnce) {
    const upTo = Math.min(first + walletsAtOnce, members)
    const ids = Array.from({ length: upTo - first }, (_, n) => `member-${first + n}`)
    const commands = ids.flatMap((memberId) => commandsOf(memberId, random, round))
    await db.transaction().execute(async (tx) => {
      const joined = ids.map((memberId) => ({ memberId, joinedAt: begin }))
      if (round === 0) await insertMembers(tx, joined, begin)
      await postCommands(tx, commands)
    })
  }
}

function commandsOf(memberId: string, random: Random, round: number): WalletCommand[] {
  return Array.from({ length: commandsEach }, (_, n): WalletCommand => {
    const at = begin.add({ minutes: (round * commandsEach + n) * 20 })
    const ref = (number: number): string => `ref-${round}-${number}`
    const meta = {
      fingerprint: `${memberId}/${round}/${n}`,
      actor: 'service:filler',
      occurredAt: at,
      cause: '{"type":"fill"}',
      policies: ['points@1'],
    }
    const key = { memberId, program: 'platform', unit: 'points' }
    const base = { key, at, meta, ref: ref(n) }
    const amount = asPoints(random.int(1, 40))
    if (n % 3 === 0) {
      const funder = `shop:${random.int(1, 3)}`
      return { ...base, kind: 'earn', amount: asPoints(200), expiresAt, funder, merge: true }
    }
    if (n % 3 === 1) return { ...base, kind: 'spend', amount }
    if (n === 5) return { ...base, kind: 'capture', of: ref(2) }
    if (n === 8) return { ...base, kind: 'giveBack', of: ref(1), amount: asPoints(1) }
    return { ...base, kind: 'hold', amount, expiresAt: holdEnds }
  })
}
