import {
  compileCondition,
  compileField,
  compileTime,
  type FieldContext,
  type Lookups,
  type Read,
  type ReadTimeOf,
  type Row,
} from '#cli/import/fields.ts'
import { orderFacts, type Condition, type Field, type Mapping } from '#cli/import/mapping.ts'
import type { OrderFact, TimeField } from '#cli/import/mapping.ts'
import { timeReader } from '#cli/import/read-time.ts'
import type { SourceFile } from '#cli/import/sources.ts'

/** A mapping ready to be run on rows of the files at hand. */
export type CompiledMapping = {
  readonly lookups: Lookups
  /** Why a row of a table is left out, or `undefined`. */
  readonly leaveOut: ReadonlyMap<string, (row: Row) => string | undefined>
  /** Whether orders are made of the rows of their lines. */
  readonly isOneTable: boolean
  readonly orders: CompiledOrders
  readonly lines: CompiledLines
  readonly refunds: CompiledRefunds
  readonly reviews: CompiledReviews
  readonly members: CompiledMembers
}

export type CompiledOrders = Record<
  'id' | 'trade' | 'member' | 'shop' | 'currency' | 'freight' | 'status',
  Read
> & {
  readonly times: Readonly<Record<OrderFact | 'collected', ReadTimeOf>>
  readonly assumed: Readonly<Record<OrderFact, ReadTimeOf>>
  readonly facts: Mapping['orders']['facts']
}

export type CompiledLines = Record<
  'order' | 'id' | 'shop' | 'sku' | 'category' | 'quantity' | 'paid' | 'multiple' | 'freight',
  Read
> & {
  /** Whether `paid` is the price of one unit. */
  readonly isPrice: boolean
  readonly isFreight: (row: Row) => boolean
  readonly isReturn: (row: Row) => boolean
}

export type CompiledRefunds = Record<
  'id' | 'order' | 'member' | 'line' | 'amount' | 'quantity',
  Read
> & { readonly at: ReadTimeOf }

export type CompiledReviews = Record<'id' | 'order' | 'member' | 'sku' | 'rating', Read> & {
  readonly at: ReadTimeOf
}

export type CompiledMembers = Record<'id' | 'nickname', Read> & {
  readonly joined: ReadTimeOf
  readonly sealed: ReadTimeOf
}

/**
 * Holds a mapping against the columns of the files. Throws `StartError`, in one sentence, for a
 * column that is missing. The lookups are empty until they are filled.
 */
export function compileMapping(
  mapping: Mapping,
  files: readonly SourceFile[],
  zone: string,
): CompiledMapping {
  const lookups: Lookups = new Map()
  for (const [table, { key }] of Object.entries(mapping.tables)) {
    if (key !== undefined) lookups.set(table, { takes: [], rows: new Map() })
  }
  const readTime = timeReader(mapping.timeFormats, mapping.zone ?? zone)
  const context = { files, lookups, readTime }
  return {
    lookups,
    leaveOut: new Map(
      Object.keys(mapping.tables).map((table) => [table, leaveOutOf(mapping, table, context)]),
    ),
    isOneTable: mapping.orders.table === mapping.lines.table,
    orders: ordersOf(mapping, context),
    lines: linesOf(mapping, context),
    refunds: refundsOf(mapping, context),
    reviews: reviewsOf(mapping, context),
    members: membersOf(mapping, context),
  }
}

type Context = FieldContext & { readonly readTime: ReturnType<typeof timeReader> }

function leaveOutOf(
  mapping: Mapping,
  table: string,
  context: Context,
): (row: Row) => string | undefined {
  const rules = (mapping.tables[table]?.leaveOut ?? []).map(({ reason, when }) => ({
    reason,
    isMet: compileCondition(when, table, context),
  }))
  return (row) => rules.find((rule) => rule.isMet(row))?.reason
}

function ordersOf(mapping: Mapping, context: Context): CompiledOrders {
  const { table, times, assumed, facts, ...part } = mapping.orders
  const { field, time } = inTable(table, context)
  return {
    id: field(part.id),
    trade: field(part.trade),
    member: field(part.member),
    shop: field(part.shop),
    currency: field(part.currency),
    freight: field(part.freight),
    status: field(part.status),
    times: { ...byFact((fact) => time(times[fact])), collected: time(times.collected) },
    assumed: byFact((fact) => time(fact in assumed ? assumed[fact as 'paid'] : undefined)),
    facts,
  }
}

function byFact(timeOf: (fact: OrderFact) => ReadTimeOf): Record<OrderFact, ReadTimeOf> {
  const entries = orderFacts.map((fact) => [fact, timeOf(fact)] as const)
  return Object.fromEntries(entries) as Record<OrderFact, ReadTimeOf>
}

function linesOf(mapping: Mapping, context: Context): CompiledLines {
  const { table, paid, ...part } = mapping.lines
  const { field, condition } = inTable(table, context)
  return {
    order: field(part.order),
    id: field(part.id),
    shop: field(part.shop),
    sku: field(part.sku),
    category: field(part.category),
    quantity: field(part.quantity),
    paid: field('price' in paid ? paid.price : paid.amount),
    multiple: field(part.multiple),
    freight: field(part.freight),
    isPrice: 'price' in paid,
    isFreight: condition(part.freightWhen),
    isReturn: condition(part.returnWhen),
  }
}

function refundsOf(mapping: Mapping, context: Context): CompiledRefunds {
  const part = mapping.refunds
  const { field, time } = inTable(part?.table ?? '', context)
  return {
    id: field(part?.id),
    order: field(part?.order),
    member: field(part?.member),
    line: field(part?.line),
    amount: field(part?.amount),
    quantity: field(part?.quantity),
    at: time(part?.at),
  }
}

function reviewsOf(mapping: Mapping, context: Context): CompiledReviews {
  const part = mapping.reviews
  const { field, time } = inTable(part?.table ?? '', context)
  return {
    id: field(part?.id),
    order: field(part?.order),
    member: field(part?.member),
    sku: field(part?.sku),
    rating: field(part?.rating),
    at: time(part?.at),
  }
}

function membersOf(mapping: Mapping, context: Context): CompiledMembers {
  const part = mapping.members
  const { field, time } = inTable(part?.table ?? '', context)
  return {
    id: field(part?.id),
    nickname: field(part?.nickname),
    joined: time(part?.joined),
    sealed: time(part?.sealed),
  }
}

function inTable(
  table: string,
  context: Context,
): {
  readonly field: (field: Field | undefined) => Read
  readonly time: (field: TimeField | undefined) => ReadTimeOf
  readonly condition: (condition: Condition | undefined) => (row: Row) => boolean
} {
  return {
    field: (field) => (field === undefined ? () => '' : compileField(field, table, context)),
    time: (field) => compileTime(field, table, context),
    condition: (condition) =>
      condition === undefined ? () => false : compileCondition(condition, table, context),
  }
}
