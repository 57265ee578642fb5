import type { Reader } from '#db/connection.ts'
import { shopsOfMerchant, type Shop } from '#db/shops/shops.ts'
import type { KeptOfShop } from '#db/governance/held.ts'
import { shopFiguresOf } from '#operations/merchants/metrics/metrics-of.ts'
import { violationsOf } from '#operations/merchants/violations/record-violations.ts'
import { violationSetting } from '#operations/merchants/violations/violation-policy.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import type { Figures } from '#rules/merchants/review/checks.ts'
import { toShown, type Fraction } from '#rules/merchants/metrics/fraction.ts'
import { violationKinds, type ViolationKind } from '#rules/merchants/violations/policy.ts'
import { totalsAt } from '#rules/merchants/violations/totals.ts'

type RiskContext = {
  readonly policies: PolicyBook
  readonly market: { readonly zone: string }
}

/** Points in force, by kind. */
export type PointsByKind = Readonly<Record<ViolationKind, number>>

/** The violation points of a shop that are in force at an instant. */
export async function pointsOfShop(
  db: Reader,
  context: RiskContext,
  shopId: string,
  at: Temporal.Instant,
): Promise<PointsByKind> {
  return (await pointsOfShops(db, context, [shopId], at)).get(shopId) ?? noPoints
}

/**
 * Figures of a shop that checks may hold against bounds: what it is measured by (`dsr.service`,
 * `shipping48h`), its points in force (`violations.general`), `openDays` and `disputesOpen`.
 */
export async function figuresOfShop(
  db: Reader,
  context: RiskContext,
  { shopId }: Shop,
  kept: KeptOfShop,
  points: PointsByKind,
  at: Temporal.Instant,
): Promise<Figures> {
  const measured = (await shopFiguresOf(db, context, [shopId], at)).get(shopId)
  return {
    ...(measured === undefined ? {} : flat(measured)),
    disputesOpen: kept.disputesOpen,
    ...named('violations', points),
  }
}

const deepest = 4

/** Numbers and quotients by their paths; quotients with six digits after the point, others cut. */
function flat(value: unknown, path = '', depth = 0): Record<string, number | string> {
  if (typeof value === 'number') return { [path]: value }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
  if ('numerator' in value) return { [path]: toShown(value as Fraction, 6) }
  if (depth === deepest) return {}
  return Object.assign(
    {},
    ...Object.entries(value).map(([name, held]) =>
      flat(held, path === '' ? name : `${path}.${name}`, depth + 1),
    ),
  ) as Record<string, number | string>
}

/** Figures of all shops of a merchant together: `<prefix>.shops`, `<prefix>.violations.general` ... */
export async function figuresOfMerchant(
  db: Reader,
  context: RiskContext,
  prefix: 'merchant' | 'taker',
  merchantId: string,
  at: Temporal.Instant,
): Promise<Figures> {
  const shops = await shopsOfMerchant(db, merchantId)
  const all = await pointsOfShops(
    db,
    context,
    shops.map(({ shopId }) => shopId),
    at,
  )
  const worst = { ...noPoints }
  for (const points of all.values()) {
    for (const kind of violationKinds) worst[kind] = Math.max(worst[kind], points[kind])
  }
  return { [`${prefix}.shops`]: shops.length, ...named(`${prefix}.violations`, worst) }
}

async function pointsOfShops(
  db: Reader,
  { policies, market }: RiskContext,
  shopIds: readonly string[],
  at: Temporal.Instant,
): Promise<Map<string, PointsByKind>> {
  const setting = violationSetting(policies, market)
  const violations = await violationsOf(db, shopIds, at)
  return new Map(
    [...violations].map(([shopId, done]) => {
      const { general, severe, fake } = totalsAt(done, at, setting)
      return [shopId, { general: general.points, severe: severe.points, fake: fake.points }]
    }),
  )
}

const noPoints: PointsByKind = { general: 0, severe: 0, fake: 0 }

function named(prefix: string, points: PointsByKind): Figures {
  return Object.fromEntries(violationKinds.map((kind) => [`${prefix}.${kind}`, points[kind]]))
}
