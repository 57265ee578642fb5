import { deepEqual, equal } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { sql } from 'kysely'
import { connect } from '#db/connection.ts'
import { ordersByIds } from '#db/orders.ts'
import { optIn } from '#operations/members/opt-in.ts'
import { approvePolicy } from '#operations/policies/approve-policy.ts'
import { draftPolicy } from '#operations/policies/draft-policy.ts'
import { openPolicyBook } from '#operations/policies/policy-book.ts'
import { withdrawPolicy } from '#operations/policies/withdraw-policy.ts'
import { fact, openMarket, tell } from '#test/support/market.ts'

const market = await openMarket()
after(market.close)

const preset = JSON.parse(
  await readFile(new URL('../../../presets/tmall-2017.json', import.meta.url), 'utf8'),
) as { readonly policies: { readonly points: Readonly<Record<string, unknown>> } }

const at = Temporal.Instant.from('2017-11-01T00:00:00+08:00')
const long = Temporal.Instant.from('2017-12-31T00:00:00+08:00')

/** The preset's points policy with another ordinary ratio. */
function ratio(ordinary: string): Readonly<Record<string, unknown>> {
  return { ...preset.policies.points, ratios: { ordinary } }
}

async function draft(name: string, body: unknown, author = 'ann'): Promise<number> {
  const drafted = await draftPolicy(market.db, { name, body, note: 'test', author, at })
  return drafted.ok ? drafted.version : 0
}

async function approve(name: string, version: number, approver = 'bob', effectiveAt?: string) {
  const from = effectiveAt === undefined ? undefined : Temporal.Instant.from(effectiveAt)
  return await approvePolicy(market.db, { name, version, approver, effectiveAt: from, at })
}

function refusalOf(answer: { readonly ok: boolean; readonly refusal?: string }): string {
  return answer.ok ? 'ok' : (answer.refusal ?? '')
}

/** An order of 100.00 of ordinary goods, received on a day of November; what it told. */
async function receive(member: string, orderId: string, day: string) {
  const time = `2017-11-${day}T12:00:00+08:00`
  const lines = [{ id: '1', sku: 'a', paid: '100.00' }]
  const data = { orderId, shopId: 's', paidAt: time, lines }
  const facts = [
    fact(member, `${orderId}-p`, 'order.placed', time, data),
    fact(member, `${orderId}-r`, 'order.received', time, { orderId }),
  ]
  return (await tell(market, facts, long))[1]
}

async function orderOf(memberId: string, orderId: string) {
  return (await ordersByIds(market.db, [{ memberId, orderId }]))[0]?.order
}

test('PO-2, PO-3, PO-4 a draft is approved once, by another person, for five seconds ahead or more', async () => {
  const version = await draft('points', ratio('0.5'))
  equal(version, 2)
  equal(refusalOf(await approve('points', version, 'ann')), 'policies/approver-is-author')
  equal(refusalOf(await approve('points', 99)), 'policies/unknown-version')
  const soon = at.add({ milliseconds: 4_999 }).toString()
  equal(refusalOf(await approve('points', version, 'bob', soon)), 'policies/too-soon')
  const past = at.subtract({ hours: 1 }).toString()
  equal(refusalOf(await approve('points', version, 'bob', past)), 'policies/too-soon')
  const approved = await approve('points', version)
  equal(approved.ok && approved.effectiveAt.equals(at.add({ seconds: 5 })), true)
  equal(refusalOf(await approve('points', version, 'eve')), 'policies/not-a-draft')
  const withdrawn = await withdrawPolicy(market.db, { name: 'points', version })
  equal(refusalOf(withdrawn), 'policies/not-a-draft')
})

test('PO-2 a draft that was withdrawn is never approved', async () => {
  const version = await draft('points', ratio('9'))
  equal(refusalOf(await withdrawPolicy(market.db, { name: 'points', version })), 'ok')
  equal(refusalOf(await approve('points', version)), 'policies/not-a-draft')
})

