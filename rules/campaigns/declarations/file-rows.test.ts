import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { readHead, readRow } from '#rules/campaigns/declarations/file-rows.ts'

function row(head: string, cells: string) {
  const read = readHead(head.split(','))
  if (!read.ok) throw new Error(read.problem)
  return readRow(cells.split(','), read.head, 2)
}

// Columns: head | what is wrong with it.
const heads = `
  sku,price,quantity                   |
  数量,商品编码,申报价                  |
  SKU, Price ,QUANTITY,instantOff      |
  sku,price                            | missing-column quantity
  sku,price,quantity,价格              | column-twice 价格
  sku,price,quantity,colour            | unknown-column colour
`

test('DL-13 a head names its columns in either language, in any order', () => {
  for (const line of heads.trim().split('\n')) {
    const [head = '', wrong = ''] = line.split('|').map((cell) => cell.trim())
    const read = readHead(head.split(','))
    const told = read.ok ? '' : `${read.problem} ${read.column ?? ''}`
    equal(told, wrong, head)
  }
})

// Columns: cells of kind, SKU, price, quantity, deposit | what is asked, or the field at fault.
const rows = `
  spot,s,100.00,1,       | spot s 10000 1
  ,s,100,1,              | spot s 10000 1
  ,s,100.00,1,10.00      | presale s 10000 1
  预售,s,100.00,1,10.00   | presale s 10000 1
  gift,s,100.00,1,       | kind
  ,,100.00,1,            | sku
  ,s,,1,                 | price
  ,s,-1.00,1,            | price
  ,s,1e3,1,              | price
  ,s,1.001,1,            | price
  ,s,1.00,1.5,           | quantity
  ,s,1.00,-1,            | quantity
  ,s,1.00,1,x            | deposit
  ,=s,1.00,1,            | sku
`

test('DL-13 a row is read whole, or the first field that does not fit is told', () => {
  for (const line of rows.trim().split('\n')) {
    const [cells = '', expected = ''] = line.split('|').map((cell) => cell.trim())
    const read = row('kind,sku,price,quantity,deposit', cells)
    const told = read.ok
      ? `${read.asked.kind} ${read.asked.sku} ${read.asked.priceFen} ${read.asked.quantity}`
      : read.field
    equal(told, expected, cells)
  }
  const worth = row('sku,price,quantity,worth', 's,1.00,1,2.00')
  deepEqual(worth.ok ? undefined : worth.field, 'worth')
})
