import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { announcedBehind, type AnnouncedPlace } from '#db/announced/feed.ts'
import { transact } from '#operations/_transact.ts'
import { announce, type Announcement } from '#operations/announcements/announce.ts'
import { inYear, openStandings, type StandingMarket } from '#test/support/standings.ts'

let market: StandingMarket
before(async () => {
  market = await openStandings()
})
after(() => market.close())

test('an event of a transaction that commits later is never passed over', async () => {
  const early = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const slow = transact(market.db, async (tx) => {
    await announce(tx, [notice('slow', 'first')])
    begun.resolve()
    await early.promise
  })
  await begun.promise
  await transact(market.db, (tx) => announce(tx, [notice('fast', 'second')]))

  const reader = newReader()
  deepEqual(await reader.read(), [], 'what is written behind a running transaction waits for it')
  early.resolve()
  await slow
  deepEqual(await reader.until(2), ['slow/first', 'fast/second'])
  deepEqual(await reader.read(), [])
})

test('many writers at once are read once each', async () => {
  const reader = newReader()
  await reader.until(2)
  const writers = Array.from({ length: 30 }, async (_, n) => {
    await transact(market.db, async (tx) => {
      await announce(tx, [notice(`m${n}`, 'a')])
      await pause((n * 7) % 13)
      await announce(tx, [notice(`m${n}`, 'b')])
    })
  })
  const [seen] = await Promise.all([reader.until(60), ...writers])
  deepEqual(await reader.read(), [])
  equal(seen.length, 60)
  equal(new Set(seen).size, 60)
})

test('a reader with the place of another server begins anew', async () => {
  const reader = newReader()
  const all = await reader.until(62)
  equal(all.length, 62)
  const place = {
    server: '1',
    writtenIn: '999999999999',
    of: 'member',
    subjectId: 'z',
    id: 'z',
  } as const
  const again = await announcedBehind(market.db, place, 100)
  equal(again.length, 62)
})

test('an announcement under an id that is there is told once', async () => {
  const again = [notice('twice', 'same'), notice('twice', 'same')]
  await transact(market.db, (tx) => announce(tx, again))
  await transact(market.db, (tx) => announce(tx, again))
  const reader = newReader()
  const all = await reader.until(63)
  equal(all.filter((id) => id === 'twice/same').length, 1)
})

function notice(memberId: string, id: string): Announcement {
  return { memberId, id, type: 'jifen.test.told.v1', at: inYear('06-08'), data: {} }
}

function newReader() {
  let place: AnnouncedPlace | undefined
  const read = async (): Promise<string[]> => {
    const found = await announcedBehind(market.db, place, 7)
    place = found.at(-1)?.place ?? place
    return found.map(({ subjectId, id }) => `${subjectId}/${id}`)
  }
  /** Other databases of the same server may hold the order back for a moment. */
  const until = async (count: number): Promise<string[]> => {
    const all: string[] = []
    for (let tries = 0; all.length < count && tries < 2_000; tries += 1) {
      const some = await read()
      all.push(...some)
      if (some.length === 0) await pause(5)
    }
    return all
  }
  return { read, until }
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise((done) => setTimeout(done, milliseconds))
}