test('PO-2 of many who approve or withdraw one draft at once, one does', async () => {
  const version = await draft('points-event:race', eventBody('0.5', '01', '02'))
  const asked = Array.from({ length: 12 }, (_, nth) =>
    nth % 2 === 0
      ? approve('points-event:race', version, `approver-${nth}`)
      : withdrawPolicy(market.db, { name: 'points-event:race', version }),
  )
  const said = (await Promise.all(asked)).map(refusalOf)
  equal(said.filter((each) => each === 'ok').length, 1)
  equal(said.filter((each) => each === 'policies/not-a-draft').length, 11)
})

test('PO-2 drafts written at once get versions of their own', async () => {
  const body = eventBody('0.5', '01', '02')
  const versions = await Promise.all(
    Array.from({ length: 8 }, (_, nth) => draft('points-event:many', body, `author-${nth}`)),
  )
  deepEqual(
    versions.toSorted((a, b) => a - b),
    [1, 2, 3, 4, 5, 6, 7, 8],
  )
})

test('PO-1 a body that does not fit is refused by its path, and nothing is written', async () => {
  const body = { ...ratio('0.5'), ratios: { ordinary: 'half' } }
  const note = { note: 'test', author: 'ann', at }
  const refused = await draftPolicy(market.db, { name: 'points', body, ...note })
  equal(refusalOf(refused), 'policies/invalid')
  deepEqual(!refused.ok && 'problems' in refused && refused.problems.map(({ path }) => path), [
    'ratios.ordinary',
  ])
  const unknown = await draftPolicy(market.db, { name: 'weather', body: {}, ...note })
  equal(refusalOf(unknown), 'policies/unknown-name')
})

test('PO-4 every process knows an approved version within a second', async () => {
  const elsewhere = connect(market.url, { as: 'application', size: 2 })
  const book = await openPolicyBook(elsewhere)
  const version = await draft('points-event:quick', eventBody('0.5', '01', '02'))
  await approve('points-event:quick', version)
  const began = performance.now()
  while (book.version('points-event:quick', version) === undefined) {
    equal(performance.now() - began < 1_000, true)
    await setTimeout(20)
  }
  equal(market.policies.names().includes('points-event:quick') || (await known()), true)
  book.close()
  await elsewhere.destroy()

  async function known(): Promise<boolean> {
    await setTimeout(1_000 - (performance.now() - began))
    return market.policies.names().includes('points-event:quick')
  }
})

test('PO-4 what is approved before a refresh is known after it, though another had begun', async () => {
  const first = Promise.withResolvers<unknown>()
  const answered = Promise.withResolvers<unknown>()
  let reads = 0
  // Two reads open the book; what the next one found is kept back until the approval is done.
  const slow = market.db.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      reads += 1
      if (reads !== 3) return result
      answered.resolve(undefined)
      await first.promise
      return result
    },
  })
  const book = await openPolicyBook(slow)
  const begun = book.refresh()
  await answered.promise
  const version = await draft('points-event:late', eventBody('0.5', '03', '04'))
  await approve('points-event:late', version)
  const asked = book.refresh()
  first.resolve(undefined)
  await Promise.all([begun, asked])
  equal(book.version('points-event:late', version)?.version, version)
  book.close()
})

test('PO-5 the version in force at the fact’s own instant decides, also in hindsight', async () => {
  const version = await draft('points', ratio('1'))
  await approve('points', version, 'bob', '2017-11-10T12:00:00+08:00')
  await market.policies.refresh()
  equal((await receive('wang', 'late', '11'))?.['pointsEarned'], 100)
  equal((await receive('wang', 'exact', '10'))?.['pointsEarned'], 100)
  equal((await receive('wang', 'early', '09'))?.['pointsEarned'], 50)
  equal((await orderOf('wang', 'early'))?.earnedBy, 'points@2')
  equal((await orderOf('wang', 'late'))?.earnedBy, `points@${version}`)
})

