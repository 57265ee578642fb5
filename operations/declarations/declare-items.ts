import type { Writer } from '#db/connection.ts'
import { insertDeclarationChanges, type DeclarationChange } from '#db/declarations/changes.ts'
import {
  countOpenSkus,
  declarationsOf,
  upsertDeclarations,
  type DeclarationKey,
  type ShopDeclaration,
} from '#db/declarations/declarations.ts'
import { addStock, lockStock, lowerStock, stockKey } from '#db/declarations/stock.ts'
import { limitsOf } from '#db/governance/probations.ts'
import type { Shop } from '#db/shops/shops.ts'
import type { KnownCampaign } from '#operations/campaigns/campaign-book.ts'
import {
  declarationSetting,
  type DeclarationContext,
  type Doing,
} from '#operations/declarations/declaration-setting.ts'
import { leaveVenues } from '#operations/declarations/_leave-venues.ts'
import { enrolmentsOf } from '#operations/enrolment/enrolments.ts'
import { ceilingJson, ceilingsOf } from '#operations/prices/check-declarations.ts'
import {
  decideDeclaration,
  decideWithdrawal,
  type DeclarationRefused,
} from '#rules/campaigns/declarations/decide-declaration.ts'
import {
  declarationKinds,
  type DeclarationAsked,
  type DeclarationKind,
} from '#rules/campaigns/declarations/declaration.ts'
import type { Ceiling } from '#rules/prices/check.ts'

/** What became of a declaration that was asked for. */
export type ItemDeclared =
  | {
      readonly ok: true
      readonly what: 'declared' | 'changed' | 'unchanged' | 'withdrawn'
      readonly declaration: ShopDeclaration
      readonly sold: number
    }
  | DeclarationRefused

/** A shop in a campaign, which is locked. */
export type DeclaringShop = { readonly known: KnownCampaign; readonly shop: Shop }

/**
 * Declares goods of a locked shop, one after another, in a statement for each table: what is refused is
 * left out, and an item that is named twice is decided upon what the first came to. The answers are in
 * the order asked.
 */
export async function declareItems(
  tx: Writer,
  context: DeclarationContext,
  { known, shop }: DeclaringShop,
  asked: readonly DeclarationAsked[],
  { actor, at }: Doing,
): Promise<ItemDeclared[]> {
  const { campaign, terms } = known
  const [items, enrolments, ceilings, skusLeft] = await Promise.all([
    loadItems(
      tx,
      campaign,
      shop.shopId,
      asked.map((each) => each.sku),
    ),
    enrolmentsOf(tx, campaign, [shop.shopId]),
    ceilingsFor(tx, context, known, shop.shopId, asked, at),
    skusLeftOf(tx, campaign, shop.shopId),
  ])
  const setting = declarationSetting(context.policies, known, at)
  const isShortlisted = enrolments.get(shop.shopId)?.status === 'shortlisted'
  let left = skusLeft
  const answers = asked.map((each): ItemDeclared => {
    const item = items.at(each)
    const other = items.at({ sku: each.sku, kind: otherKind(each.kind) }).declaration
    const decided = decideDeclaration(each, {
      campaign: terms,
      at,
      isShortlisted,
      known: item.declaration,
      other,
      sold: item.sold,
      ceiling: ceilings.get(stockKey(each)),
      mainCategory: shop.mainCategory,
      deposit: setting.deposit,
      notBelowPresale: setting.notBelowPresale,
      mostQuantity: setting.declarations.mostQuantity,
      skusLeft: left,
    })
    if (!decided.ok) return decided
    const { what } = decided
    const isNewSku = item.declaration?.status !== 'declared' && other?.status !== 'declared'
    if (left !== undefined && isNewSku) left -= 1
    const ceiling = ceilings.get(stockKey(each))
    const kept = ceiling === undefined ? null : ceilingJson(ceiling, context.market.zone)
    const declaration = {
      ...decided.declaration,
      ...(what === 'unchanged' ? {} : { ceiling: kept }),
      campaign,
      shopId: shop.shopId,
    }
    if (what !== 'unchanged') {
      items.put(declaration, { what, actor, at, policies: setting.versions })
    }
    return { ok: true, what, declaration, sold: item.sold }
  })
  await items.write(tx)
  return answers
}

