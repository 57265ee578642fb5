import { deepEqual, equal } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { z } from 'zod'
import { problems, type ProblemCode } from '#http/problems.ts'
import {
  BookBodySchema,
  PayBodySchema,
  PayDepositBodySchema,
  PlaceBodySchema,
  RecordBodySchema,
} from '#rules/trades/body.ts'
import { ExchangeBodySchema, RefundBodySchema } from '#rules/trades/refund-body.ts'

const page = readFileSync(new URL('../../docs/trades.md', import.meta.url), 'utf8')

/** The bodies that the page sends, by the end of the path. */
const schemas: Readonly<Record<string, z.ZodType>> = {
  trades: PlaceBodySchema,
  recorded: RecordBodySchema,
  payments: PayBodySchema,
  refunds: RefundBodySchema,
  exchanges: ExchangeBodySchema,
  presales: BookBodySchema,
  deposits: PayDepositBodySchema,
}

test('every body that docs/trades.md sends is read', () => {
  const sent = [...page.matchAll(/curl -sS \$api\/(\S+).*?-d '(\{.*?\})'$/gms)]
  const read = sent.flatMap(([, path = '', json = '']) => {
    const [area, id, turn] = path.split('/')
    const schema = schemas[path.split('/').at(-1) ?? '']
    if (schema === undefined) return []
    const { memberId, ...body } = JSON.parse(json) as Record<string, unknown>
    equal(memberId, 'lin', path)
    const named = area === 'presales' ? { presaleId: id } : { tradeId: id }
    return [schema.safeParse(turn === undefined ? body : { ...named, ...body }).success]
  })
  deepEqual(
    read,
    Array.from({ length: 8 }, () => true),
  )
})

test('docs/trades.md explains the refusals of trades and presales with their status', () => {
  const rows = [...page.matchAll(/^\| `([a-z]+\/[a-z-]+)` *\| ([0-9]{3}) /gm)]
  for (const [, code = '', status] of rows) {
    equal(String(problems[code as ProblemCode].status), status, code)
  }
  const explained = new Set(rows.map(([, code]) => code))
  const own = Object.keys(problems).filter((code) => /^(trades|presales)\//.test(code))
  deepEqual(
    own.filter((code) => !explained.has(code)),
    [],
  )
})
