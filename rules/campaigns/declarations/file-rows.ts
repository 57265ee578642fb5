import type {
  DeclarationAsked,
  DeclarationKind,
} from '#rules/campaigns/declarations/declaration.ts'
import { IdSchema, nameOf } from '#rules/fields.ts'
import { fenFromText, type Fen } from '#rules/money/fen.ts'

/** The columns of a file of declarations. */
export const fileColumns = [
  'kind',
  'sku',
  'price',
  'quantity',
  'category',
  'deposit',
  'worth',
  'instantOff',
] as const

export type FileColumn = (typeof fileColumns)[number]

/** What a head may call each column, besides its own name. */
const otherNames: Readonly<Record<FileColumn, readonly string[]>> = {
  kind: ['type', '类型', '商品类型', '申报类型'],
  sku: ['sku_id', 'sku id', '商品编码', '商品sku', 'sku编码', '规格编码'],
  price: ['declared_price', '价格', '申报价', '活动价', '申报价格'],
  quantity: ['stock', '数量', '库存', '活动库存', '申报数量'],
  category: ['类目', '商品类目'],
  deposit: ['定金', '预售定金'],
  worth: ['deposit_worth', '定金抵用', '定金膨胀', '抵用金额'],
  instantOff: ['instant_off', '立减', '付定立减'],
}

const kinds: Readonly<Record<string, DeclarationKind>> = {
  presale: 'presale',
  spot: 'spot',
  预售: 'presale',
  现货: 'spot',
}

const needed = ['sku', 'price', 'quantity'] as const

/** Where each column of a file stands. */
export type FileHead = Readonly<Partial<Record<FileColumn, number>>>

export type HeadRead =
  | { readonly ok: true; readonly head: FileHead }
  | {
      readonly ok: false
      readonly problem: 'empty' | 'missing-column' | 'unknown-column' | 'column-twice'
      readonly column?: string
    }

/** Reads the head of a file (DL-13). Refused: a column that is unknown, or twice, or needed and missing. */
export function readHead(cells: readonly string[]): HeadRead {
  if (cells.length === 0) return { ok: false, problem: 'empty' }
  const head: Partial<Record<FileColumn, number>> = {}
  for (const [index, cell] of cells.entries()) {
    const column = columnNamed(cell)
    if (column === undefined) return { ok: false, problem: 'unknown-column', column: cell }
    if (head[column] !== undefined) return { ok: false, problem: 'column-twice', column: cell }
    head[column] = index
  }
  const missing = needed.find((column) => head[column] === undefined)
  return missing === undefined
    ? { ok: true, head }
    : { ok: false, problem: 'missing-column', column: missing }
}

/** A row as it is asked, or the first column that does not fit, and what stands there. */
export type RowRead =
  | { readonly ok: true; readonly asked: DeclarationAsked }
  | {
      readonly ok: false
      readonly refusal: 'declarations/missing-value' | 'declarations/bad-value'
      readonly field: FileColumn
      readonly value: string
      /** As it stands. */
      readonly sku: string
    }

/**
 * Reads a row by the head of its file (DL-13). Money is a decimal text in the market's currency. Without
 * a column `kind` a row with a deposit is of the presale.
 */
export function readRow(cells: readonly string[], head: FileHead, minorDigits: number): RowRead {
  const textOf = (column: FileColumn): string => {
    const at = head[column]
    return at === undefined ? '' : (cells[at] ?? '').trim()
  }
  const sku = textOf('sku')
  const missing = needed.find((field) => textOf(field) === '')
  if (missing !== undefined) {
    return { ok: false, refusal: 'declarations/missing-value', field: missing, value: '', sku }
  }
  const bad = (field: FileColumn): RowRead => {
    return { ok: false, refusal: 'declarations/bad-value', field, value: textOf(field), sku }
  }
  if (!IdSchema.safeParse(sku).success) return bad('sku')
  const kindText = textOf('kind').toLowerCase()
  const inferred = textOf('deposit') === '' ? 'spot' : 'presale'
  const kind = kindText === '' ? inferred : kinds[kindText]
  if (kind === undefined) return bad('kind')
  const quantityText = textOf('quantity')
  const quantity = Number(quantityText)
  if (!/^[0-9]{1,10}$/.test(quantityText)) return bad('quantity')
  const category = textOf('category')
  if (category !== '' && !nameOf(200).safeParse(category).success) return bad('category')

  const money = {} as Record<(typeof moneyColumns)[number], Fen | undefined>
  for (const column of moneyColumns) {
    const text = textOf(column)
    const fen = text === '' ? undefined : fenFromText(text, minorDigits)
    if (text !== '' && (fen === undefined || fen < 0)) return bad(column)
    money[column] = fen
  }
  const { price, deposit, worth, instantOff } = money
  if (price === undefined) return bad('price')
  if (deposit === undefined && worth !== undefined) return bad('worth')
  if (deposit === undefined && instantOff !== undefined) return bad('instantOff')
  const terms = deposit === undefined ? undefined : { deposit, worth, instantOff }
  const asked = { kind, sku, priceFen: price, quantity, terms }
  return { ok: true, asked: category === '' ? asked : { ...asked, category } }
}

const moneyColumns = ['price', 'deposit', 'worth', 'instantOff'] as const

function columnNamed(cell: string): FileColumn | undefined {
  const name = cell.trim().toLowerCase()
  return fileColumns.find(
    (column) => column.toLowerCase() === name || otherNames[column].includes(name),
  )
}
