import type { Campaign } from '#rules/campaigns/policy.ts'

export type Venue = Campaign['venues'][number]

/** A venue's places for one category, as they stand. */
export type Places = { readonly taken: number; readonly waiting: number }

export type PlaceRefusal =
  | 'campaigns/unknown-venue'
  | 'campaigns/not-shortlisted'
  | 'campaigns/wrong-identity'
  | 'campaigns/no-places'

export type PlaceDecided =
  | { readonly ok: true; readonly status: 'placed' | 'waiting' }
  | { readonly ok: false; readonly refusal: Exclude<PlaceRefusal, 'campaigns/unknown-venue'> }

/** How many places a venue has for a category; none that is not named has any (CP-8). */
export function capacityOf({ capacity }: Venue, category: string): number {
  return Object.hasOwn(capacity, category) ? (capacity[category] ?? 0) : 0
}

/**
 * CP-8: whether a shop gets a place in a venue, or stands in the line for one. Whoever comes while
 * somebody waits stands behind him, even where a place is free just then. Refused: a shop that is not
 * shortlisted, of an identity that the venue is not for, of a category that has no places there.
 */
export function decidePlace(
  venue: Venue,
  shop: { readonly isShortlisted: boolean; readonly identity: string | undefined },
  category: string,
  places: Places,
): PlaceDecided {
  if (!shop.isShortlisted) return { ok: false, refusal: 'campaigns/not-shortlisted' }
  const { identities } = venue
  const fits = identities === undefined || identities.some((each) => each === shop.identity)
  if (!fits) return { ok: false, refusal: 'campaigns/wrong-identity' }
  const capacity = capacityOf(venue, category)
  if (capacity === 0) return { ok: false, refusal: 'campaigns/no-places' }
  const isFree = places.taken < capacity && places.waiting === 0
  return { ok: true, status: isFree ? 'placed' : 'waiting' }
}

/** How many of those who wait get a place now (CP-9). Less places than are taken throw nobody out. */
export function movesUp(capacity: number, { taken, waiting }: Places): number {
  return Math.min(waiting, Math.max(0, capacity - taken))
}
