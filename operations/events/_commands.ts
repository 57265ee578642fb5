import type { CausedEffect } from '#operations/events/_fold.ts'
import type { WalletCommand } from '#operations/ledger/post-commands.ts'
import type { Effect } from '#rules/orders/outcome.ts'
import type { Fact } from '#rules/orders/facts.ts'
import { earnRef } from '#rules/orders/order.ts'
import { activeFrom } from '#rules/points/expiry.ts'
import type { PointsPolicy } from '#rules/points/policy.ts'
import { isBefore } from '#rules/time/instants.ts'
import type { WalletKey } from '#rules/ledger/wallet.ts'

/** The platform's own points: what orders earn. */
export function pointsWallet(memberId: string): WalletKey {
  return { memberId, program: 'platform', unit: 'points' }
}

/**
 * The ledger's commands for an effect, dated by the fact's own time and posted no later than the
 * clock. Sealing concerns every wallet of the member.
 */
export function commandsFor(
  caused: CausedEffect,
  context: {
    readonly fingerprint: string
    readonly wallets: readonly WalletKey[]
    readonly actor: string
    readonly now: Temporal.Instant
    readonly zone: string
  },
): WalletCommand[] {
  const { fact, effect } = caused
  const at = isBefore(context.now, fact.time) ? context.now : fact.time
  const base = (key: WalletKey, policies: readonly string[], cause: unknown) => ({
    key,
    at,
    meta: {
      fingerprint: context.fingerprint,
      actor: context.actor,
      occurredAt: fact.time,
      cause: JSON.stringify(cause),
      policies,
    },
  })
  const told = { type: shortType(fact), source: fact.source, eventId: fact.id }
  const ref = factRef(fact)
  switch (effect.type) {
    case 'earn':
      return [earnCommand(effect, fact, base, told, context.zone)]
    case 'clawBack': {
      const { orderId, shopId, earnedBy } = effect.order
      const cause = { ...told, orderId, shopId, byLine: effect.byLine }
      return [
        {
          ...base(pointsWallet(fact.memberId), earnedBy.split(' '), cause),
          kind: 'clawBack',
          ref: `refund:${ref}`,
          of: earnRef(orderId),
          amount: effect.points,
          // Somebody may have taken back some of it by hand; the fact is true all the same.
          orLess: true,
          shortfall: effect.policy.clawBack.shortfall,
          order: effect.policy.spend,
        },
      ]
    }
    case 'seal':
      return everyWallet(context.wallets, fact.memberId).map((key) => ({
        ...base(key, [], told),
        kind: 'forfeit',
        ref: `seal:${ref}`,
        reason: effect.reason,
        seal: true,
      }))
    case 'unseal':
      return everyWallet(context.wallets, fact.memberId).map((key) => ({
        ...base(key, [], told),
        kind: 'unseal',
        ref: `unseal:${ref}`,
        ...(effect.restores === undefined ? {} : { of: `seal:${effect.restores}` }),
      }))
  }
}

/** Names a fact within its member. Sources have slashes, ids then have none: no two share it. */
export function factRef({ source, id }: Pick<Fact, 'source' | 'id'>): string {
  return `${source}/${id.replace(/[%/]/g, encodeURIComponent)}`
}

/** The wallets known, and the one of points: an earn of the same batch may just be making it. */
function everyWallet(known: readonly WalletKey[], memberId: string): readonly WalletKey[] {
  const points = pointsWallet(memberId)
  const others = known.filter((key) => key.program !== points.program || key.unit !== points.unit)
  return [points, ...others]
}

type Base = (
  key: WalletKey,
  policies: readonly string[],
  cause: unknown,
) => Pick<WalletCommand, 'key' | 'at' | 'meta'>

function earnCommand(
  effect: Extract<Effect, { type: 'earn' }>,
  fact: Fact,
  base: Base,
  told: Readonly<Record<string, unknown>>,
  zone: string,
): WalletCommand {
  const { order, earned, policy } = effect
  const { orderId, shopId, tradeId, earnedBy } = order
  const cause = { ...told, orderId, tradeId, shopId, why: earned.why }
  return {
    ...base(pointsWallet(fact.memberId), earnedBy.split(' '), cause),
    kind: 'earn',
    ref: earnRef(orderId),
    amount: earned.points,
    activeAt: activeAtOf(fact.time, earned.expiresAt, policy, zone),
    expiresAt: earned.expiresAt,
    funder: policy.funder === 'shop' ? `shop:${shopId}` : 'platform',
    merge: policy.mergeLots,
  }
}

/** When the points can be spent: after the policy's waiting time, if that leaves any. */
function activeAtOf(
  earnedAt: Temporal.Instant,
  expiresAt: Temporal.Instant | null,
  policy: PointsPolicy,
  zone: string,
): Temporal.Instant {
  const later = activeFrom(earnedAt, policy, zone)
  return expiresAt === null || isBefore(later, expiresAt) ? later : earnedAt
}

/** `jifen.order.received.v1` is `order.received`. */
function shortType(fact: Fact): string {
  return fact.type.replace(/^jifen\./, '').replace(/\.v1$/, '')
}
