import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import {
  postForMember,
  type CommandBody,
  type PostAnswer,
} from '#operations/ledger/post-for-member.ts'
import { verifyBooks } from '#operations/ledger/verify-books.ts'
import { asPoints } from '#rules/money/points.ts'
import { keptWallet, pointsOf } from '#test/support/ledger.ts'
import { fact, openMarket, tell } from '#test/support/market.ts'

const market = await openMarket(16)
after(market.close)

const at = Temporal.Instant.from('2017-11-11T00:00:00+08:00')

before(async () => {
  const names = ['lin', 'wang', 'same', 'other', 'hasty', 'held', 'broke', 'sealed']
  const joined = names.map((name) =>
    fact(name, `join-${name}`, 'member.joined', '2017-11-01T00:00:00+08:00', {}),
  )
  const sealed = fact('sealed', 'seal', 'member.sealed', '2017-11-02T00:00:00+08:00', {})
  await tell(market, [...joined, sealed], at)
})

async function ask(
  memberId: string,
  idempotencyKey: string,
  body: CommandBody,
  more: { readonly caller?: string; readonly at?: Temporal.Instant } = {},
): Promise<PostAnswer> {
  const { db, policies, market: ours } = market
  const request = {
    key: pointsOf(memberId),
    body,
    caller: 'service:a',
    idempotencyKey,
    at,
    ...more,
  }
  return await postForMember({ db, policies, market: ours }, request)
}

function earn(amount: number): CommandBody {
  return { kind: 'earn', amount: asPoints(amount) }
}

function spend(amount: number, ref?: string): CommandBody {
  return { kind: 'spend', amount: asPoints(amount), ref }
}

test('An earn without an expiry of its own lapses by the policy in force', async () => {
  const answer = await ask('lin', 'k1', earn(50))
  equal(answer.ok && answer.expiresAt, '2018-12-31T16:00:00Z')
  const never = await ask('lin', 'k2', { ...earn(50), expiresAt: null } as CommandBody)
  equal(never.ok && never.expiresAt, null)
})

test('LE-13 the same key with the same body is answered as the first time, to the byte', async () => {
  await ask('same', 'e1', earn(50))
  const first = await ask('same', 's1', spend(60))
  await ask('same', 'e2', earn(50))
  const later = at.add({ hours: 24 })
  equal(JSON.stringify(await ask('same', 's1', spend(60), { at: later })), JSON.stringify(first))
  equal((await keptWallet(market.db, pointsOf('same')))?.wallet.available, 100)
})

test('The same key with another body is refused, whatever it asks for', async () => {
  await ask('other', 'e1', earn(50))
  for (const body of [earn(51), spend(50), earn(0), { ...earn(50), reason: 'again' }]) {
    deepEqual(await ask('other', 'e1', body as CommandBody), {
      ok: false,
      refusal: 'requests/key-reused',
    })
  }
  equal((await keptWallet(market.db, pointsOf('other')))?.wallet.available, 50)
})

test('A key of another caller is another key, and so is one for another member', async () => {
  await ask('lin', 'shared', earn(1))
  const own = await ask('lin', 'shared', earn(2), { caller: 'service:b' })
  const theirs = await ask('wang', 'shared', earn(3))
  deepEqual([own.ok, theirs.ok], [true, true])
})

test('LE-13 a reference holds between callers and keys', async () => {
  await ask('wang', 'r0', earn(50))
  const first = await ask('wang', 'r1', spend(10, 'cart-1'))
  const again = await ask('wang', 'r2', spend(10, 'cart-1'), { caller: 'service:b' })
  equal(JSON.stringify(again), JSON.stringify(first))
  deepEqual(await ask('wang', 'r3', spend(11, 'cart-1')), {
    ok: false,
    refusal: 'ledger/ref-reused',
  })
})

test('LE-13 the same key 64 times at once has one effect and one answer', async () => {
  await ask('hasty', 'e', earn(100))
  const asked = Array.from({ length: 64 }, () => ask('hasty', 's', spend(60)))
  const answers = new Set((await Promise.all(asked)).map((answer) => JSON.stringify(answer)))
  equal(answers.size, 1)
  equal((await keptWallet(market.db, pointsOf('hasty')))?.wallet.available, 40)
})

test('LE-7 a hold without an end of its own ends after the policy’s quarter of an hour', async () => {
  await ask('held', 'e', earn(100))
  await ask('held', 'h', { kind: 'hold', amount: asPoints(30), ref: 'basket' })
  const kept = await keptWallet(market.db, pointsOf('held'))
  equal(kept?.holds[0]?.expiresAt?.equals(at.add({ minutes: 15 })), true)
  const late = at.add({ minutes: 15 })
  const capture: CommandBody = { kind: 'capture', of: 'basket' }
  const answer = await ask('held', 'c', capture, { at: late })
  equal(!answer.ok && answer.refusal, 'ledger/hold-closed')
})

test('LE-9 what cannot be taken back is owed, as the policy says', async () => {
  await ask('broke', 'e', { ...earn(50), ref: 'gift' } as CommandBody)
  await ask('broke', 's', spend(40))
  await ask('broke', 'k', { kind: 'clawBack', of: 'gift', amount: asPoints(50) })
  const kept = await keptWallet(market.db, pointsOf('broke'))
  deepEqual([kept?.wallet.available, kept?.wallet.debt], [0, 40])
})

test('A member that does not exist gets nothing, and nothing is kept of the request', async () => {
  deepEqual(await ask('nobody', 'k', earn(5)), { ok: false, refusal: 'members/unknown' })
  const rows = await sql<{ count: number }>`
    select count(*) from jifen.idempotency where member_id = 'nobody'
  `.execute(market.db)
  equal(rows.rows[0]?.count, 0)
  await tell(market, [fact('nobody', 'j', 'member.joined', '2017-11-01T00:00:00+08:00', {})], at)
  equal((await ask('nobody', 'k', earn(5))).ok, true)
})

test('LE-12 a new wallet of a sealed member is sealed', async () => {
  const answer = await ask('sealed', 'k', earn(5))
  equal(!answer.ok && answer.refusal, 'ledger/wallet-sealed')
})

test('After all requests the books are right', async () => {
  deepEqual((await verifyBooks(market.db)).faults, [])
})
