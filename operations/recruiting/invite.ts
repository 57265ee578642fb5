import { hash, randomBytes } from 'node:crypto'
import {
  insertRecruit,
  recruitById,
  updateRecruit,
  type Recruit,
} from '#db/governance/recruiting.ts'
import { transact } from '#operations/_transact.ts'
import { keyedId } from '#operations/governance/keyed-id.ts'
import { digestOf } from '#operations/requests/keyed.ts'
import { lockSettledRecruit } from '#operations/recruiting/_settle.ts'
import {
  recruitingAt,
  type RecruitingContext,
  type RecruitingRefused,
  type RecruitTurned,
} from '#operations/recruiting/recruiting-policy.ts'
import { after } from '#rules/members/invitation/round.ts'
import { checkFigures, type Figures } from '#rules/merchants/review/checks.ts'
import { recruitingRulesOf, type RecruitedType } from '#rules/merchants/recruiting/policy.ts'
import { isRevocable } from '#rules/merchants/recruiting/steps.ts'
import { assert } from '#rules/assert.ts'

export type InviteBrand = {
  readonly brand: string
  readonly level: string
  readonly type: RecruitedType
  readonly mainCategory: string
  readonly categories: readonly string[]
  /** What is known of the brand, by the names of the criteria. */
  readonly figures: Figures
  readonly caller: string
  readonly key: string
  readonly at: Temporal.Instant
}

export type Invited =
  | {
      readonly ok: true
      readonly recruit: Recruit
      /** Shown once; `undefined`: it was shown before. */
      readonly token: string | undefined
    }
  | RecruitingRefused

/** Invites a brand that meets the criteria of its type (RC-1), with a token to accept by (RC-2). */
export async function inviteBrand(
  { db, policies, market }: RecruitingContext,
  invite: InviteBrand,
): Promise<Invited> {
  const { brand, level, type, mainCategory, categories, figures, caller, key, at } = invite
  const known = recruitingAt(policies, at)
  if (known === undefined) return { ok: false, refusal: 'recruiting/no-policy' }
  const rules = recruitingRulesOf(known.policy, type, level)
  if (rules === undefined) return { ok: false, refusal: 'recruiting/not-offered' }
  const checks = checkFigures(known.policy.types[type]?.criteria ?? [], figures)
  if (checks.some(({ met, severity }) => !met && severity === 'blocks')) {
    return { ok: false, refusal: 'recruiting/criteria-not-met', checks }
  }

  const token = randomBytes(32).toString('base64url')
  const recruit: Recruit = {
    ...notYet,
    invitationId: keyedId('rc', [caller, key]),
    brand,
    level,
    type,
    channel: rules.channel,
    mainCategory,
    categories,
    evidence: JSON.stringify({ figures, checks }),
    policyVersion: known.version,
    tokenSha256: digestOfToken(token),
    invitedBy: caller,
    invitedAt: at,
    dueAt: after(at, known.policy.acceptWithin, market.zone),
    fingerprint: digestOf(['recruit', brand, level, type, mainCategory, categories, figures]),
  }
  const isNew = await transact(db, (tx) => insertRecruit(tx, recruit))
  if (isNew) return { ok: true, recruit, token }
  const before = await recruitById(db, recruit.invitationId)
  assert(before !== undefined, 'an invitation stays')
  if (before.fingerprint !== recruit.fingerprint) {
    return { ok: false, refusal: 'requests/key-reused' }
  }
  return { ok: true, recruit: before, token: undefined }
}

/** Takes an invitation back that is not approved yet (RC-7); again changes nothing. */
export async function revokeInvitation(
  context: RecruitingContext,
  asked: { readonly invitationId: string; readonly at: Temporal.Instant },
): Promise<RecruitTurned> {
  return await transact(context.db, async (tx): Promise<RecruitTurned> => {
    const recruit = await lockSettledRecruit(tx, context, asked.invitationId, asked.at)
    if (recruit === undefined) return { ok: false, refusal: 'recruiting/unknown' }
    if (recruit.status === 'revoked') return { ok: true, recruit }
    if (!isRevocable(recruit.status)) return { ok: false, refusal: 'recruiting/wrong-status' }
    const over = { status: 'revoked', stageName: null, dueAt: null, endedAt: asked.at } as const
    const revoked: Recruit = { ...recruit, ...over }
    await updateRecruit(tx, revoked)
    return { ok: true, recruit: revoked }
  })
}

/** The digest that a token is kept as. */
export function digestOfToken(token: string): string {
  return hash('sha256', token)
}

const notYet = {
  status: 'invited',
  round: 0,
  stage: 0,
  stageName: null,
  isEscalated: false,
  asked: null,
  rejectedAt: null,
  merchantId: null,
  merchantName: null,
  legalEntity: null,
  acceptedAt: null,
  submittedAt: null,
  approvedAt: null,
  signedAt: null,
  openedAt: null,
  endedAt: null,
  contractVersion: null,
  contractSha256: null,
  signedBy: null,
  shopId: null,
} as const
