import type { Writer } from '#db/connection.ts'
import {
  lockRooms,
  openPlacements,
  upsertPlacements,
  type Placement,
} from '#db/campaigns/placements.ts'
import { announceToShops } from '#operations/announcements/announce-to-shops.ts'
import { moveUp, placementNotice } from '#operations/campaigns/_move-up.ts'
import { campaignAt } from '#operations/campaigns/campaign-book.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'

/** Whose places are given up: all of a shop in a campaign, or those of one of its goods. */
export type Release = {
  readonly campaign: string
  readonly shopId: string
  readonly sku?: string | undefined
  readonly venue?: string | undefined
}

/**
 * Takes shops, or single goods, out of the venues of campaigns and their lines; whoever waits longest
 * gets what becomes free (CP-9). In the caller's transaction, with the shops locked; the rooms are locked
 * after them. Whoever has no place loses none.
 */
export async function releasePlacements(
  tx: Writer,
  { policies }: { readonly policies: PolicyBook },
  releases: readonly Release[],
  { at, cause }: { readonly at: Temporal.Instant; readonly cause: object },
): Promise<void> {
  const seen = await openPlacements(tx, releases)
  if (seen.length === 0) return
  const rooms = await lockRooms(tx, seen)
  // Read again: who waited before the rooms were locked may have a place by now.
  const held = (await openPlacements(tx, releases)).filter((each) => isMeant(each, releases))
  const removed = held.map((each): Placement => {
    return { ...each, status: 'removed', changedAt: at, cause: JSON.stringify(cause) }
  })
  await upsertPlacements(tx, removed)
  await announceToShops(tx, removed.map(placementNotice))
  for (const room of rooms) {
    const left = held.filter(({ venue, category, campaign }) => {
      return campaign === room.campaign && venue === room.venue && category === room.category
    })
    const placed = left.filter(({ status }) => status === 'placed').length
    const venues = campaignAt(policies, room.campaign, at)?.terms.venues ?? []
    const venue = venues.find(({ name }) => name === room.venue)
    const { taken, waiting } = room
    const after = { taken: taken - placed, waiting: waiting - (left.length - placed) }
    await moveUp(tx, { ...room, ...after }, venue, at)
  }
}

function isMeant(placement: Placement, releases: readonly Release[]): boolean {
  return releases.some(
    ({ campaign, shopId, sku, venue }) =>
      campaign === placement.campaign &&
      shopId === placement.shopId &&
      (sku === undefined || sku === placement.sku) &&
      (venue === undefined || venue === placement.venue),
  )
}
