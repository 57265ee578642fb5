import { stringify } from 'csv-stringify/sync'
import { z } from 'zod'
import { readBlocks } from '#cli/import/read-rows.ts'
import { StartError } from '#cli/postgres/start-error.ts'
import { shopTypes, type Merchant, type Shop } from '#db/shops/shops.ts'
import type { CsvRow } from '#operations/csv/row-reader.ts'
import { DaySchema, IdSchema, MemberIdSchema } from '#rules/fields.ts'

/** A row with a shop and its merchant, or one that cannot be read, with why. */
export type ShopRow =
  | { readonly ok: true; readonly line: number; readonly merchant: Merchant; readonly shop: Shop }
  | { readonly ok: false; readonly line: number; readonly reason: string; readonly raw: string }

const text = z.string().min(1).max(200)

const RowSchema = z
  .object({
    shop_id: IdSchema,
    merchant_id: MemberIdSchema,
    merchant_name: text,
    legal_entity: text,
    title: text,
    type: z.enum(shopTypes),
    main_category: IdSchema,
    categories: z
      .string()
      .transform((cell) => cell.split('|').map((each) => each.trim()))
      .pipe(z.array(IdSchema).min(1).max(200)),
    brand: text.optional(),
    opened_on: DaySchema,
    status: z.enum(['open', 'closed']).default('open'),
  })
  .refine((row) => row.categories.includes(row.main_category), {
    path: ['main_category'],
    error: 'The main category is one of the categories.',
  })

const needed = Object.keys(RowSchema.shape).filter((name) => name !== 'brand' && name !== 'status')

/**
 * Reads a CSV file, plain or `.gz`, whose first line names the columns of shops. Throws `StartError` when
 * the file itself cannot be read.
 */
export async function* readShops(
  path: string,
  onBytes: (bytes: number) => void,
): AsyncGenerator<ShopRow> {
  let columns: readonly string[] | undefined
  for await (const block of readBlocks(path, onBytes)) {
    for (const { line, reason, detail, raw } of block.bad) {
      yield { ok: false, line, reason: `${reason}: ${detail}`, raw }
    }
    for (const row of block.rows) {
      if (columns === undefined) columns = columnsOf(row.cells, path)
      else yield rowOf(row, columns)
    }
  }
  if (columns === undefined) throw new StartError(`${path} is empty.`)
}

function columnsOf(cells: readonly string[], path: string): readonly string[] {
  const names = cells.map((cell) => cell.trim().toLowerCase())
  const missing = needed.filter((name) => !names.includes(name))
  if (missing.length === 0) return names
  throw new StartError(`The first line of ${path} does not name: ${missing.join(', ')}.`)
}

function rowOf({ line, cells }: CsvRow, columns: readonly string[]): ShopRow {
  const told = columns.flatMap((name, index): [string, string][] => {
    const cell = (cells[index] ?? '').trim()
    return cell === '' ? [] : [[name, cell]]
  })
  const parsed = RowSchema.safeParse(Object.fromEntries(told))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const reason = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`
    return { ok: false, line, reason, raw: stringify([[...cells]], { eof: false }) }
  }
  const row = parsed.data
  const { shop_id: shopId, merchant_id: merchantId, brand = null, title, type, status } = row
  return {
    ok: true,
    line,
    merchant: { merchantId, name: row.merchant_name, legalEntity: row.legal_entity },
    shop: {
      shopId,
      merchantId,
      title,
      type,
      mainCategory: row.main_category,
      categories: row.categories,
      brand,
      openedOn: row.opened_on,
      status,
    },
  }
}
