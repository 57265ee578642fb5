import { awaitedRooms, lockRooms } from '#db/campaigns/placements.ts'
import { transact } from '#operations/_transact.ts'
import { moveUp } from '#operations/campaigns/_move-up.ts'
import { campaignAt } from '#operations/campaigns/campaign-book.ts'
import type { PlaceContext } from '#operations/campaigns/place.ts'
import { capacityOf, movesUp } from '#rules/campaigns/places.ts'

/**
 * Gives places that a new version of a campaign adds to those who wait for them (CP-9); returns how many
 * moved up. What becomes free otherwise is given on at once.
 */
export async function fillVenues(context: PlaceContext, by: Temporal.Instant): Promise<number> {
  let moved = 0
  for (const room of await awaitedRooms(context.db)) {
    const venues = campaignAt(context.policies, room.campaign, by)?.terms.venues ?? []
    const venue = venues.find(({ name }) => name === room.venue)
    if (venue === undefined || movesUp(capacityOf(venue, room.category), room) === 0) continue
    moved += await transact(context.db, async (tx) => {
      const [locked] = await lockRooms(tx, [room])
      return locked === undefined ? 0 : await moveUp(tx, locked, venue, by)
    })
  }
  return moved
}
