import { readMarket } from '#db/market.ts'
import { applyEvents } from '#operations/events/apply-events.ts'
import type { EventContext, EventResult } from '#operations/events/apply-order-facts.ts'
import { openPolicyBook, type PolicyBook } from '#operations/policies/policy-book.ts'
import { assert } from '#rules/assert.ts'
import { readFact, type Fact } from '#rules/orders/facts.ts'
import type { Market } from '#db/market.ts'
import { openBooks, type TestBooks } from '#test/support/ledger.ts'

/** A market of the test preset: books, the policies as one process knows them, and how to end both. */
export type TestMarket = TestBooks & { readonly market: Market; readonly policies: PolicyBook }

/** Founds a market for one test file. */
export async function openMarket(size = 8): Promise<TestMarket> {
  const books = await openBooks(size)
  const [market, policies] = [await readMarket(books.db), await openPolicyBook(books.db)]
  const close = async (): Promise<void> => {
    policies.close()
    await books.close()
  }
  return { ...books, market, policies, close }
}

/** Applies facts as if told at `now`. */
export async function tell(
  { db, policies, market }: Pick<TestMarket, 'db' | 'policies' | 'market'>,
  facts: readonly Fact[],
  now: Temporal.Instant,
): Promise<EventResult[]> {
  const context: EventContext = { db, policies, market, now, actor: 'test' }
  return await applyEvents(context, facts)
}

/** A fact of the source `shop`, as it would be told over the wire. */
export function fact(
  memberId: string,
  id: string,
  type: string,
  time: string,
  data: Readonly<Record<string, unknown>>,
  source = 'shop',
): Fact {
  const read = readFact({
    specversion: '1.0',
    id,
    source,
    type: `jifen.${type}.v1`,
    time,
    partitionkey: memberId,
    data,
  })
  assert(read.ok, `a fact of the test can be read: ${JSON.stringify(read)}`)
  return read.fact
}
