import type { BadgesVersion } from '#rules/badges/count.ts'
import type { Bought, Told } from '#rules/badges/deeds.ts'
import { BadgesPolicySchema, type BadgesPolicy } from '#rules/badges/policy.ts'

const gives = { zh: '价值', en: 'Value' }
const title = { zh: '徽章', en: 'Badge' }

/** A behaviour of so many points, at most so often a day and a month. */
export function behaviour(points: number, perDay: number, perMonth?: number): object {
  return { core: true, gives, points, perDay, ...(perMonth === undefined ? {} : { perMonth }) }
}

/** A badge of one condition. */
export function badge(condition: object, steps: object): object {
  return { title, condition, steps }
}

/** Two behaviours and no badges, with changes. */
export function badgesPolicy(changes: object = {}): BadgesPolicy {
  return BadgesPolicySchema.parse({
    behaviours: {
      purchase: behaviour(10, 3, 5),
      review: behaviour(3, 2),
      share: behaviour(1, 2, 4),
    },
    badges: {},
    ...changes,
  })
}

/** The only version of a policy. */
export function onlyVersion(policy: BadgesPolicy): readonly BadgesVersion[] {
  return [{ name: 'badges@1', fromDay: 0, policy }]
}

export const dayMs = 86_400_000

/** An order of one line, received on a day at noon. */
export function bought(orderId: string, day: number, changes: Partial<Bought> = {}): Bought {
  const lines = [{ sku: 'sku', category: 'ordinary', keptFen: 10_000 }]
  return { orderId, shop: 'shop', receivedMs: (day + 0.5) * dayMs, day, lines, ...changes }
}

/** Something told on a day in the evening. */
export function told(
  id: string,
  kind: Told['kind'],
  day: number,
  changes: Partial<Told> = {},
): Told {
  return { source: 'shop', id, kind, atMs: (day + 0.8) * dayMs, day, highValue: false, ...changes }
}
