import { z } from 'zod'
import type { EnrolmentAppeal } from '#db/enrolment/appeals.ts'
import type { Enrolment } from '#db/enrolment/enrolments.ts'
import type { EnrolmentEvent, MachineDecision } from '#db/enrolment/records.ts'
import {
  AppealTextSchema,
  appealText,
  DecisionTextSchema,
  decisionText,
  EnrolmentStatusSchema,
} from '#http/enrolment/schemas.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import { instantToText } from '#rules/time/instants.ts'

/** An application as operators see it: with what is not told yet. */
export const InternalTextSchema = z
  .object({
    campaign: z.string(),
    shopId: z.string(),
    attempt: z.int(),
    status: EnrolmentStatusSchema,
    mainCategory: z.string(),
    identity: z.string().nullable(),
    identities: z.array(z.string()),
    machine: z.enum(['passed', 'refused']).nullable(),
    pool: z.string().nullable().meta({ description: 'The limited places that it takes one of.' }),
    rank: z.string().nullable().meta({ description: 'The least of a pool comes first.' }),
    proposed: z
      .object({ outcome: z.enum(['passed', 'refused']), by: z.string() })
      .nullable()
      .meta({ description: 'What one person said against the machine.' }),
    reviewers: z.array(z.string()),
    appliedAt: InstantTextSchema,
    decidedAt: InstantTextSchema.nullable(),
    toldAt: InstantTextSchema.nullable(),
    approvedAt: InstantTextSchema.nullable(),
    endedAt: InstantTextSchema.nullable(),
    dueAt: InstantTextSchema.nullable().meta({ description: 'When a job looks at it next.' }),
  })
  .meta({ id: 'EnrolmentForOperators' })

/** The same with its decision, appeal and history. */
export const RecordTextSchema = z.object({
  enrolment: InternalTextSchema,
  decision: DecisionTextSchema.nullable(),
  appeal: AppealTextSchema.extend({ proposedBy: z.string().nullable() }).nullable(),
  events: z.array(
    z.object({
      at: InstantTextSchema,
      attempt: z.int(),
      kind: z.string(),
      actor: z.string(),
      detail: z.record(z.string(), z.unknown()),
    }),
  ),
})

export function internalText(
  enrolment: Enrolment,
  zone: string,
): z.input<typeof InternalTextSchema> {
  const instant = (at: Temporal.Instant | null) => (at === null ? null : instantToText(at, zone))
  const { proposal } = enrolment
  return {
    campaign: enrolment.campaign,
    shopId: enrolment.shopId,
    attempt: enrolment.attempt,
    status: enrolment.status,
    mainCategory: enrolment.mainCategory,
    identity: enrolment.identity,
    identities: [...enrolment.identities],
    machine: enrolment.machine,
    pool: enrolment.pool,
    rank: enrolment.rank,
    proposed: proposal === null ? null : { ...proposal },
    reviewers: [...enrolment.reviewers],
    appliedAt: instantToText(enrolment.appliedAt, zone),
    decidedAt: instant(enrolment.decidedAt),
    toldAt: instant(enrolment.toldAt),
    approvedAt: instant(enrolment.approvedAt),
    endedAt: instant(enrolment.endedAt),
    dueAt: instant(enrolment.dueAt),
  }
}

export function recordText(
  of: {
    readonly enrolment: Enrolment
    readonly decision: MachineDecision | undefined
    readonly appeal: EnrolmentAppeal | undefined
    readonly events: readonly EnrolmentEvent[]
  },
  zone: string,
): z.input<typeof RecordTextSchema> {
  const { enrolment, decision, appeal, events } = of
  return {
    enrolment: internalText(enrolment, zone),
    decision: decision === undefined ? null : decisionText(decision, zone),
    appeal:
      appeal === undefined
        ? null
        : { ...appealText(appeal, zone), note: appeal.note, proposedBy: appeal.proposedBy },
    events: events.map(({ at, attempt, kind, actor, detail }) => {
      return { at: instantToText(at, zone), attempt, kind, actor, detail: { ...detail } }
    }),
  }
}
