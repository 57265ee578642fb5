import type { Writer } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import { insertBreaches, type BreachReason, type PriceBreach } from '#db/prices/breaches.ts'
import type { SkuKey } from '#db/prices/deals.ts'
import { soldBeforeItEnded, type DeclaredPrice } from '#db/prices/watch.ts'
import { suspendDeclarations, type ToSuspend } from '#operations/declarations/suspend.ts'
import { pointsOfAct } from '#operations/merchants/violations/points-of-act.ts'
import { recordViolations } from '#operations/merchants/violations/record-violations.ts'
import {
  aboveCeilings,
  causeJson,
  ceilingsBy,
  lowestOnDays,
} from '#operations/prices/check-declarations.ts'
import {
  priceSettingAt,
  type PriceContext,
  type PriceSetting,
} from '#operations/prices/price-setting.ts'
import { openProtection } from '#operations/protection/open-protection.ts'
import type { PriceCause } from '#rules/prices/check.ts'
import { lowestOf, soldLower, verdictOn } from '#rules/prices/watch.ts'
import { windowOfDays } from '#rules/prices/windows.ts'
import { instantFromText, isBefore, latest, startOfDay } from '#rules/time/instants.ts'

/** Who looks again, and when by the clock of the business. */
export type LookContext = PriceContext & {
  readonly market: Market
  readonly now: Temporal.Instant
  readonly actor: string
}

/**
 * Looks at declarations again, by all that is recorded now, with their shops locked: suspends those that
 * are too high (PV-12), and records as breaches those that became so after prices froze (PV-13) and those
 * whose SKU was sold for less after the event (PV-14). `skus`: whose declarations they are, and others that
 * no longer take part but were bought of. Returns how many were suspended.
 */
export async function lookAgain(
  tx: Writer,
  context: LookContext,
  declared: readonly DeclaredPrice[],
  skus: readonly SkuKey[] = declared,
): Promise<number> {
  let suspended = 0
  const left: DeclaredPrice[] = []
  for (const [campaign, own] of Map.groupBy(declared, (each) => each.campaign)) {
    const setting = priceSettingAt(context, campaign, context.now)
    if (setting === undefined) continue
    const found = await tooHighOnes(tx, context, setting, own)
    const out = new Set(found.suspend.map(keyOf))
    suspended += await suspendDeclarations(tx, context, found.suspend)
    left.push(...own.filter((each) => !out.has(keyOf(each))))
    await recordBreaches(tx, context, 'tooHighAfterFreeze', found.breaches)
  }
  // Whoever bought of a declaration keeps its promise, though it was suspended or its shop left since.
  const promised = [...left, ...(await soldBeforeItEnded(tx, skus))]
  for (const [campaign, own] of Map.groupBy(promised, (each) => each.campaign)) {
    const setting = priceSettingAt(context, campaign, context.now)
    if (setting === undefined) continue
    const lower = await soldLowerOnes(tx, context, setting, own)
    const fresh = await recordBreaches(tx, context, 'soldLowerAfter', lower)
    const drops = fresh.map((breach) => dropOf(breach, setting))
    await openProtection(tx, context, drops)
  }
  return suspended
}

type Found = { readonly suspend: ToSuspend[]; readonly breaches: PriceBreach[] }

async function tooHighOnes(
  tx: Writer,
  context: LookContext,
  setting: PriceSetting,
  declared: readonly DeclaredPrice[],
): Promise<Found> {
  const { price, zone, versions } = setting
  const { freezeAt } = price
  const isFrozen = freezeAt !== undefined && !isBefore(context.now, freezeAt)
  const found: Found = { suspend: [], breaches: [] }
  for (const [kind, own] of Map.groupBy(declared, (each) => each.kind)) {
    const high = await aboveCeilings(tx, setting, kind, own)
    // Few are too high: of those alone it is asked what was known when prices froze.
    const before = isFrozen
      ? await ceilingsBy(
          tx,
          setting,
          kind,
          high.map(({ each }) => each),
          freezeAt,
        )
      : []
    high.forEach(({ each, ceiling: now }, n) => {
      const verdict = verdictOn(each.priceFen, { now, atFreeze: before[n] })
      if (verdict.what === 'suspend') {
        const causes = verdict.causes.map((cause) => causeJson(cause, zone))
        found.suspend.push({ ...each, cause: { ...causes[0], causes, policies: versions } })
      }
      if (verdict.what === 'breach') {
        found.breaches.push(breachOf('tooHigh', each, verdict.causes, context, setting))
      }
    })
  }
  return found
}

