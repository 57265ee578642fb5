import { deepEqual } from 'node:assert/strict'
import { after, test } from 'node:test'
import { transact } from '#operations/_transact.ts'
import { postCommands } from '#operations/ledger/post-commands.ts'
import { replayDecisions } from '#operations/ledger/replay-decision.ts'
import { verifyBooks } from '#operations/ledger/verify-books.ts'
import { asPoints } from '#rules/money/points.ts'
import { fact, openMarket, tell } from '#test/support/market.ts'

const market = await openMarket()
after(market.close)

const receivedAt = '2017-11-15T10:00:00+08:00'
const replay = replayDecisions(market.policies, market.market)

async function faults(): Promise<string[]> {
  const found = await verifyBooks(market.db, { replay })
  return found.faults.map((each) => `${each.member_id} ${each.seq} ${each.what}`)
}

test('What orders earned comes out again from the lines and policies kept with the entry', async () => {
  const placedAt = '2017-11-11T00:00:00+08:00'
  const lines = [
    { id: '1', sku: 'coat', paid: '109.99' },
    { id: '2', sku: 'phone', category: 'digital3c', paid: '4999.00', multiple: 5 },
  ]
  const order = { orderId: 'o-1', shopId: 's-1', paidAt: placedAt, lines }
  const now = Temporal.Instant.from(receivedAt)
  await tell(
    market,
    [
      fact('lin', 'placed', 'order.placed', placedAt, order),
      fact('lin', 'received', 'order.received', receivedAt, { orderId: 'o-1' }),
    ],
    now,
  )
  deepEqual(await faults(), [])
})

// Columns: what is kept of the decision | what is told of it.
const wrong: readonly (readonly [Readonly<Record<string, unknown>>, string])[] = [
  [{ points: 55 }, 'decided again, line 1 earns 54, not 55'],
  [{ baseFen: 20_000 }, 'decided again, line 1 earns 100, not 54'],
  [{ category: 'virtual' }, 'decided again, line 1 earns 10, not 54'],
]

test('A decision that does not follow its rules is found, though its entry is whole', async () => {
  for (const [index, [kept, told]] of wrong.entries()) {
    const at = Temporal.Instant.from(receivedAt)
    const line = {
      id: '1',
      category: 'ordinary',
      multipleAsked: '1',
      paidFen: 10_900,
      refundedFen: 0,
      baseFen: 10_900,
      points: 54,
      ...kept,
    }
    const cause = JSON.stringify({ type: 'order.received', why: { lines: [line] } })
    const command = {
      key: { memberId: `wrong-${index}`, program: 'platform', unit: 'points' },
      kind: 'earn',
      ref: 'order:o',
      amount: asPoints(line.points),
      expiresAt: Temporal.Instant.from('2019-01-01T00:00:00+08:00'),
      funder: 'platform',
      at,
      meta: { fingerprint: '', actor: 'test', occurredAt: at, cause, policies: ['points@1'] },
    } as const
    await transact(market.db, (tx) => postCommands(tx, [command]))
    deepEqual(
      (await faults()).filter((each) => each.startsWith(command.key.memberId)),
      [`${command.key.memberId} 1 ${told}`],
    )
  }
})
