import { endGrants } from '#db/benefits/grants.ts'
import { lockMembers } from '#db/members.ts'
import { transact } from '#operations/_transact.ts'
import { benefitAt, type BenefitContext } from '#operations/benefits/benefit-book.ts'
import { grantBenefits } from '#operations/benefits/grant-benefits.ts'

/** What became of each member. */
export type GrantedOutcome = 'granted' | 'before' | 'members/unknown' | 'members/sealed'

export type GrantsGiven =
  | { readonly ok: true; readonly outcomes: ReadonlyMap<string, GrantedOutcome> }
  | { readonly ok: false; readonly refusal: 'benefits/unknown' }

/**
 * Gives each of many members a right to a benefit for a time, once under the name of the grant (BF-2).
 * Sealed members get nothing.
 */
export async function giveGrants(
  context: BenefitContext,
  given: {
    readonly slug: string
    readonly name: string
    readonly memberIds: readonly string[]
    readonly from: Temporal.Instant
    readonly to: Temporal.Instant
    readonly at: Temporal.Instant
  },
): Promise<GrantsGiven> {
  const { slug, name, memberIds, from, to, at } = given
  if (benefitAt(context.policies, slug, at) === undefined) {
    return { ok: false, refusal: 'benefits/unknown' }
  }
  const ids = [...new Set(memberIds)].toSorted()
  return await transact(context.db, async (tx): Promise<GrantsGiven> => {
    const members = await lockMembers(tx, ids)
    const active = ids.filter((memberId) => members.get(memberId)?.status === 'active')
    const source = grantSource(name)
    const grants = active.map((memberId) => ({ memberId, benefit: slug, source, from, to }))
    const fresh = new Set((await grantBenefits(tx, grants, at)).map(({ memberId }) => memberId))
    const outcomes = ids.map((memberId): [string, GrantedOutcome] => {
      const status = members.get(memberId)?.status
      if (status === undefined) return [memberId, 'members/unknown']
      if (status === 'sealed') return [memberId, 'members/sealed']
      return [memberId, fresh.has(memberId) ? 'granted' : 'before']
    })
    return { ok: true, outcomes: new Map(outcomes) }
  })
}

export type GrantEnded =
  | { readonly ok: true }
  | { readonly ok: false; readonly refusal: 'members/unknown' | 'benefits/unknown-grant' }

/** Ends a grant that runs; what was claimed by it stays. */
export async function endGrant(
  { db }: Pick<BenefitContext, 'db'>,
  ended: {
    readonly memberId: string
    readonly slug: string
    readonly name: string
    readonly at: Temporal.Instant
  },
): Promise<GrantEnded> {
  const { memberId, slug, name, at } = ended
  return await transact(db, async (tx): Promise<GrantEnded> => {
    const member = (await lockMembers(tx, [memberId])).get(memberId)
    if (member === undefined) return { ok: false, refusal: 'members/unknown' }
    const only = { benefit: slug, source: grantSource(name) }
    const count = await endGrants(tx, { memberId, only, at })
    return count > 0 ? { ok: true } : { ok: false, refusal: 'benefits/unknown-grant' }
  })
}

function grantSource(name: string): string {
  return `grant:${name}`
}