async function soldLowerOnes(
  tx: Writer,
  context: LookContext,
  setting: PriceSetting,
  declared: readonly DeclaredPrice[],
): Promise<PriceBreach[]> {
  const { now } = context
  const days = setting.price.protect
  if (now.epochMilliseconds < windowOfDays(days, setting.zone).fromMs) return []
  const both = { deals: days, promo: days }
  const lowest = await lowestOnDays(tx, setting, both, declared, { inForceBy: now })
  return declared.flatMap((each, n) => {
    const { deal, marked } = lowest[n] ?? {}
    const causes = soldLower(each.priceFen, { deal, marked, days })
    if (causes.length === 0) return []
    return [breachOf('soldLower', each, causes, context, setting)]
  })
}

function breachOf(
  reason: BreachReason,
  declared: DeclaredPrice,
  causes: readonly PriceCause[],
  { now }: LookContext,
  { zone, versions }: PriceSetting,
): PriceBreach {
  const { campaign, shopId, sku, kind, priceFen } = declared
  const lowest = lowestOf(causes)
  return {
    campaign,
    shopId,
    sku,
    kind,
    reason,
    priceFen: lowest?.priceFen ?? priceFen,
    declaredFen: priceFen,
    foundAt: now,
    cause: JSON.stringify(lowest === undefined ? {} : causeJson(lowest, zone)),
    policies: versions,
  }
}

/** Writes breaches and, once for each SKU of a campaign, the violation; returns those that are new. */
async function recordBreaches(
  tx: Writer,
  context: LookContext,
  act: 'tooHighAfterFreeze' | 'soldLowerAfter',
  breaches: readonly PriceBreach[],
): Promise<PriceBreach[]> {
  if (breaches.length === 0) return []
  const fresh = await insertBreaches(tx, highestOfEach(breaches))
  const points = pointsOfAct(context.policies, act, context.now)
  if (points === undefined) return fresh
  await recordViolations(
    tx,
    context,
    fresh.map((breach) => {
      const { campaign, shopId, sku, declaredFen, kind, policies } = breach
      return {
        shopId,
        violationId: `price/${campaign}/${sku}`,
        ...points,
        at: context.now,
        cause: { code: act, campaign, sku, kind, declaredFen, policies, ...causeOf(breach) },
      }
    }),
  )
  return fresh
}

/** Of an SKU that is declared twice the dearer one: what is sold too low for both is one breach. */
function highestOfEach(breaches: readonly PriceBreach[]): PriceBreach[] {
  const byKey = Map.groupBy(breaches, ({ shopId, sku, priceFen }) => {
    return `${shopId}\n${sku}\n${priceFen}`
  })
  return [...byKey.values()].map((same) =>
    same.reduce((most, each) => (each.declaredFen > most.declaredFen ? each : most)),
  )
}

/** What buyers are protected against: a price that was in force before counts from the first day on. */
function dropOf(breach: PriceBreach, { price, zone }: PriceSetting) {
  const { campaign, shopId, sku, priceFen, foundAt, policies } = breach
  const cause = causeOf(breach)
  const asked = typeof cause['at'] === 'string' ? instantFromText(cause['at']) : undefined
  const at = latest(asked ?? foundAt, startOfDay(price.protect[0], zone))
  return { campaign, shopId, sku, priceFen, at, cause: { ...cause, policies } }
}

function causeOf({ cause }: PriceBreach): Record<string, unknown> {
  return JSON.parse(cause) as Record<string, unknown>
}

function keyOf({ shopId, sku, kind }: Pick<DeclaredPrice, 'shopId' | 'sku' | 'kind'>): string {
  return `${shopId}\n${sku}\n${kind}`
}
