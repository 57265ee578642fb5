import { hash } from 'node:crypto'
import type { Database, Writer } from '#db/connection.ts'
import { grantsOf, type RecordedGrant } from '#db/membership/tier-grants.ts'
import { lockMembers } from '#db/members.ts'
import { transact } from '#operations/_transact.ts'
import type { StandingContext } from '#operations/membership/settle-members.ts'
import { endTierGrant, grantTier } from '#operations/membership/grant-tier.ts'
import { ladderAt } from '#operations/membership/standing.ts'
import { endOf } from '#rules/members/tiers/in-force.ts'
import { isBefore } from '#rules/time/instants.ts'

type Context = StandingContext & { readonly db: Database }

/** Who asks, under which Idempotency-Key, and why. */
type Asked = {
  readonly memberId: string
  readonly actor: string
  readonly key: string
  readonly reason: string
}

type AskRefusal = 'members/unknown' | 'members/sealed'

export type OperatorGrant = Asked & {
  readonly tier: string
  /** Absent: from now on. */
  readonly from?: Temporal.Instant | undefined
  readonly to: Temporal.Instant
}

export type GrantedByOperator =
  | { readonly ok: true; readonly grant: RecordedGrant }
  | {
      readonly ok: false
      readonly refusal:
        | AskRefusal
        | 'requests/key-reused'
        | 'tiers/unknown-tier'
        | 'tiers/by-invitation'
        | 'tiers/bad-period'
    }

/**
 * Grants a member a tier for a time, for a reason: once under its key. Refused: a tier that is not on
 * the ladder or is given by invitation, a period that begins in the past or does not last.
 */
export async function grantByOperator(
  context: Context,
  request: OperatorGrant,
): Promise<GrantedByOperator> {
  const { memberId, tier, to, actor, reason } = request
  const from = request.from ?? context.now
  return await transact(context.db, async (tx): Promise<GrantedByOperator> => {
    const refusal = await lockActive(tx, memberId)
    if (refusal !== undefined) return { ok: false, refusal }
    const grantId = `operator-${nameOf(request)}`
    const before = await grantOfId(tx, memberId, grantId)
    if (before !== undefined) {
      return isSame(before, request)
        ? { ok: true, grant: before }
        : { ok: false, refusal: 'requests/key-reused' }
    }

    const rung = ladderAt(context.policies, context.now)?.find((each) => each.name === tier)
    if (rung === undefined) return { ok: false, refusal: 'tiers/unknown-tier' }
    if (rung.byInvitation === true) return { ok: false, refusal: 'tiers/by-invitation' }
    if (isBefore(from, context.now) || !isBefore(from, to)) {
      return { ok: false, refusal: 'tiers/bad-period' }
    }

    const cause = { actor, reason }
    const source = 'operator'
    await grantTier(tx, context, { memberId, grantId, source, tier, from, to, cause })
    const window = { from, to, endedAt: undefined }
    return { ok: true, grant: { memberId, grantId, source, tier, ...window, cause } }
  })
}

export type EndedByOperator =
  | { readonly ok: true; readonly grant: RecordedGrant }
  | {
      readonly ok: false
      readonly refusal: AskRefusal | 'tiers/unknown-grant' | 'tiers/grant-over'
    }

/** Ends a grant of any source before its time, for a reason. Refused: one that is over already. */
export async function endByOperator(
  context: Context,
  request: Asked & { readonly grantId: string },
): Promise<EndedByOperator> {
  const { memberId, grantId, actor, reason } = request
  const { now: at } = context
  return await transact(context.db, async (tx): Promise<EndedByOperator> => {
    const refusal = await lockActive(tx, memberId)
    if (refusal !== undefined) return { ok: false, refusal }
    const grant = await grantOfId(tx, memberId, grantId)
    if (grant === undefined) return { ok: false, refusal: 'tiers/unknown-grant' }
    const cause = { actor, reason, request: nameOf(request) }
    if (grant.endCause?.['request'] === cause.request) return { ok: true, grant }
    // Who waited for the member may have asked before the instant at which another ended it.
    const isOver = grant.endedAt !== undefined || !isBefore(at, endOf(grant))
    if (isOver) return { ok: false, refusal: 'tiers/grant-over' }

    await endTierGrant(tx, context, { memberId, grantId, at, cause })
    return { ok: true, grant: { ...grant, endedAt: at, endCause: cause } }
  })
}

async function lockActive(tx: Writer, memberId: string): Promise<AskRefusal | undefined> {
  const member = (await lockMembers(tx, [memberId])).get(memberId)
  if (member === undefined) return 'members/unknown'
  return member.status === 'sealed' ? 'members/sealed' : undefined
}

/** Names a request for ever: the same again is known by it. */
function nameOf({ actor, key }: Asked): string {
  return hash('sha256', JSON.stringify([actor, key])).slice(0, 16)
}

function isSame(grant: RecordedGrant, { tier, from, to, reason }: OperatorGrant): boolean {
  if (grant.tier !== tier || grant.cause['reason'] !== reason || !grant.to.equals(to)) return false
  return from === undefined || grant.from.equals(from)
}

async function grantOfId(
  tx: Writer,
  memberId: string,
  grantId: string,
): Promise<RecordedGrant | undefined> {
  const grants = (await grantsOf(tx, [memberId])).get(memberId) ?? []
  return grants.find((grant) => grant.grantId === grantId)
}
