import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows, type Columns } from '#db/rows.ts'
import type {
  Declaration,
  DeclarationKind,
  DeclaredTerms,
} from '#rules/campaigns/declarations/declaration.ts'
import { asFen } from '#rules/money/fen.ts'

/** What names a declaration. */
export type DeclarationKey = {
  readonly campaign: string
  readonly shopId: string
  readonly sku: string
  readonly kind: DeclarationKind
}

/** A declaration with its name. */
export type ShopDeclaration = Declaration & Pick<DeclarationKey, 'campaign' | 'shopId'>

/** What is declared of SKUs of a shop in a campaign, in both kinds. */
export async function declarationsOf(
  db: Reader,
  campaign: string,
  shopId: string,
  skus: readonly string[],
): Promise<ShopDeclaration[]> {
  if (skus.length === 0) return []
  const rows = await sql<DeclarationRow>`
    select d.*
    from unnest(${skus}::text[]) as k (sku)
    join jifen.declaration d
      on d.campaign = ${campaign} and d.shop_id = ${shopId} and d.sku = k.sku
    order by d.sku, d.kind
  `.execute(db)
  return rows.rows.map(declarationOf)
}

/** How many SKUs a shop has open declarations of in a campaign. */
export async function countOpenSkus(
  db: Reader,
  { campaign, shopId }: Pick<DeclarationKey, 'campaign' | 'shopId'>,
): Promise<number> {
  const rows = await sql<{ skus: number }>`
    select count(distinct sku) as skus from jifen.declaration
    where campaign = ${campaign} and shop_id = ${shopId} and status = 'declared'
  `.execute(db)
  return rows.rows[0]?.skus ?? 0
}

/** Locks declarations in the order of their names; one that is not there is left out. */
export async function lockDeclarations(
  tx: Writer,
  keys: readonly DeclarationKey[],
): Promise<ShopDeclaration[]> {
  if (keys.length === 0) return []
  const rows = await overRows<DeclarationRow>(
    tx,
    keyColumns(keys),
    (select, names) => `
    select d.*
    from (${select}) as k (${names})
    join jifen.declaration d using (${names})
    order by d.campaign, d.shop_id, d.sku, d.kind
    for no key update of d
  `,
  )
  return rows.map(declarationOf)
}

/** What is declared, and open, of SKUs of any shops in some campaigns. */
export async function openDeclarations(
  db: Reader,
  keys: readonly DeclarationKey[],
): Promise<ShopDeclaration[]> {
  if (keys.length === 0) return []
  const rows = await overRows<DeclarationRow>(
    db,
    keyColumns(keys),
    (select, names) => `
    select d.*
    from (${select}) as k (${names})
    join jifen.declaration d using (${names})
    where d.status = 'declared'
    order by d.campaign, d.shop_id, d.sku, d.kind
  `,
  )
  return rows.map(declarationOf)
}

/** What of one shop is declared, and open, in a campaign. */
export async function openDeclarationsOf(
  db: Reader,
  campaign: string,
  shopId: string,
): Promise<DeclarationKey[]> {
  const rows = await db
    .selectFrom('jifen.declaration')
    .select(['campaign', 'shop_id as shopId', 'sku', 'kind'])
    .where('campaign', '=', campaign)
    .where('shop_id', '=', shopId)
    .where('status', '=', 'declared')
    .orderBy('sku')
    .orderBy('kind')
    .execute()
  return rows as DeclarationKey[]
}

/** Writes declarations as they are now, in the order of their names. */
export async function upsertDeclarations(
  tx: Writer,
  declarations: readonly ShopDeclaration[],
): Promise<void> {
  if (declarations.length === 0) return
  await overRows(
    tx,
    {
      ...columnsOf(declarations),
      status: ['text', declarations.map((each) => each.status)],
      declared_at: ['timestamptz', declarations.map((each) => each.declaredAt)],
      changed_at: ['timestamptz', declarations.map((each) => each.changedAt)],
    },
    (rows, names) => `
    insert into jifen.declaration (${names})
    ${rows}
    order by 1, 2, 3, 4
    on conflict (campaign, shop_id, sku, kind) do update set
      number = excluded.number,
      category = excluded.category,
      price_fen = excluded.price_fen,
      quantity = excluded.quantity,
      deposit_fen = excluded.deposit_fen,
      worth_fen = excluded.worth_fen,
      instant_off_fen = excluded.instant_off_fen,
      ceiling = excluded.ceiling,
      cause = excluded.cause,
      status = excluded.status,
      declared_at = excluded.declared_at,
      changed_at = excluded.changed_at
  `,
  )
}

