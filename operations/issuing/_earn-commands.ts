import { hash } from 'node:crypto'
import type { WalletCommand } from '#operations/ledger/post-commands.ts'
import type { KnownPolicy } from '#operations/policies/policy-book.ts'
import type { Allowance } from '#rules/issuing/allowance.ts'
import type { WalletKey } from '#rules/ledger/wallet.ts'
import { asPoints } from '#rules/money/points.ts'

/** The wallet of a member's shopping allowance, in fen. */
export function allowanceWallet(memberId: string): WalletKey {
  return { memberId, program: 'platform', unit: 'allowance' }
}

/** The wallet of a member's red envelopes, in fen: a lot for each. */
export function envelopeWallet(memberId: string): WalletKey {
  return { memberId, program: 'platform', unit: 'redEnvelope' }
}

/** The command that puts an allowance into a member's wallet, usable in the window of its policy. */
export function allowanceEarn(
  known: KnownPolicy,
  earn: {
    readonly memberId: string
    readonly amount: number
    readonly ref: string
    readonly actor: string
    readonly at: Temporal.Instant
    readonly cause: object
  },
): WalletCommand {
  const { usable, funder } = known.policy as Allowance
  const { memberId, amount, ref, actor, at, cause } = earn
  const policy = `${known.name}@${known.version}`
  return {
    key: allowanceWallet(memberId),
    kind: 'earn',
    ref,
    amount: asPoints(amount),
    activeAt: usable.from,
    expiresAt: usable.to,
    funder,
    merge: true,
    at,
    meta: {
      fingerprint: hash('sha256', JSON.stringify([ref, amount])),
      actor,
      occurredAt: at,
      cause: JSON.stringify(cause),
      policies: [policy],
    },
  }
}
