import type { Database } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import { insertMatch, matchesOf, type TierMatch } from '#db/membership/interchange.ts'
import { undoRefused } from '#operations/_refused.ts'
import { transact } from '#operations/_transact.ts'
import type { KnownPolicy, PolicyBook } from '#operations/policies/policy-book.ts'
import { beginKeyed, digestOf } from '#operations/requests/keyed.ts'
import { assert } from '#rules/assert.ts'
import { maySubmit, type MatchRefusal } from '#rules/members/interchange/match.ts'
import type { InterchangePolicy } from '#rules/members/interchange/policy.ts'

export type InterchangeContext = {
  readonly db: Database
  readonly policies: PolicyBook
  readonly market: Market
}

export type Submission = {
  readonly memberId: string
  readonly partner: string
  readonly partnerTier: string
  readonly evidenceKind: string
  /** SHA-256 of what the evidence refers to, in 64 hexadecimal digits. */
  readonly evidenceHash: string
  /** Who hands it in, and under which Idempotency-Key. */
  readonly caller: string
  readonly key: string
  readonly at: Temporal.Instant
}

export type Submitted =
  | { readonly ok: true; readonly match: TierMatch }
  | {
      readonly ok: false
      readonly refusal:
        | MatchRefusal
        | 'interchange/unknown-partner'
        | 'members/unknown'
        | 'members/sealed'
        | 'requests/key-reused'
    }

/** Hands in proof of a partner's tier, to be decided by somebody else (IC-2 to IC-4). Once under its key. */
export async function submitMatch(
  context: InterchangeContext,
  submission: Submission,
): Promise<Submitted> {
  const { memberId, partner, at, caller, key: _, ...asked } = submission
  const known = interchangeAt(context.policies, partner, at)
  if (known === undefined) return { ok: false, refusal: 'interchange/unknown-partner' }

  return await undoRefused<Submitted>(
    (operation) => transact(context.db, operation),
    async (tx) => {
      const begun = await beginKeyed(tx, submission, digestOf(['tier-match', partner, asked]))
      if (!begun.ok) return begun
      if (begun.member.status === 'sealed') return { ok: false, refusal: 'members/sealed' }
      const own = (await matchesOf(tx, memberId)).filter((each) => each.partner === partner)
      const same = begun.isAgain ? own.find((each) => isOf(each, submission)) : undefined
      if (same !== undefined) return { ok: true, match: same }

      const earlier = own.map(({ status, decidedAt }) => {
        return { status, decidedAt: decidedAt ?? undefined }
      })
      const { zone } = context.market
      const may = maySubmit(known.policy, { ...asked, earlier, at, zone })
      if (!may.ok) return may

      const nth = own.length + 1
      const matchId = `${partner}.${nth}`
      const { tier } = may
      const { version } = known
      const fresh = { memberId, matchId, partner, nth, version, tier, ...asked }
      await insertMatch(tx, { ...fresh, submittedBy: caller, submittedAt: at })
      const match = (await matchesOf(tx, memberId)).find((each) => each.matchId === matchId)
      assert(match !== undefined, 'a match that was written is there')
      return { ok: true, match }
    },
  )
}

/** The mapping with a partner that is in force, if there is one. */
export function interchangeAt(
  policies: PolicyBook,
  partner: string,
  at: Temporal.Instant,
): (Omit<KnownPolicy, 'policy'> & { readonly policy: InterchangePolicy }) | undefined {
  const known = policies.at(`interchange:${partner}`, at)
  return known === undefined ? undefined : { ...known, policy: known.policy as InterchangePolicy }
}

/** Whether a request that was made before handed this in. */
function isOf(match: TierMatch, asked: Submission): boolean {
  return (
    match.submittedBy === asked.caller &&
    match.partnerTier === asked.partnerTier &&
    match.evidenceHash === asked.evidenceHash
  )
}
