import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { ApiError, getJson } from '#web/kit/api.ts'
import { shopPath } from '#web/merchant/frame/resources.ts'
import { maybe } from '#web/member/maybe.ts'

/** A title in both languages. */
export const BothSchema = z.object({ zh: z.string(), en: z.string() })

const PhaseSchema = z.object({
  phase: z.string(),
  title: BothSchema,
  for: z.array(z.string()),
  from: z.string(),
  to: z.string(),
  state: z.enum(['over', 'open', 'coming']),
})

export type Phase = z.output<typeof PhaseSchema>

const ToDoSchema = z.object({
  task: z.string(),
  supplement: maybe(z.string()),
  title: BothSchema,
  phase: z.string(),
  from: z.string(),
  before: z.string(),
  state: z.enum(['coming', 'now', 'done', 'missed']),
  doneAt: maybe(z.string()),
})

export type ToDo = z.output<typeof ToDoSchema>

const ShopCampaignSchema = z.object({
  campaign: z.string(),
  title: BothSchema,
  /** How far the shop has come; `none`: it has not applied. */
  status: z.string(),
  identity: maybe(z.string()),
  toDo: z.array(ToDoSchema),
  placements: z.array(
    z.object({
      venue: z.string(),
      sku: maybe(z.string()),
      category: z.string(),
      status: z.string(),
      number: z.int(),
    }),
  ),
  timeline: z.object({ changesAt: maybe(z.string()), phases: z.array(PhaseSchema) }),
})

/** A campaign as it stands for a shop. */
export type ShopCampaign = z.output<typeof ShopCampaignSchema>

export function shopCampaignsQuery(shopId: string) {
  return queryOptions({
    queryKey: ['shop', shopId, 'campaigns'],
    queryFn: async ({ signal }) => {
      const schema = z.object({ campaigns: z.array(ShopCampaignSchema) })
      const { campaigns } = await getJson(shopPath(shopId, 'campaigns'), schema, signal)
      return campaigns
    },
    refetchInterval: 60_000,
  })
}

const CriterionSchema = z.object({
  name: z.string(),
  saw: z.union([z.string(), z.number()]).nullable(),
  needs: z.union([z.string(), z.number()]),
  test: z.enum(['atLeast', 'atMost', 'below']),
  ok: z.boolean(),
  metric: z.string(),
  category: maybe(z.string()),
  window: maybe(z.array(z.string())),
  identities: maybe(z.array(z.string())),
})

/** One thing that was looked at: what was seen, and what is needed. */
export type Criterion = z.output<typeof CriterionSchema>

const SupplementSchema = z.object({
  name: z.string(),
  kind: z.enum(['agreement', 'allowanceSteps', 'identity', 'confirmation']),
  title: BothSchema,
  from: z.string(),
  before: z.string(),
  text: maybe(BothSchema.extend({ version: z.string(), hash: z.string() })),
  done: maybe(z.object({ at: z.string(), version: maybe(z.string()), detail: z.unknown() })),
})

export type Supplement = z.output<typeof SupplementSchema>

export const EnrolmentSchema = z.object({
  campaign: z.string(),
  status: z.string(),
  mainCategory: z.string(),
  identity: maybe(z.string()),
  identities: z.array(z.string()),
  appliedAt: z.string(),
  toldAt: maybe(z.string()),
  approvedAt: maybe(z.string()),
  endedAt: maybe(z.string()),
  decision: maybe(
    z.object({ at: z.string(), outcome: z.string(), criteria: z.array(CriterionSchema) }),
  ),
  placeInList: maybe(z.int()),
  supplements: z.array(SupplementSchema),
  appealUntil: maybe(z.string()),
  appeal: maybe(
    z.object({
      status: z.string(),
      grounds: z.string(),
      openedAt: z.string(),
      decideBy: z.string(),
      decidedAt: maybe(z.string()),
      note: maybe(z.string()),
    }),
  ),
})

export type Enrolment = z.output<typeof EnrolmentSchema>

export function enrolmentPath(shopId: string, campaign: string, ...rest: string[]): string {
  return shopPath(shopId, 'enrolments', campaign, ...rest)
}

/** The shop's application; `null`: it never applied. */
export function enrolmentQuery(shopId: string, campaign: string) {
  return queryOptions({
    queryKey: ['shop', shopId, 'enrolment', campaign],
    queryFn: async ({ signal }) =>
      await orNull(getJson(enrolmentPath(shopId, campaign), EnrolmentSchema, signal)),
  })
}

const CheckSchema = z.object({
  ok: z.boolean(),
  identity: maybe(z.string()),
  identities: z.array(z.string()),
  criteria: z.array(CriterionSchema),
})

/** What would be decided of the shop now; `null`: this market has no criteria. */
export function enrolmentCheckQuery(shopId: string, campaign: string) {
  return queryOptions({
    queryKey: ['shop', shopId, 'enrolment', campaign, 'check'],
    queryFn: async ({ signal }) =>
      await orNull(getJson(enrolmentPath(shopId, campaign, 'check'), CheckSchema, signal)),
  })
}

const CampaignSchema = z.object({
  identities: z.array(z.object({ name: z.string(), title: BothSchema, goods: z.string() })),
  venues: z.array(z.object({ name: z.string(), title: BothSchema })),
  terms: z.looseObject({}),
})

/** What a campaign sets for everybody. */
export function campaignQuery(campaign: string) {
  return queryOptions({
    queryKey: ['campaign', campaign],
    queryFn: async ({ signal }) => {
      const path = `/v1/campaigns/${encodeURIComponent(campaign)}`
      return await getJson(path, CampaignSchema, signal)
    },
    staleTime: 60_000,
  })
}

async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading
  } catch (error) {
    const isNone = error instanceof ApiError && (error.status === 404 || isNoPolicy(error))
    if (isNone) return null
    throw error
  }
}

function isNoPolicy({ code }: ApiError): boolean {
  return code?.endsWith('/no-policy') === true
}
