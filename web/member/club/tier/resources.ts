import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { getJson } from '#web/kit/api.ts'
import { memberPath } from '#web/member/club/member-path.ts'
import { maybe } from '#web/member/maybe.ts'

const title = maybe(z.record(z.string(), z.string()))

const MembershipSchema = z.object({
  score: z.int(),
  /** The month of the refresh: 2017-06; nothing before the first. */
  scoredFor: maybe(z.string()),
  tier: maybe(z.string()),
  tierBy: z.string(),
  tierUntil: maybe(z.string()),
  tierSince: maybe(z.string()),
  paidMember: z.boolean(),
  paidUntil: maybe(z.string()),
  next: maybe(z.object({ tier: z.string(), missing: z.int(), byInvitation: z.boolean() })),
  ladder: z.array(
    z.object({
      tier: z.string(),
      title,
      from: z.int(),
      byInvitation: z.boolean(),
      reached: z.boolean(),
    }),
  ),
  grants: z
    .array(
      z.object({
        grantId: z.string(),
        source: z.string(),
        tier: z.string(),
        from: z.string(),
        to: z.string(),
        status: z.string(),
      }),
    )
    .catch([]),
})

/** What the member is, by what and until when. */
export type Membership = z.output<typeof MembershipSchema>

const ChangeSchema = z.object({
  number: z.int(),
  at: z.string(),
  from: maybe(z.string()),
  to: maybe(z.string()),
  cause: z.looseObject({
    type: z.string().catch(''),
    score: z.int().optional().catch(undefined),
    previousScore: z.int().optional().catch(undefined),
    source: z.string().optional().catch(undefined),
  }),
})

export type TierChange = z.output<typeof ChangeSchema>

const InvitationSchema = z.object({
  round: z.string(),
  tier: z.string(),
  answer: z.string(),
  limits: z.array(z.record(z.string(), z.string())).catch([]),
  respondBy: maybe(z.string()),
})

/** What a round of invitations says to the member. */
export type Invitation = z.output<typeof InvitationSchema>

/** What is sent back when an invitation was answered. */
export const AnsweredSchema = z.object({ round: z.string(), status: z.string() })

export function membershipQuery(memberId: string) {
  return queryOptions({
    queryKey: ['membership', memberId],
    queryFn: async ({ signal }) =>
      await getJson(memberPath(memberId, 'membership'), MembershipSchema, signal),
  })
}

/** The last changes of the tier, newest first. */
export function tierChangesQuery(memberId: string) {
  const path = `${memberPath(memberId, 'tier-changes')}?limit=20`
  return queryOptions({
    queryKey: ['tier-changes', memberId],
    queryFn: async ({ signal }) => {
      const { changes } = await getJson(path, z.object({ changes: z.array(ChangeSchema) }), signal)
      return changes
    },
  })
}

/** What every round says, the latest first. */
export function invitationsQuery(memberId: string) {
  const shape = z.object({ invitations: z.array(InvitationSchema) })
  return queryOptions({
    queryKey: ['invitations', memberId],
    queryFn: async ({ signal }) => {
      const told = await getJson(memberPath(memberId, 'invitations'), shape, signal)
      return told.invitations
    },
  })
}
