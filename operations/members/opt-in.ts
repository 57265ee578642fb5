import type { Database } from '#db/connection.ts'
import { insertOptIn, memberById, optInsOf, type OptIn } from '#db/members.ts'
import { transact } from '#operations/_transact.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import type { PointsEvent } from '#rules/points/policy.ts'
import { isBefore } from '#rules/time/instants.ts'

export type OptedIn =
  | { readonly ok: true; readonly optIn: OptIn }
  | { readonly ok: false; readonly refusal: 'members/unknown' | 'members/sealed' }
  | { readonly ok: false; readonly refusal: 'points/unknown-event' | 'points/event-over' }

/**
 * Has a member join the temporary rules of an event, which then override for what is received inside
 * its window (PT-10). Joining twice changes nothing: the first time counts.
 */
export async function optIn(
  context: { readonly db: Database; readonly policies: PolicyBook },
  request: { readonly memberId: string; readonly event: string; readonly at: Temporal.Instant },
): Promise<OptedIn> {
  const { memberId, event, at } = request
  const known = context.policies.at(`points-event:${event}`, at)
  if (known === undefined) return { ok: false, refusal: 'points/unknown-event' }
  if (!isBefore(at, (known.policy as PointsEvent).window.to)) {
    return { ok: false, refusal: 'points/event-over' }
  }

  return await transact(context.db, async (tx): Promise<OptedIn> => {
    const member = await memberById(tx, memberId)
    if (member === undefined) return { ok: false, refusal: 'members/unknown' }
    if (member.status === 'sealed') return { ok: false, refusal: 'members/sealed' }

    await insertOptIn(tx, { memberId, event, optedAt: at })
    const joined = (await optInsOf(tx, [memberId])).find((each) => each.event === event)
    return { ok: true, optIn: joined ?? { memberId, event, optedAt: at } }
  })
}
