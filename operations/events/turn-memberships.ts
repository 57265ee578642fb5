import type { Writer } from '#db/connection.ts'
import { endMembership, type Turn } from '#operations/ending/end-membership.ts'
import { resumeMembership } from '#operations/ending/resume-membership.ts'
import { factRef } from '#operations/events/_commands.ts'
import type { CausedEffect } from '#operations/events/_fold.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'

/**
 * What facts that seal and unseal members do besides what they post, member after member in the order
 * of their ids and each member's in the order told (EN-1, EN-3).
 */
export async function turnMemberships(
  tx: Writer,
  context: EventContext,
  effects: readonly CausedEffect[],
): Promise<void> {
  const byMember = Map.groupBy(effects, ({ fact }) => fact.memberId)
  for (const memberId of [...byMember.keys()].toSorted()) {
    for (const { fact, effect } of byMember.get(memberId) ?? []) {
      const { reason = null } = fact.data as { readonly reason?: string | null }
      const at = fact.time
      const turn: Turn = { memberId, ref: factRef(fact), at, actor: context.actor, reason }
      if (effect.type === 'seal') await endMembership(tx, context, turn)
      if (effect.type === 'unseal') await resumeMembership(tx, context, turn)
    }
  }
}
