import { after } from '#rules/members/invitation/round.ts'
import type { RecruitingPolicy } from '#rules/merchants/recruiting/policy.ts'
import { isBefore } from '#rules/time/instants.ts'

/** From the invitation to the open shop; the last four end it otherwise. */
export const recruitingStatuses = [
  'invited',
  'draft',
  'inReview',
  'supplement',
  'approved',
  'signed',
  'opened',
  'rejected',
  'withdrawn',
  'lapsed',
  'revoked',
] as const

export type RecruitingStatus = (typeof recruitingStatuses)[number]

export type Acceptable = {
  readonly status: RecruitingStatus
  readonly tokenSha256: string
  readonly dueAt: Temporal.Instant | null
}

/** Whether a token accepts an invitation now (RC-2). */
export function accepts(
  { status, tokenSha256, dueAt }: Acceptable,
  givenSha256: string,
  at: Temporal.Instant,
): boolean {
  if (status !== 'invited' || dueAt === null) return false
  return givenSha256 === tokenSha256 && isBefore(at, dueAt)
}

export type Signed =
  | { readonly ok: true; readonly dueAt: Temporal.Instant }
  | {
      readonly ok: false
      readonly refusal: 'recruiting/wrong-status' | 'recruiting/other-contract'
    }

/** Whether a contract is signed now, in the version in force (RC-5). */
export function signed(
  policy: Pick<RecruitingPolicy, 'contract' | 'openWithin'>,
  { status, dueAt }: Pick<Acceptable, 'status' | 'dueAt'>,
  version: string,
  { at, zone }: { readonly at: Temporal.Instant; readonly zone: string },
): Signed {
  if (status !== 'approved' || dueAt === null || !isBefore(at, dueAt)) {
    return { ok: false, refusal: 'recruiting/wrong-status' }
  }
  if (version !== policy.contract.version) {
    return { ok: false, refusal: 'recruiting/other-contract' }
  }
  return { ok: true, dueAt: after(at, policy.openWithin, zone) }
}

/** Whether an invitation can be revoked (RC-7). */
export function isRevocable(status: RecruitingStatus): boolean {
  return ['invited', 'draft', 'inReview', 'supplement', 'rejected'].includes(status)
}
