import { z } from 'zod'
import type { Candidate } from '#db/membership/invitation-candidates.ts'
import type { Round } from '#db/membership/invitation-rounds.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import type { LimitFailed } from '#rules/members/invitation/ranking.ts'
import type { CandidateStatus } from '#rules/members/invitation/round.ts'
import type { CandidateRecord } from '#rules/members/invitation/why.ts'
import { instantToText } from '#rules/time/instants.ts'

export const candidateStatuses = [
  'excluded',
  'ranked',
  'accepted',
  'turnedDown',
  'invited',
  'joined',
  'kept',
  'declined',
  'expired',
  'ended',
] as const satisfies readonly CandidateStatus[]

export const RoundNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, { error: 'A round is named like 2017 or apass-2017.' })
  .meta({ description: 'The name of the round.', examples: ['2017'] })

export const RoundParamsSchema = z.object({ round: RoundNameSchema })

const OrNullSchema = InstantTextSchema.nullable()

export const RoundSchema = z
  .object({
    round: z.string(),
    tier: z.string().meta({ examples: ['apass'] }),
    status: z.enum(['collecting', 'reviewing', 'inviting', 'ending', 'closed']),
    policy: z.string().meta({ examples: ['invitation@1'] }),
    places: z.int().meta({ description: 'How many can be invited or kept at the same time.' }),
    activeMembers: z.int().meta({ description: 'Members that were not sealed when it opened.' }),
    scoreFrom: z.int(),
    openedBy: z.string(),
    openedAt: InstantTextSchema,
    collectedAt: OrNullSchema,
    releasedBy: z.string().nullable(),
    releasedAt: OrNullSchema,
    endedBy: z.string().nullable(),
    closedAt: OrNullSchema,
  })
  .meta({ id: 'InvitationRound', description: 'A yearly round of invitations to a tier.' })

export const LimitFailedSchema = z.object({
  indicator: z.string().meta({ examples: ['returns.amountRate'] }),
  value: z.int(),
  atLeast: z.int().optional(),
  atMost: z.int().optional(),
})

export const CandidateSchema = z
  .object({
    memberId: z.string(),
    status: z.enum(candidateStatuses),
    rank: z.int().nullable().meta({ description: '`null`: outside the limits.' }),
    score: z.int(),
    total: z.int().meta({ description: 'The sum of the contributions.' }),
    heldUntil: OrNullSchema.meta({ description: 'Until when an earlier round gave the tier.' }),
    reviewedBy: z.string().nullable(),
    reviewedAt: OrNullSchema,
    reason: z.string().nullable().meta({ description: 'What the reviewer wrote.' }),
    invitedAt: OrNullSchema,
    respondBy: OrNullSchema,
    answeredAt: OrNullSchema,
  })
  .meta({ id: 'InvitationCandidate', description: 'A member that a round looked at.' })

/** A round as it is told. */
export function roundText(round: Round, zone: string): z.input<typeof RoundSchema> {
  const told = (instant: Temporal.Instant | null) => orNull(instant, zone)
  return {
    round: round.round,
    tier: round.tier,
    status: round.status,
    policy: `invitation@${round.version}`,
    places: round.places,
    activeMembers: round.activeMembers,
    scoreFrom: round.scoreFrom,
    openedBy: round.openedBy,
    openedAt: instantToText(round.openedAt, zone),
    collectedAt: told(round.collectedAt),
    releasedBy: round.releasedBy,
    releasedAt: told(round.releasedAt),
    endedBy: round.endedBy,
    closedAt: told(round.closedAt),
  }
}

/** A candidate as it is told to reviewers. */
export function candidateText(candidate: Candidate, zone: string): z.input<typeof CandidateSchema> {
  const told = (instant: Temporal.Instant | null) => orNull(instant, zone)
  return {
    memberId: candidate.memberId,
    status: candidate.status,
    rank: candidate.rank,
    score: candidate.score,
    total: candidate.total,
    heldUntil: told(candidate.heldUntil),
    reviewedBy: candidate.reviewedBy,
    reviewedAt: told(candidate.reviewedAt),
    reason: candidate.reason,
    invitedAt: told(candidate.invitedAt),
    respondBy: told(candidate.respondBy),
    answeredAt: told(candidate.answeredAt),
  }
}

/** What the record of a candidate keeps. */
export type KeptRecord = {
  readonly indicators: Readonly<Record<string, number>>
  readonly contributions: Readonly<Record<string, number>>
  readonly limitsFailed: readonly LimitFailed[]
}

export function recordOf(candidate: Candidate): KeptRecord {
  return JSON.parse(candidate.record) as KeptRecord
}

/** A candidate as the answer to "why" reads it. */
export function recordForWhy(candidate: Candidate | undefined): CandidateRecord | undefined {
  if (candidate === undefined) return undefined
  return {
    status: candidate.status,
    score: candidate.score,
    rank: candidate.rank ?? undefined,
    limitsFailed: recordOf(candidate).limitsFailed,
    reviewedBy: candidate.reviewedBy ?? undefined,
    reason: candidate.reason ?? undefined,
  }
}

function orNull(instant: Temporal.Instant | null, zone: string): string | null {
  return instant === null ? null : instantToText(instant, zone)
}
