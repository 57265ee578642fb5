import type { Problem } from '#http/problem.ts'
import type { RefusalOfShops } from '#rules/refusals-of-shops.ts'

/** Refusals about merchants, their shops and campaigns, as HTTP. */
export const problemsOfShops = {
  'shops/unknown': { status: 404, title: 'There is no such shop.' },
  'merchants/unknown': { status: 404, title: 'There is no such merchant.' },
  'shops/closed': { status: 409, title: 'The shop is closed.' },
  'shops/of-another-merchant': {
    status: 409,
    title: 'The shop belongs to another merchant: it changes hands by a transformation.',
  },
  'campaigns/unknown': { status: 404, title: 'There is no such campaign.' },
} as const satisfies Record<RefusalOfShops, Problem>
