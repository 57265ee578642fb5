import { memberById } from '#db/members.ts'
import { standingsOf } from '#db/membership/standings.ts'
import { interchangeAt, type InterchangeContext } from '#operations/interchange/submit-match.ts'
import { ladderAt } from '#operations/membership/standing.ts'
import { statementFor, type Statement } from '#rules/members/interchange/match.ts'
import { isInside } from '#rules/time/instants.ts'

export type TierStated =
  | { readonly ok: true; readonly statement: Statement }
  | {
      readonly ok: false
      readonly refusal:
        | 'members/unknown'
        | 'members/sealed'
        | 'interchange/unknown-partner'
        | 'interchange/not-open'
        | 'interchange/nothing-to-state'
    }

/** What a member's tier is worth with a partner at an instant, to be signed for the partner (IC-6, IC-7). */
export async function stateTier(
  { db, policies, market }: InterchangeContext,
  asked: { readonly memberId: string; readonly partner: string; readonly at: Temporal.Instant },
): Promise<TierStated> {
  const { memberId, partner, at } = asked
  const known = interchangeAt(policies, partner, at)
  const ladder = ladderAt(policies, at)
  const [member, standings] = await Promise.all([
    memberById(db, memberId),
    standingsOf(db, [memberId], at),
  ])

  if (member === undefined) return { ok: false, refusal: 'members/unknown' }
  if (member.status === 'sealed') return { ok: false, refusal: 'members/sealed' }
  if (known === undefined || ladder === undefined) {
    return { ok: false, refusal: 'interchange/unknown-partner' }
  }
  const recorded = standings.get(memberId)
  const { zone } = market
  const statement =
    recorded === undefined
      ? undefined
      : statementFor(known.policy, { ...recorded, ladder, at, zone })
  if (statement !== undefined) return { ok: true, statement }

  const isOpen = isInside(at, known.policy.window)
  return { ok: false, refusal: isOpen ? 'interchange/nothing-to-state' : 'interchange/not-open' }
}
