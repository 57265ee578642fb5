import { z } from 'zod'
import type { Placement } from '#db/campaigns/placements.ts'
import { BatchSlugSchema } from '#http/issuing/schemas.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import { audiences } from '#rules/campaigns/policy.ts'
import type { Finding } from '#rules/campaigns/plausible.ts'
import type { Timeline, TimelinePhase } from '#rules/campaigns/timeline.ts'
import { instantToText } from '#rules/time/instants.ts'

/** The name of a campaign in a path. */
export const CampaignNameSchema = BatchSlugSchema.meta({
  description: 'The name of the campaign: its policy is `campaign:<campaign>`.',
  examples: ['double11-2017'],
})

export const CampaignParamsSchema = z.object({ campaign: CampaignNameSchema })

export const TitleTextSchema = z.object({ zh: z.string(), en: z.string() })

const PhaseTextSchema = z
  .object({
    phase: z.string().meta({ examples: ['allowanceSetup'] }),
    title: TitleTextSchema,
    for: z.array(z.enum(audiences)).meta({ description: 'Whom it is for.' }),
    from: InstantTextSchema,
    to: InstantTextSchema.meta({ description: 'The first instant after it.' }),
    state: z.enum(['over', 'open', 'coming']),
  })
  .meta({ id: 'CampaignPhase', description: 'A phase of a campaign as it stands.' })

export const TimelineTextSchema = z
  .object({
    at: InstantTextSchema,
    open: z.array(PhaseTextSchema).meta({ description: 'What closes first before the others.' }),
    next: z.array(PhaseTextSchema).meta({ description: 'What opens next, together.' }),
    changesAt: InstantTextSchema.optional().meta({
      description: 'When a phase opens or closes next; absent: it is over.',
    }),
    phases: z.array(PhaseTextSchema),
  })
  .meta({ id: 'CampaignTimeline', description: 'What is open at an instant, and what is next.' })

export const FindingTextSchema = z
  .object({
    level: z.enum(['error', 'warning']),
    code: z.string().meta({ examples: ['phases-out-of-order'] }),
    path: z.string().meta({ examples: ['phases.signUp'] }),
    message: z.string(),
  })
  .meta({ id: 'CampaignFinding', description: 'Something about a campaign that is hardly meant.' })

export const PlacementTextSchema = z
  .object({
    venue: z.string(),
    shopId: z.string(),
    sku: z.string().nullable().meta({ description: '`null`: the whole shop.' }),
    category: z.string(),
    status: z.enum(['placed', 'waiting', 'removed']),
    number: z
      .int()
      .meta({ description: 'Its place in the line: who has a lower one asked first.' }),
    askedAt: InstantTextSchema,
    changedAt: InstantTextSchema,
  })
  .meta({ id: 'Placement', description: 'A shop, or one of its goods, in a venue.' })

export function timelineText(
  { at, open, next, changesAt, phases }: Timeline,
  zone: string,
): z.input<typeof TimelineTextSchema> {
  const told = (phase: TimelinePhase) => ({
    ...phase,
    for: [...phase.for],
    from: instantToText(phase.from, zone),
    to: instantToText(phase.to, zone),
  })
  return {
    at: instantToText(at, zone),
    open: open.map(told),
    next: next.map(told),
    ...(changesAt === undefined ? {} : { changesAt: instantToText(changesAt, zone) }),
    phases: phases.map(told),
  }
}

export function placementText(
  { venue, shopId, sku, category, status, number, askedAt, changedAt }: Placement,
  zone: string,
): z.input<typeof PlacementTextSchema> {
  return {
    venue,
    shopId,
    sku: sku === '' ? null : sku,
    category,
    status,
    number,
    askedAt: instantToText(askedAt, zone),
    changedAt: instantToText(changedAt, zone),
  }
}

export function findingText({
  level,
  code,
  path,
  message,
}: Finding): z.input<typeof FindingTextSchema> {
  return { level, code, path, message }
}