/** Which declarations a list shows. */
export type DeclarationFilter = {
  readonly campaign: string
  readonly shopId?: string | undefined
  readonly kind?: DeclarationKind | undefined
  readonly status?: Declaration['status'] | undefined
}

/** A place in a list of declarations: the name of the last one shown. */
export type DeclarationPlace = Pick<DeclarationKey, 'shopId' | 'sku' | 'kind'>

/** The next declarations of a list behind a place, in the order of shop, SKU and kind. */
export async function declarationsPage(
  db: Reader,
  { campaign, shopId, kind, status }: DeclarationFilter,
  behind: DeclarationPlace | undefined,
  limit: number,
): Promise<ShopDeclaration[]> {
  const { shopId: ofShop, sku, kind: ofKind } = behind ?? { shopId: '', sku: '', kind: '' }
  const ofStatus = status === undefined ? sql`true` : sql`status = ${sql.lit(status)}`
  const inShop = shopId === undefined ? sql`true` : sql`shop_id = ${shopId}`
  const rows = await sql<DeclarationRow>`
    select * from jifen.declaration
    where campaign = ${campaign} and ${inShop} and ${ofStatus}
      and (shop_id, sku, kind) > (${ofShop}, ${sku}, ${ofKind})
      and (${kind ?? null}::text is null or kind = ${kind ?? null})
    order by shop_id, sku, kind
    limit ${limit}
  `.execute(db)
  return rows.rows.map(declarationOf)
}

/** What a declaration and each change of it are both kept as. */
export type FiguresRow = {
  campaign: string
  shop_id: string
  sku: string
  kind: string
  number: number
  category: string
  price_fen: number
  quantity: number
  deposit_fen: number | null
  worth_fen: number | null
  instant_off_fen: number | null
  ceiling: string | null
  cause: string | null
}

type DeclarationRow = FiguresRow & {
  status: Declaration['status']
  declared_at: Temporal.Instant
  changed_at: Temporal.Instant
}

function keyColumns(keys: readonly DeclarationKey[]): Columns {
  return {
    campaign: ['text', keys.map((each) => each.campaign)],
    shop_id: ['text', keys.map((each) => each.shopId)],
    sku: ['text', keys.map((each) => each.sku)],
    kind: ['text', keys.map((each) => each.kind)],
  }
}

export function columnsOf(all: readonly ShopDeclaration[]): Columns {
  return {
    ...keyColumns(all),
    number: ['int', all.map((each) => each.number)],
    category: ['text', all.map((each) => each.category)],
    price_fen: ['bigint', all.map((each) => each.priceFen)],
    quantity: ['bigint', all.map((each) => each.quantity)],
    deposit_fen: ['bigint', all.map((each) => each.terms?.deposit ?? null)],
    worth_fen: ['bigint', all.map((each) => each.terms?.worth ?? null)],
    instant_off_fen: ['bigint', all.map((each) => each.terms?.instantOff ?? null)],
    ceiling: ['json', all.map(({ ceiling }) => ceiling && JSON.stringify(ceiling))],
    cause: ['json', all.map(({ cause }) => cause && JSON.stringify(cause))],
  }
}

function declarationOf(row: DeclarationRow): ShopDeclaration {
  const { status, declared_at: declaredAt, changed_at: changedAt } = row
  return { ...figuresOf(row), status, declaredAt, changedAt }
}

export function figuresOf(row: FiguresRow) {
  const { campaign, sku, number, category, quantity, ceiling, cause } = row
  return {
    campaign,
    shopId: row.shop_id,
    sku,
    kind: row.kind as DeclarationKind,
    number,
    category,
    priceFen: asFen(row.price_fen),
    quantity,
    terms: termsOf(row),
    ceiling: ceiling === null ? null : (JSON.parse(ceiling) as object),
    cause: cause === null ? null : (JSON.parse(cause) as object),
  }
}

function termsOf(row: FiguresRow): DeclaredTerms | null {
  if (row.deposit_fen === null) return null
  return {
    deposit: asFen(row.deposit_fen),
    ...(row.worth_fen === null ? {} : { worth: asFen(row.worth_fen) }),
    ...(row.instant_off_fen === null ? {} : { instantOff: asFen(row.instant_off_fen) }),
  }
}
