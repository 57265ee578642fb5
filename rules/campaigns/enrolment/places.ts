import { figureAt, type Reference, type ShopFigures } from '#rules/campaigns/enrolment/figures.ts'
import type { EnrolmentPolicy } from '#rules/campaigns/enrolment/policy.ts'
import { ratioToText } from '#rules/campaigns/enrolment/ratio.ts'

/** Places that are limited, under one name. */
export type Pool = { readonly pool: string; readonly places: number }

/** All pools of a policy (EL-10). */
export function poolsOf({ places }: Pick<EnrolmentPolicy, 'places'>): readonly Pool[] {
  return places.map((each) => ({ pool: nameOf(each), places: each.places }))
}

/** The pool that a shop takes its place from: the first that fits; `null`: without limit (EL-10). */
export function poolFor(
  { places }: Pick<EnrolmentPolicy, 'places'>,
  shop: { readonly category: string; readonly identity: string | null },
): string | null {
  const fits = places.find(
    ({ category = shop.category, identity = shop.identity }) =>
      category === shop.category && identity === shop.identity,
  )
  return fits === undefined ? null : nameOf(fits)
}

/**
 * What shops of a pool are ordered by, the least first, as a decimal text (EL-10); `null`, which comes
 * last, where nobody knows the figure.
 */
export function rankOf(
  { rank }: Pick<EnrolmentPolicy, 'rank'>,
  shop: ShopFigures,
  reference: Reference,
): string | null {
  const seen = rank === undefined ? undefined : figureAt(shop, rank.metric, reference)
  if (rank === undefined || seen === undefined) return null
  const { over, under } = seen.value
  return ratioToText({ over: rank.first === 'most' ? -over : over, under }, 9)
}

function nameOf({ category = '*', identity = '*' }: EnrolmentPolicy['places'][number]): string {
  return `${category}/${identity}`
}