test('OR-7 an old order’s refund is decided by the version it earned by', async () => {
  const back = (orderId: string) =>
    fact('wang', `${orderId}-b`, 'refund.succeeded', '2017-11-20T00:00:00+08:00', {
      orderId,
      lines: [{ id: '1', amount: '50.00' }],
    })
  const results = await tell(market, [back('early'), back('late')], long)
  deepEqual(
    results.map((result) => result['pointsClawedBack']),
    [25, 50],
  )
  const rows = await sql<{ policies: string }>`
    select policies from jifen.entry where member_id = 'wang' and kind = 'clawBack' order by seq
  `.execute(market.db)
  deepEqual(rows.rows.map((row) => row.policies)[0], 'points@2')
})

function eventBody(ordinary: string, from: string, to: string): unknown {
  return {
    title: { zh: '双倍', en: 'Double' },
    window: { from: `2017-11-${from}T00:00:00+08:00`, to: `2017-11-${to}T00:00:00+08:00` },
    overrides: { ratios: { ordinary } },
  }
}

test('PT-10 who joined an event earns by its rules inside its window, and both figures are kept', async () => {
  const version = await draft('points-event:double', eventBody('2', '03', '06'))
  await approve('points-event:double', version)
  await market.policies.refresh()
  const joined = Temporal.Instant.from('2017-11-02T00:00:00+08:00')
  const join = { memberId: 'li', event: 'double', at: joined }
  equal(refusalOf(await optIn(market, join)), 'members/unknown')
  equal((await receive('li', 'before', '02'))?.['pointsEarned'], 50)
  equal(refusalOf(await optIn(market, join)), 'ok')
  const again = await optIn(market, { ...join, at: joined.add({ hours: 48 }) })
  equal(again.ok && again.optIn.optedAt.equals(joined), true)

  equal((await receive('li', 'inside', '04'))?.['pointsEarned'], 200)
  equal((await receive('li', 'outside', '06'))?.['pointsEarned'], 50)
  equal((await receive('zhao', 'inside', '04'))?.['pointsEarned'], 50)
  const order = await orderOf('li', 'inside')
  equal(order?.earnedBy, `points@2 points-event:double@${version}`)
  const rows = await sql<{ cause: string; policies: string }>`
    select cause, policies from jifen.entry where member_id = 'li' and ref = 'order:inside'
  `.execute(market.db)
  const [entry] = rows.rows
  const cause = JSON.parse(entry?.cause ?? '{}') as { why?: { override?: Record<string, unknown> } }
  deepEqual([cause.why?.override?.['with'], cause.why?.override?.['without']], [200, 50])
  equal(entry?.policies, order?.earnedBy)
})

test('PT-10 a refund of an order that earned by an event is decided by that event too', async () => {
  const data = { orderId: 'inside', lines: [{ id: '1', amount: '25.00' }] }
  const back = fact('li', 'inside-b', 'refund.succeeded', '2017-11-20T00:00:00+08:00', data)
  equal((await tell(market, [back], long))[0]?.['pointsClawedBack'], 50)
})

test('PT-10 an event that is unknown or over cannot be joined, nor any by a sealed member', async () => {
  const join = { memberId: 'li', event: 'double', at }
  equal(refusalOf(await optIn(market, { ...join, event: 'nothing' })), 'points/unknown-event')
  const over = Temporal.Instant.from('2017-11-06T00:00:00+08:00')
  equal(refusalOf(await optIn(market, { ...join, at: over })), 'points/event-over')
  await tell(market, [fact('qian', 's', 'member.sealed', '2017-11-01T00:00:00+08:00', {})], long)
  const inside = at.add({ hours: 1 })
  equal(refusalOf(await optIn(market, { ...join, memberId: 'qian', at: inside })), 'members/sealed')
})
