import type { Reader, Writer } from '#db/connection.ts'
import { keptOfShop, type KeptOfShop } from '#db/governance/held.ts'
import { metricsSinceOf } from '#db/governance/probations.ts'
import { answersOf } from '#db/governance/reviews.ts'
import { transformationById, type Transformation } from '#db/governance/transformations.ts'
import { lockShops, merchantById, shopsOfMerchant, type Shop } from '#db/shops/shops.ts'
import {
  figuresOfMerchant,
  figuresOfShop,
  pointsOfShop,
  type PointsByKind,
} from '#operations/governance/risk-figures.ts'
import type {
  KnownKind,
  TransformationContext,
} from '#operations/transformation/transformation-policy.ts'
import { assert } from '#rules/assert.ts'
import {
  checkAnswers,
  checkFigures,
  type CheckSaw,
  type Figures,
} from '#rules/merchants/review/checks.ts'
import type { Held } from '#rules/merchants/transformation/carry-over.ts'
import {
  ChangeSchema,
  type Change,
  type ShopState,
} from '#rules/merchants/transformation/change.ts'
import { dayNumberAt } from '#rules/time/day-numbers.ts'

/** Figures that are not kept here, as the commerce platform tells them. */
export type ToldFigures = Partial<
  Record<'points' | 'followers' | 'brandMembers' | 'deposits', number>
>

/** An application whose shop is locked. */
export type Locked = { readonly transformation: Transformation; readonly shop: Shop }

/** Locks the shop of an application, then reads the application; `undefined`: there is none. */
export async function lockTransformation(
  tx: Writer,
  transformationId: string,
): Promise<Locked | undefined> {
  const before = await transformationById(tx, transformationId)
  if (before === undefined) return undefined
  const shop = (await lockShops(tx, [before.shopId])).get(before.shopId)
  const transformation = await transformationById(tx, transformationId)
  assert(shop !== undefined && transformation !== undefined, 'shops and applications stay')
  return { transformation, shop }
}

export function changeOf({ change }: Transformation): Change {
  return ChangeSchema.parse(JSON.parse(change))
}

/** What a shop is, with its company and how many other shops that has. */
export async function stateOf(
  db: Reader,
  shop: Shop,
): Promise<{ readonly state: ShopState; readonly otherShops: number }> {
  const merchant = await merchantById(db, shop.merchantId)
  assert(merchant !== undefined, 'a shop has a merchant')
  const shops = await shopsOfMerchant(db, shop.merchantId)
  const { merchantId, type, mainCategory, categories, brand } = shop
  const { legalEntity } = merchant
  return {
    state: { merchantId, legalEntity, type, mainCategory, categories, brand },
    otherShops: shops.length - 1,
  }
}

/** What is seen of a shop when its application is decided. */
export type Seen = {
  readonly kept: KeptOfShop
  readonly points: PointsByKind
  readonly figures: Figures
  readonly checks: readonly CheckSaw[]
  readonly held: Held
}

/** Reads what an application is decided by: figures, answers from outside, what the shop has. */
export async function seenOf(
  db: Reader,
  context: Pick<TransformationContext, 'policies' | 'market'>,
  { kind }: KnownKind,
  { transformation, shop }: Locked,
  at: Temporal.Instant,
): Promise<Seen> {
  const { zone } = context.market
  const since = (await metricsSinceOf(db, [shop.shopId])).get(shop.shopId)
  const kept = await keptOfShop(db, shop.shopId, since === undefined ? 0 : dayNumberAt(since, zone))
  const points = await pointsOfShop(db, context, shop.shopId, at)
  const { takerId, transformationId } = transformation
  const figures = {
    ...(await figuresOfShop(db, context, shop, kept, points, at)),
    ...(await figuresOfMerchant(db, context, 'merchant', shop.merchantId, at)),
    ...(takerId === null ? {} : await figuresOfMerchant(db, context, 'taker', takerId, at)),
  }
  const answers = await answersOf(db, transformationId)
  return {
    kept,
    points,
    figures,
    checks: [
      ...checkFigures(checksFor(kind.checks, takerId), figures),
      ...checkAnswers(kind.outside, answers, at, zone),
    ],
    held: heldOf(kept, points, JSON.parse(transformation.figures) as ToldFigures),
  }
}

/** What is asked of a taker is asked of nobody where there is none. */
function checksFor<Asked extends { readonly metric: string }>(
  checks: readonly Asked[],
  takerId: string | null,
): readonly Asked[] {
  return takerId === null ? checks.filter(({ metric }) => !metric.startsWith('taker.')) : checks
}

function heldOf(
  { metrics, enrolments, declarations, campaigns }: KeptOfShop,
  violations: PointsByKind,
  told: ToldFigures,
): Held {
  const { points = null, followers = null, brandMembers = null, deposits = null } = told
  return {
    metrics,
    violations,
    points,
    followers,
    brandMembers,
    deposits,
    enrolments,
    declarations,
    campaigns,
  }
}
