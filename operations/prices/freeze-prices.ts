import type { Database, Writer } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import {
  beginFreeze,
  declaredBehind,
  freezeById,
  freezesOf,
  keepFreeze,
  lockFreeze,
  type FreezePlace,
} from '#db/prices/freeze.ts'
import { declaredOf, type DeclaredPrice } from '#db/prices/watch.ts'
import { lockShops } from '#db/shops/shops.ts'
import { transact } from '#operations/_transact.ts'
import { lookAgain } from '#operations/prices/_look-again.ts'
import { suspectsOf } from '#operations/prices/check-declarations.ts'
import {
  priceSettingsAt,
  type PriceContext,
  type PriceSetting,
} from '#operations/prices/price-setting.ts'
import { isBefore } from '#rules/time/instants.ts'

type Context = PriceContext & { readonly db: Database; readonly market: Market }

/** So many declarations are looked through before the place is kept, in statements side by side. */
const sideBySide = 2
const atOnce = 2_000

/**
 * Checks every declaration of the campaigns whose prices are frozen, once (PV-12), in parts that keep the
 * place they came to, so that a run that is killed goes on where it was. Ends early by the signal. Nothing
 * is locked but the shops of those that may be too high: what is recorded or declared meanwhile is looked
 * at by itself.
 */
export async function settlePriceFreezes(
  context: Context,
  by: Temporal.Instant,
  stopping: AbortSignal,
): Promise<number> {
  const frozen = priceSettingsAt(context, by).filter(({ price: { freezeAt } }) => {
    return freezeAt !== undefined && !isBefore(by, freezeAt)
  })
  if (frozen.length === 0) return 0
  const known = await freezesOf(
    context.db,
    frozen.map((each) => each.campaign),
  )
  let checked = 0
  for (const setting of frozen) {
    const { campaign, price } = setting
    if (known.get(campaign)?.finishedAt) continue
    const frozenAt = price.freezeAt ?? by
    await transact(context.db, (tx) => beginFreeze(tx, { campaign, frozenAt, begunAt: by }))
    for (let part = 1; part > 0 && !stopping.aborted; checked += part) {
      part = await checkPart(context, setting, by)
    }
  }
  return checked
}

/** Checks the next declarations of a campaign; returns how many, 0 when none is left. */
async function checkPart(
  context: Context,
  setting: PriceSetting,
  by: Temporal.Instant,
): Promise<number> {
  const { db } = context
  const { campaign } = setting
  const before = await freezeById(db, campaign)
  if (before === undefined || before.finishedAt !== null) return 0
  const some = await declaredBehind(db, campaign, before.place, atOnce * sideBySide)
  const halves = [some.slice(0, atOnce), some.slice(atOnce)].filter((half) => half.length > 0)
  const suspects = await Promise.all(halves.map((half) => suspectsOf(db, setting, half)))

  return await transact(db, async (tx) => {
    const freeze = await lockFreeze(tx, campaign)
    // Another process was faster: its part is done, and the next is looked for.
    if (freeze === undefined || !isSamePlace(freeze.place, before.place)) return some.length
    const last = some.at(-1)
    if (last === undefined) {
      const done = { place: freeze.place, checked: 0, suspended: 0, finishedAt: by }
      await keepFreeze(tx, campaign, done)
      return 0
    }

    const suspended = await lookAtSuspects(tx, context, campaign, suspects.flat(), by)
    const place = { shopId: last.shopId, sku: last.sku, kind: last.kind }
    const step = { place, checked: some.length, suspended, finishedAt: null }
    await keepFreeze(tx, campaign, step)
    return some.length
  })
}

/** Locks the shops of those that may be too high, and looks at them as they are then. */
async function lookAtSuspects(
  tx: Writer,
  context: Context,
  campaign: string,
  suspects: readonly DeclaredPrice[],
  by: Temporal.Instant,
): Promise<number> {
  if (suspects.length === 0) return 0
  await lockShops(tx, [...new Set(suspects.map((each) => each.shopId))])
  const meant = new Set(suspects.map(nameOf))
  const declared = await declaredOf(tx, suspects)
  const own = declared.filter((each) => each.campaign === campaign && meant.has(nameOf(each)))
  return await lookAgain(tx, { ...context, now: by, actor: 'jifen' }, own)
}

function isSamePlace(a: FreezePlace, b: FreezePlace): boolean {
  return nameOf(a) === nameOf(b)
}

function nameOf({ shopId, sku, kind }: FreezePlace): string {
  return `${shopId}\n${sku}\n${kind}`
}
