import type { Database } from '#db/connection.ts'
import { shopById } from '#db/shops/shops.ts'
import type { KnownCampaign } from '#operations/campaigns/campaign-book.ts'
import { enrolmentsOf, supplementsDoneOf } from '#operations/enrolment/enrolments.ts'
import { timelineOf, type Timeline } from '#rules/campaigns/timeline.ts'
import { toDoOf, type ShopStatus, type ToDo } from '#rules/campaigns/to-do.ts'

/** A campaign as it stands for a shop. */
export type ShopInCampaign = {
  readonly known: KnownCampaign
  readonly status: ShopStatus
  readonly identity: string | undefined
  readonly toDo: readonly ToDo[]
  readonly timeline: Timeline
}

/** How a shop stands in campaigns at an instant, and what it has to do (CP-5); `undefined`: no such shop. */
export async function shopInCampaigns(
  { db }: { readonly db: Database },
  shopId: string,
  campaigns: readonly KnownCampaign[],
  at: Temporal.Instant,
): Promise<readonly ShopInCampaign[] | undefined> {
  if ((await shopById(db, shopId)) === undefined) return undefined
  return await Promise.all(
    campaigns.map(async (known): Promise<ShopInCampaign> => {
      const { campaign, terms } = known
      const [enrolments, supplements] = await Promise.all([
        enrolmentsOf(db, campaign, [shopId]),
        supplementsDoneOf(db, campaign, [shopId]),
      ])
      const { status, identity } = enrolments.get(shopId) ?? none
      const done = supplements.get(shopId) ?? new Map<string, Temporal.Instant>()
      const toDo = toDoOf(terms, { status, done }, at)
      return { known, status, identity, toDo, timeline: timelineOf(terms, at) }
    }),
  )
}

const none = { status: 'none', identity: undefined } as const
