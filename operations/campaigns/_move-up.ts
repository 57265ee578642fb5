import type { Writer } from '#db/connection.ts'
import {
  firstInLine,
  upsertPlacements,
  writeRoom,
  type Placement,
  type Room,
} from '#db/campaigns/placements.ts'
import {
  announceToShops,
  type ShopAnnouncement,
} from '#operations/announcements/announce-to-shops.ts'
import { capacityOf, movesUp, type Venue } from '#rules/campaigns/places.ts'

/**
 * Gives the free places of a locked room to those who wait, in the order of the line (CP-9), and writes
 * the room. Returns how many moved up.
 */
export async function moveUp(
  tx: Writer,
  room: Room,
  venue: Venue | undefined,
  at: Temporal.Instant,
): Promise<number> {
  const capacity = venue === undefined ? 0 : capacityOf(venue, room.category)
  const count = movesUp(capacity, room)
  const moved = count === 0 ? [] : await firstInLine(tx, room, count)
  const placed = moved.map((each): Placement => ({ ...each, status: 'placed', changedAt: at }))
  await upsertPlacements(tx, placed)
  const { length } = placed
  await writeRoom(tx, { ...room, taken: room.taken + length, waiting: room.waiting - length })
  await announceToShops(tx, placed.map(placementNotice))
  return length
}

const types = {
  placed: 'jifen.placement.placed.v1',
  waiting: 'jifen.placement.waiting.v1',
  removed: 'jifen.placement.removed.v1',
} as const

/** What a shop is told of a place. */
export function placementNotice({
  campaign,
  venue,
  shopId,
  sku,
  category,
  status,
  number,
  changedAt,
}: Placement): ShopAnnouncement {
  return {
    shopId,
    id: `placement-${status}/${campaign}/${venue}/${sku}/${number}`,
    type: types[status],
    at: changedAt,
    data: { campaign, venue, sku: sku === '' ? null : sku, category, number },
  }
}
