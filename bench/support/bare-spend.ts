import type { Socket } from 'node:net'
import pg from 'pg'
import { binaryArray, type ColumnType } from '#db/arrays.ts'
import type { Flight, Statement } from '#bench/support/captured.ts'

/** Where one spend of the bare script stands. */
type Spending = {
  readonly memberId: string
  readonly name: string
  readonly at: Temporal.Instant
  wallet: Row
  lot: Row
}

type Row = { readonly seq?: string; readonly available?: string; readonly head_hash?: Buffer }

/** A statement with all that is known of its values before it runs. */
type Template = Statement & { readonly name: string; readonly fills: readonly Fill[] }

type Fill = (spending: Spending) => unknown

/**
 * Sends the statements of one captured spend again and again, for other members, with nothing in between:
 * no HTTP, no validation, no rules, no hashes. `amount` is what each takes.
 */
export function bareSpender(flights: readonly Flight[], amount: number) {
  let number = 0
  const templates = flights.map((flight) =>
    flight.map((statement): Template => {
      number += 1
      return { ...statement, name: `bare_${number}`, fills: fillsOf(statement, amount) }
    }),
  )
  return async (client: pg.ClientBase, memberId: string, name: string): Promise<void> => {
    const at = Temporal.Now.instant().round({ smallestUnit: 'millisecond' })
    const spending: Spending = { memberId, name, at, wallet: {}, lot: {} }
    for (const flight of templates) {
      const answers = await together(client, () =>
        flight.map((each) => send(client, each, spending)),
      )
      for (const [index, answer] of answers.entries()) learn(spending, flight[index], answer)
    }
  }
}

/** Has what is sent by `begin` leave in one piece. */
async function together<Answer>(
  client: pg.ClientBase,
  begin: () => readonly Promise<Answer>[],
): Promise<Answer[]> {
  const { stream } = (client as unknown as { readonly connection: { stream: Socket } }).connection
  stream.cork()
  const answers = begin()
  stream.uncork()
  return await Promise.all(answers)
}

async function send(
  client: pg.ClientBase,
  { name, text, fills }: Template,
  spending: Spending,
): Promise<pg.QueryResult<Row>> {
  if (fills.length === 0) return await client.query<Row>(text)
  return await client.query<Row>({ name, text, values: fills.map((fill) => fill(spending)) })
}

function learn(
  spending: Spending,
  template: Template | undefined,
  answer: pg.QueryResult<Row>,
): void {
  const [row] = answer.rows
  if (row === undefined || template?.writes !== undefined) return
  if (row.head_hash !== undefined) spending.wallet = row
  else if ('lot_id' in row) spending.lot = row
}

function fillsOf(statement: Statement, amount: number): Fill[] {
  return statement.values.map((captured, index) => {
    const column = statement.columns[index] ?? ''
    const fill = fillOf(column, statement.tables[index], amount)
    if (fill === undefined) return () => captured
    if (!Buffer.isBuffer(captured)) return (spending) => scalar(fill(spending))
    const type = arrayType(statement.text, index)
    return (spending) => binaryArray(type, [fill(spending)])
  })
}

/** What differs from spend to spend; all else is sent as it was captured. */
function fillOf(column: string, writes: string | undefined, amount: number): Fill | undefined {
  switch (column) {
    case 'member_id':
      return (spending) => spending.memberId
    case 'key':
      return (spending) => spending.name
    case 'ref':
      return writes === 'lot' ? undefined : (spending) => spending.name
    case 'seq':
      return ({ wallet }) => Number(wallet.seq) + 1
    case 'available':
      if (writes === 'lot') return ({ lot }) => Number(lot.available) - amount
      return ({ wallet }) => Number(wallet.available) - amount
    case 'prev_hash':
    case 'hash':
    case 'head_hash':
      return ({ wallet }) => wallet.head_hash
    case 'created_at':
    case 'occurred_at':
    case 'booked_at':
    case 'last_at':
      return (spending) => spending.at
    default:
      return undefined
  }
}

function scalar(value: unknown): unknown {
  return value instanceof Temporal.Instant ? value.toString() : value
}

function arrayType(text: string, index: number): ColumnType {
  const found = new RegExp(`\\$${index + 1}::(\\w+)\\[\\]`).exec(text)
  if (found === null) throw new Error(`value ${index + 1} is no array: ${text}`)
  return found[1] as ColumnType
}
