import type { Database } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import {
  countActiveMembers,
  insertRound,
  lockOpenings,
  roundsWhere,
  type Round,
} from '#db/membership/invitation-rounds.ts'
import { transact } from '#operations/_transact.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { ladderAt } from '#operations/membership/standing.ts'
import type { InvitationPolicy } from '#rules/members/invitation/policy.ts'
import { mayOpen, placesOf, type MayOpen } from '#rules/members/invitation/round.ts'
import { rankOf } from '#rules/members/tiers/ladder.ts'

export type InvitationContext = {
  readonly db: Database
  readonly policies: PolicyBook
  readonly market: Market
}

export type RoundOpened =
  | { readonly ok: true; readonly round: Round }
  | Extract<MayOpen, { readonly ok: false }>
  | {
      readonly ok: false
      readonly refusal:
        'invitation/no-policy' | 'invitation/unknown-tier' | 'invitation/round-exists'
    }

/**
 * Opens a round of invitations by the policy in force (IV-6, IV-8). Its candidates are collected by
 * `settleInvitations`. Opening it again under its name by the same operator changes nothing.
 */
export async function openRound(
  context: InvitationContext,
  request: { readonly round: string; readonly actor: string; readonly at: Temporal.Instant },
): Promise<RoundOpened> {
  const { round, actor, at } = request
  const known = context.policies.at('invitation', at)
  const ladder = ladderAt(context.policies, at)
  if (known === undefined || ladder === undefined) {
    return { ok: false, refusal: 'invitation/no-policy' }
  }
  const policy = known.policy as InvitationPolicy
  if (rankOf(policy.tier, ladder) < 0) return { ok: false, refusal: 'invitation/unknown-tier' }

  return await transact(context.db, async (tx): Promise<RoundOpened> => {
    await lockOpenings(tx)
    const rounds = await roundsWhere(tx, 'all')
    const same = rounds.find((each) => each.round === round)
    const before = rounds.find((each) => each.tier === policy.tier)
    const activeMembers = await countActiveMembers(tx)

    if (same?.openedBy === actor && same.status !== 'closed') return { ok: true, round: same }
    if (same !== undefined) return { ok: false, refusal: 'invitation/round-exists' }
    const may = mayOpen(before, policy.every, at, context.market.zone)
    if (!may.ok) return may

    const places = placesOf(policy.quota, activeMembers)
    const { tier, scoreFrom } = policy
    const { version } = known
    const opening = { round, version, tier, places, activeMembers, scoreFrom }
    await insertRound(tx, { ...opening, openedBy: actor, openedAt: at })
    const [opened] = await roundsWhere(tx, { round })
    return opened === undefined
      ? { ok: false, refusal: 'invitation/round-exists' }
      : { ok: true, round: opened }
  })
}

/** The policy by which a round was opened. */
export function policyOf(policies: PolicyBook, { version }: Round): InvitationPolicy | undefined {
  return policies.version('invitation', version)?.policy as InvitationPolicy | undefined
}
