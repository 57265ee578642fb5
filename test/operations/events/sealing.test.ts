import { deepEqual, equal } from 'node:assert/strict'
import { after, test } from 'node:test'
import { postForMember } from '#operations/ledger/post-for-member.ts'
import { verifyBooks } from '#operations/ledger/verify-books.ts'
import { asPoints } from '#rules/money/points.ts'
import type { Fact } from '#rules/orders/facts.ts'
import {
  afterAll,
  factsOfOrder,
  november,
  pointsThatStay,
} from '#test/operations/events/order-facts.ts'
import { keptWallet, pointsOf } from '#test/support/ledger.ts'
import { fact, openMarket, tell } from '#test/support/market.ts'

const market = await openMarket()
after(market.close)

async function told(facts: readonly Fact[]): Promise<string[]> {
  return (await tell(market, facts, afterAll)).map((result) => result.status)
}

async function available(memberId: string): Promise<number> {
  return (await keptWallet(market.db, pointsOf(memberId)))?.wallet.available ?? 0
}

let members = 0

function freshMember(): string {
  members += 1
  return `member-${members}`
}

test('OR-5, OR-9 sealing forfeits everything, also what the same batch earned in a new wallet', async () => {
  const [one, other] = [freshMember(), freshMember()]
  for (const member of [one, other]) {
    const seal = fact(member, 'seal', 'member.sealed', november(20), { reason: 'fraud' })
    const facts = [...factsOfOrder(member, 'o1'), seal]
    if (member === one) deepEqual((await told(facts)).at(-1), 'applied')
    else for (const each of facts) await told([each])
    const kept = await keptWallet(market.db, pointsOf(member))
    deepEqual([kept?.wallet.available, kept?.wallet.status], [0, 'sealed'])
    await told(factsOfOrder(member, 'o2'))
    equal(await available(member), 0)
  }
})

test('OR-5, OR-9 an unsealed member earns again, also in the same batch', async () => {
  const [one, other] = [freshMember(), freshMember()]
  for (const member of [one, other]) {
    await told([fact(member, 'seal', 'member.sealed', november(1), {})])
    const unseal = fact(member, 'unseal', 'member.unsealed', november(2), {})
    const facts = [unseal, ...factsOfOrder(member, 'o1')]
    if (member === one) await told(facts)
    else for (const each of facts) await told([each])
    equal(await available(member), pointsThatStay)
  }
})

test('OR-9 unsealing gives nothing back', async () => {
  const member = freshMember()
  await told(factsOfOrder(member, 'o1'))
  await told([fact(member, 'seal', 'member.sealed', november(20), {})])
  await told([fact(member, 'unseal', 'member.unsealed', november(21), {})])
  equal(await available(member), 0)
  await told(factsOfOrder(member, 'o2'))
  equal(await available(member), pointsThatStay)
})

test('OR-9 whatever is posted or made while a member is being sealed, nothing is left to spend', async () => {
  for (let round = 0; round < 12; round += 1) {
    const member = freshMember()
    await told([fact(member, 'j', 'member.joined', november(1), {})])
    if (round % 2 === 0) await earn(member, 'points', 'first')
    const posts = ['points', 'points', 'coins', 'allowance', 'coins'].map((unit, nth) =>
      earn(member, unit, `${unit}-${nth}`),
    )
    const seal = told([fact(member, 'seal', 'member.sealed', november(20), {})])
    await Promise.all([...posts.slice(0, 2), seal, ...posts.slice(2)])
    await earn(member, 'gems', 'late')
    for (const unit of ['points', 'coins', 'allowance', 'gems']) {
      const kept = await keptWallet(market.db, { ...pointsOf(member), unit })
      deepEqual([kept?.wallet.available, kept?.wallet.status], [0, 'sealed'])
    }
  }
})

async function earn(member: string, unit: string, idempotencyKey: string): Promise<void> {
  const body = { kind: 'earn' as const, amount: asPoints(5) }
  const key = { ...pointsOf(member), unit }
  await postForMember(market, { key, body, caller: 'test', idempotencyKey, at: afterAll })
}

test('After all sealing the books are right', async () => {
  deepEqual((await verifyBooks(market.db)).faults, [])
})
