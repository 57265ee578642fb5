import type { Writer } from '#db/connection.ts'
import { insertDeclarationChanges } from '#db/declarations/changes.ts'
import {
  lockDeclarations,
  upsertDeclarations,
  type DeclarationKey,
} from '#db/declarations/declarations.ts'
import { announceToShops } from '#operations/announcements/announce-to-shops.ts'
import { campaignAt } from '#operations/campaigns/campaign-book.ts'
import { leaveVenues } from '#operations/declarations/_leave-venues.ts'
import { declarationSetting } from '#operations/declarations/declaration-setting.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { suspended } from '#rules/campaigns/declarations/decide-declaration.ts'

/** A declaration that is no longer allowed, and why. */
export type ToSuspend = DeclarationKey & { readonly cause: object }

export type SuspendContext = {
  readonly policies: PolicyBook
  readonly actor: string
  readonly now: Temporal.Instant
}

/**
 * Suspends declarations that became too high, never re-pricing them, and tells their shops (DL-8). One that
 * is not open any more is left as it is. Returns how many were suspended.
 */
export async function suspendDeclarations(
  tx: Writer,
  { policies, actor, now: at }: SuspendContext,
  wanted: readonly ToSuspend[],
): Promise<number> {
  const causes = new Map(wanted.map((each) => [keyOf(each), each.cause]))
  const changes = (await lockDeclarations(tx, wanted)).flatMap((known) => {
    const next = suspended(known, causes.get(keyOf(known)) ?? {}, at)
    if (next === undefined) return []
    const { campaign, shopId } = known
    const inCampaign = campaignAt(policies, campaign, at)
    const versions =
      inCampaign === undefined ? '' : declarationSetting(policies, inCampaign, at).versions
    const what = 'suspended' as const
    return [{ ...next, campaign, shopId, what, at, actor, policies: versions }]
  })
  await Promise.all([
    upsertDeclarations(tx, changes),
    insertDeclarationChanges(tx, changes),
    announceToShops(
      tx,
      changes.map(({ campaign, shopId, sku, kind, number, priceFen, cause }) => ({
        shopId,
        id: `declaration-suspended/${campaign}/${kind}/${sku}/${number}`,
        type: 'jifen.declaration.suspended.v1',
        at,
        data: { campaign, shopId, sku, kind, priceFen, cause },
      })),
    ),
  ])
  await leaveVenues(tx, policies, changes, { at, cause: { code: 'suspended' } })
  return changes.length
}

function keyOf({ campaign, shopId, sku, kind }: DeclarationKey): string {
  return [campaign, shopId, sku, kind].join('\n')
}
