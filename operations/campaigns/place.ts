import type { Database, Writer } from '#db/connection.ts'
import {
  declaredCategory,
  lockRooms,
  placementOf,
  upsertPlacements,
  writeRoom,
  type Placement,
} from '#db/campaigns/placements.ts'
import { lockShops } from '#db/shops/shops.ts'
import { transact } from '#operations/_transact.ts'
import { announceToShops } from '#operations/announcements/announce-to-shops.ts'
import { placementNotice } from '#operations/campaigns/_move-up.ts'
import { campaignAt } from '#operations/campaigns/campaign-book.ts'
import { releasePlacements } from '#operations/campaigns/release-placements.ts'
import { enrolmentsOf } from '#operations/enrolment/enrolments.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { assert } from '#rules/assert.ts'
import { decidePlace, type PlaceRefusal } from '#rules/campaigns/places.ts'

export type PlaceContext = { readonly db: Database; readonly policies: PolicyBook }

export type PlaceAsked = {
  readonly campaign: string
  readonly venue: string
  readonly shopId: string
  /** One of its declared goods; empty: the whole shop. */
  readonly sku: string
  readonly askedBy: string
  readonly at: Temporal.Instant
}

export type Placed =
  | { readonly ok: true; readonly placement: Placement }
  | {
      readonly ok: false
      readonly refusal:
        PlaceRefusal | 'campaigns/unknown' | 'campaigns/not-declared' | 'shops/unknown'
    }

/**
 * Puts a shop or one of its declared goods into a venue, or into the line for it (CP-8). Asked again, it
 * is where it is; what was removed stands at the end of the line.
 */
export async function placeInVenue(context: PlaceContext, asked: PlaceAsked): Promise<Placed> {
  return await transact(context.db, (tx) => place(tx, context, asked))
}

async function place(tx: Writer, context: PlaceContext, asked: PlaceAsked): Promise<Placed> {
  const { campaign, venue: venueName, shopId, sku, askedBy, at } = asked
  const known = campaignAt(context.policies, campaign, at)
  if (known === undefined) return { ok: false, refusal: 'campaigns/unknown' }
  const venue = known.terms.venues.find(({ name }) => name === venueName)
  if (venue === undefined) return { ok: false, refusal: 'campaigns/unknown-venue' }
  const shop = (await lockShops(tx, [shopId])).get(shopId)
  if (shop === undefined) return { ok: false, refusal: 'shops/unknown' }
  const before = await placementOf(tx, asked)
  if (before !== undefined && before.status !== 'removed') return { ok: true, placement: before }

  const enrolled = (await enrolmentsOf(tx, campaign, [shopId])).get(shopId)
  const isShortlisted = enrolled?.status === 'shortlisted'
  const category = sku === '' ? shop.mainCategory : await declaredCategory(tx, asked)
  if (category === undefined) return { ok: false, refusal: 'campaigns/not-declared' }
  const [room] = await lockRooms(tx, [{ campaign, venue: venueName, category }])
  assert(room !== undefined, 'a room that is asked for is made')
  const told = { isShortlisted, identity: enrolled?.identity }
  const decided = decidePlace(venue, told, category, room)
  if (!decided.ok) return decided

  const { status } = decided
  const number = room.lastNumber + 1
  const placement: Placement = {
    campaign,
    venue: venueName,
    shopId,
    sku,
    category,
    status,
    number,
    askedBy,
    askedAt: at,
    changedAt: at,
    cause: JSON.stringify({ policy: `campaign:${campaign}@${known.version}` }),
  }
  await upsertPlacements(tx, [placement])
  await writeRoom(tx, {
    ...room,
    taken: room.taken + (status === 'placed' ? 1 : 0),
    waiting: room.waiting + (status === 'waiting' ? 1 : 0),
    lastNumber: number,
  })
  await announceToShops(tx, [placementNotice(placement)])
  return { ok: true, placement }
}

export type Removed =
  | { readonly ok: true; readonly placement: Placement }
  | { readonly ok: false; readonly refusal: 'campaigns/not-placed' | 'shops/unknown' }

/** Takes a shop or one of its goods out of a venue; the next of the line gets the place (CP-9). */
export async function removeFromVenue(context: PlaceContext, asked: PlaceAsked): Promise<Removed> {
  return await transact(context.db, async (tx): Promise<Removed> => {
    const { campaign, shopId, sku, askedBy, at } = asked
    const shop = (await lockShops(tx, [shopId])).get(shopId)
    if (shop === undefined) return { ok: false, refusal: 'shops/unknown' }
    const before = await placementOf(tx, asked)
    if (before === undefined) return { ok: false, refusal: 'campaigns/not-placed' }
    if (before.status === 'removed') return { ok: true, placement: before }

    const cause = { type: 'removed', by: askedBy }
    const venue = asked.venue
    await releasePlacements(tx, context, [{ campaign, shopId, sku, venue }], { at, cause })
    const after = await placementOf(tx, asked)
    return { ok: true, placement: after ?? before }
  })
}
