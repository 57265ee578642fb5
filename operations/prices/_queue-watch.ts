import type { Writer } from '#db/connection.ts'
import type { SkuKey } from '#db/prices/deals.ts'
import { queueWatch, type WatchDue } from '#db/prices/watch.ts'
import {
  priceSettingsAt,
  watchedWindow,
  type PriceContext,
} from '#operations/prices/price-setting.ts'
import type { Window } from '#rules/pricing/basket.ts'
import { windowOfDays } from '#rules/prices/windows.ts'

/** When something of an SKU was, or is, in force. */
export type Touched = SkuKey & { readonly window: Window }

/**
 * Has the SKUs looked at again whose deals or prices lie where a campaign looks for them: now, and what is
 * in force after the event once it is.
 */
export async function watchAgain(
  tx: Writer,
  context: PriceContext,
  touched: readonly Touched[],
  now: Temporal.Instant,
): Promise<void> {
  const settings = priceSettingsAt(context, now).map((setting) => ({
    watched: watchedWindow(setting),
    protect: windowOfDays(setting.price.protect, setting.zone),
  }))
  const due = new Map<string, WatchDue>()
  for (const { shopId, sku, window } of touched) {
    for (const { watched, protect } of settings) {
      if (!overlap(window, watched)) continue
      due.set(`${shopId}\n${sku}`, { shopId, sku, dueAt: now })
      const ms = Math.max(window.fromMs, protect.fromMs)
      if (!overlap(window, protect) || ms <= now.epochMilliseconds) continue
      const dueAt = Temporal.Instant.fromEpochMilliseconds(ms)
      due.set(`${shopId}\n${sku}\n${ms}`, { shopId, sku, dueAt })
    }
  }
  await queueWatch(tx, [...due.values()])
}

function overlap(a: Window, b: Window): boolean {
  return a.fromMs < b.toMs && b.fromMs < a.toMs
}