/** Takes a declaration of a locked shop back. */
export async function withdrawItem(
  tx: Writer,
  context: DeclarationContext,
  { known, shop }: DeclaringShop,
  { sku, kind }: Pick<DeclarationKey, 'sku' | 'kind'>,
  { actor, at }: Doing,
): Promise<ItemDeclared> {
  const { campaign, terms } = known
  const items = await loadItems(tx, campaign, shop.shopId, [sku])
  const { declaration: before, sold } = items.at({ sku, kind })
  const decided = decideWithdrawal({ campaign: terms, at, known: before, sold })
  if (!decided.ok) return decided
  const declaration = { ...decided.declaration, campaign, shopId: shop.shopId }
  if (decided.what === 'unchanged') return { ok: true, what: 'unchanged', declaration, sold }

  const policies = declarationSetting(context.policies, known, at).versions
  items.put(declaration, { what: 'withdrawn', actor, at, policies })
  await items.write(tx)
  const cause = { code: 'withdrawn', kind }
  await leaveVenues(tx, context.policies, [declaration], { at, cause })
  return { ok: true, what: 'withdrawn', declaration, sold }
}

type Item = { readonly declaration: ShopDeclaration | undefined; readonly sold: number }

type Items = {
  readonly at: (key: { readonly sku: string; readonly kind: DeclarationKind }) => Item
  readonly put: (
    declaration: ShopDeclaration,
    change: Pick<DeclarationChange, 'what' | 'actor' | 'at' | 'policies'>,
  ) => void
  readonly write: (tx: Writer) => Promise<void>
}

/** What is declared of SKUs of a shop with what is sold of it, locked; and what becomes of it. */
async function loadItems(
  tx: Writer,
  campaign: string,
  shopId: string,
  skus: readonly string[],
): Promise<Items> {
  const distinct = [...new Set(skus)]
  const found = await declarationsOf(tx, campaign, shopId, distinct)
  const left = await lockStock(tx, found)
  const before = new Map(found.map((each) => [stockKey(each), each]))
  const now = new Map(before)
  const changes: DeclarationChange[] = []
  return {
    at: (key) => {
      const name = stockKey(key)
      const locked = before.get(name)?.quantity ?? 0
      return { declaration: now.get(name), sold: locked - (left.get(name) ?? locked) }
    },
    put: (declaration, change) => {
      now.set(stockKey(declaration), declaration)
      changes.push({ ...declaration, ...change })
    },
    write: async (db) => {
      const changed = [...new Set(changes.map(stockKey))].flatMap((name) => now.get(name) ?? [])
      const moves = changed.map((each) => {
        const { sku, kind, quantity } = each
        const units = quantity - (before.get(stockKey(each))?.quantity ?? 0)
        return { campaign, shopId, sku, kind, units }
      })
      await Promise.all([
        upsertDeclarations(db, changed),
        insertDeclarationChanges(db, changes),
        addStock(
          db,
          moves.filter((move) => move.units >= 0),
        ),
        lowerStock(
          db,
          moves.flatMap((move) => (move.units < 0 ? [{ ...move, units: -move.units }] : [])),
        ),
      ])
    },
  }
}

/** How many more SKUs a shop may declare; `undefined`: any number. */
async function skusLeftOf(
  tx: Writer,
  campaign: string,
  shopId: string,
): Promise<number | undefined> {
  const most = (await limitsOf(tx, [shopId])).get(shopId)?.declarationsAtMost
  if (most === undefined) return undefined
  return Math.max(0, most - (await countOpenSkus(tx, { campaign, shopId })))
}

async function ceilingsFor(
  tx: Writer,
  context: DeclarationContext,
  { campaign }: KnownCampaign,
  shopId: string,
  asked: readonly DeclarationAsked[],
  at: Temporal.Instant,
): Promise<Map<string, Ceiling>> {
  const found = await Promise.all(
    declarationKinds.map(async (kind): Promise<[string, Ceiling][]> => {
      const skus = new Set(asked.filter((each) => each.kind === kind).map((each) => each.sku))
      if (skus.size === 0) return []
      const named = [...skus].map((sku) => ({ shopId, sku }))
      const ceilings = await ceilingsOf(tx, context, { campaign, kind, at }, named)
      return named.flatMap(({ sku }, n): [string, Ceiling][] => {
        const ceiling = ceilings?.[n]
        return ceiling === undefined ? [] : [[stockKey({ sku, kind }), ceiling]]
      })
    }),
  )
  return new Map(found.flat())
}

function otherKind(kind: DeclarationKind): DeclarationKind {
  return kind === 'presale' ? 'spot' : 'presale'
}
