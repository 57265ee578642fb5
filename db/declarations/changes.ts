import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import {
  columnsOf,
  figuresOf,
  type DeclarationKey,
  type FiguresRow,
  type ShopDeclaration,
} from '#db/declarations/declarations.ts'
import { overRows } from '#db/rows.ts'

/** One change of a declaration: what it is since. */
export type DeclarationChange = ShopDeclaration & {
  readonly what: 'declared' | 'changed' | 'suspended' | 'withdrawn'
  readonly at: Temporal.Instant
  readonly actor: string
  readonly policies: string
}

/** Appends changes of declarations. */
export async function insertDeclarationChanges(
  tx: Writer,
  changes: readonly DeclarationChange[],
): Promise<void> {
  if (changes.length === 0) return
  await overRows(
    tx,
    {
      ...columnsOf(changes),
      what: ['text', changes.map((each) => each.what)],
      at: ['timestamptz', changes.map((each) => each.at)],
      actor: ['text', changes.map((each) => each.actor)],
      policies: ['text', changes.map((each) => each.policies)],
    },
    (rows, names) => `insert into jifen.declaration_change (${names}) ${rows}`,
  )
}

/** Every change of a declaration, the last first. */
export async function changesOf(
  db: Reader,
  { campaign, shopId, sku, kind }: DeclarationKey,
): Promise<Omit<DeclarationChange, 'declaredAt' | 'changedAt' | 'status'>[]> {
  const rows = await sql<ChangeRow>`
    select * from jifen.declaration_change
    where campaign = ${campaign} and shop_id = ${shopId} and sku = ${sku} and kind = ${kind}
    order by number desc
    limit 1000
  `.execute(db)
  return rows.rows.map((row) => {
    const { what, at, actor, policies } = row
    return { ...figuresOf(row), what, at, actor, policies }
  })
}

type ChangeRow = FiguresRow & {
  what: DeclarationChange['what']
  at: Temporal.Instant
  actor: string
  policies: string
}
