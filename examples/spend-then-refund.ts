// One wallet's history by the ledger's rules alone, without a database: an earn, a spend that is sent
// twice, and a refund of the order after its points were spent.
import { postAll, type TimedCommand } from '#rules/ledger/post.ts'
import type { Answer, Meta, WalletState } from '#rules/ledger/wallet.ts'
import { asPoints, noPoints } from '#rules/money/points.ts'

const expiresAt = Temporal.Instant.from('2019-01-01T00:00:00+08:00')

const history: readonly TimedCommand[] = [
  { ...named('order:o-1001', 'earn 100'), ...earnOf(100), at: day('2017-11-15') },
  { ...named('cart-7', 'spend 80'), kind: 'spend', amount: asPoints(80), at: day('2017-11-16') },
  { ...named('cart-7', 'spend 80'), kind: 'spend', amount: asPoints(80), at: day('2017-11-17') },
  { ...named('cart-7', 'spend 90'), kind: 'spend', amount: asPoints(90), at: day('2017-11-17') },
  {
    ...named('refund:r-1', 'claw back 100'),
    kind: 'clawBack',
    of: 'order:o-1001',
    amount: asPoints(100),
    shortfall: 'debt',
    at: day('2017-11-20'),
  },
  { ...named('order:o-1002', 'earn 130'), ...earnOf(130), at: day('2017-11-25') },
]

const posting = postAll(emptyWallet(), history)
history.forEach((command, index) => {
  const answer = posting.answers[index]
  if (answer === undefined) throw new Error('every command has an answer')
  console.log(`${command.meta.fingerprint.padEnd(14)} ${command.ref.padEnd(13)} ${said(answer)}`)
})
console.log(`\n${posting.entries.length} entries:`)
for (const { seq, kind, transfers } of posting.entries) {
  const moved = transfers.map(({ debit, credit, amount }) => `${debit} -> ${credit} ${amount}`)
  console.log(`${seq} ${kind}: ${moved.join(', ')}`)
}

function said(answer: Answer): string {
  if (!answer.ok) return `refused, ${answer.refusal}`
  const { available, debt } = answer.after
  return `entry ${answer.seq}: available ${available}, debt ${debt}`
}

function earnOf(points: number) {
  return { kind: 'earn', amount: asPoints(points), expiresAt, funder: 'shop:s-1' } as const
}

/** The fingerprint is a digest of what is asked; words do as well here. */
function named(ref: string, fingerprint: string): { readonly ref: string; readonly meta: Meta } {
  const occurredAt = day('2017-11-15')
  return { ref, meta: { fingerprint, actor: 'example', occurredAt, cause: '{}', policies: [] } }
}

function day(text: string): Temporal.Instant {
  return Temporal.Instant.from(`${text}T10:00:00+08:00`)
}

function emptyWallet(): WalletState {
  const balance = { available: noPoints, pending: noPoints, held: noPoints, debt: noPoints }
  const wallet = { ...balance, seq: 0, lastLotId: 0, lastAt: null, nextDue: null }
  return { wallet: { ...wallet, status: 'open' }, lots: [], holds: [], posted: new Map() }
}
