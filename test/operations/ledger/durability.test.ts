import { deepEqual, equal, rejects } from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { sql } from 'kysely'
import { transact } from '#operations/_transact.ts'
import { postCommands, type WalletCommand } from '#operations/ledger/post-commands.ts'
import { verifyBooks } from '#operations/ledger/verify-books.ts'
import type { Answer, WalletKey } from '#rules/ledger/wallet.ts'
import { atMs, timed } from '#test/rules/ledger/any-commands.ts'
import { commandOf } from '#test/rules/ledger/told-history.ts'
import { keptWallet, openBooks, pointsOf, post, to } from '#test/support/ledger.ts'

const books = await openBooks()
after(books.close)

function told(key: WalletKey, ...words: string[]): WalletCommand[] {
  return to(
    key,
    words.map((each) => timed(commandOf(each), atMs(0))),
  )
}

const forbidden = [
  'update jifen.entry set amount = amount',
  'delete from jifen.entry',
  'truncate jifen.entry',
  'update jifen.transfer set amount = amount',
  'delete from jifen.transfer',
  'truncate jifen.transfer',
  'delete from jifen.wallet',
  'delete from jifen.lot',
  'update jifen.market set currency = currency',
]

test('The application may add to the books and read them, never change or delete what is in them', async () => {
  await post(books.db, told(pointsOf('lin'), 'earn a 5'))
  for (const statement of forbidden) {
    await rejects(sql.raw(statement).execute(books.db), /permission denied/, statement)
  }
})

test('A posting whose connection is cut before the commit leaves nothing, and can be sent again', async () => {
  const key = pointsOf('cut')
  await post(books.db, told(key, 'earn a 50'))
  const cut = transact(books.db, async (tx) => {
    const answers = await postCommands(tx, told(key, 'spend s 20'))
    const pids = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
    await sql`select pg_terminate_backend(${pids.rows[0]?.pid})`.execute(books.owner)
    return answers
  })
  await rejects(cut)
  const between = await keptWallet(books.db, key)
  deepEqual([between?.wallet.seq, between?.wallet.available], [1, 50])
  const [answer] = await post(books.db, told(key, 'spend s 20'))
  equal(answer?.ok && answer.after.available, 30)
})

test('A posting in which a statement failed unheard is not reported as done', async () => {
  const key = pointsOf('unheard')
  const unheard = transact(books.db, async (tx) => {
    const answers = await postCommands(tx, told(key, 'earn a 50'))
    await sql`select 1 / (select 0 where txid_current() > 0)`.execute(tx).catch(() => undefined)
    return answers
  })
  await rejects(unheard)
  equal(await keptWallet(books.db, key), undefined)
})

test('Through cut connections every answered posting is kept once, and every other can be repeated', async () => {
  const keys = Array.from({ length: 6 }, (_, nth) => pointsOf(`storm-${nth}`))
  await post(
    books.db,
    keys.flatMap((key) => told(key, 'earn start 1000')),
  )
  let running = true
  const cutter = (async (): Promise<number> => {
    let cuts = 0
    while (running) {
      await setTimeout(40)
      const rows = await sql<{ cut: boolean }>`
        select pg_terminate_backend(pid) as cut from pg_stat_activity
        where datname = current_database() and application_name = 'jifen'
          and pid <> pg_backend_pid() and state <> 'idle'
        order by random() limit 1
      `.execute(books.owner)
      cuts += rows.rows.length
    }
    return cuts
  })()

  let failures = 0
  const persist = async (commands: readonly WalletCommand[]): Promise<readonly Answer[]> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await post(books.db, commands)
      } catch (error) {
        failures += 1
        if (attempt === 100) throw error
        await setTimeout(20)
      }
    }
  }
  const posts = Array.from({ length: 240 }, async (_, nth) => {
    await setTimeout(nth * 4)
    const [one, two] = [keys[nth % 6], keys[(nth * 5 + 1) % 6]]
    if (one === undefined || two === undefined) return
    await persist([...told(one, `spend s${nth} 1`), ...told(two, `earn e${nth} 2`)])
  })
  await Promise.all(posts)
  running = false
  equal((await cutter) > 0 && failures > 0, true)

  const kept = await Promise.all(keys.map((key) => keptWallet(books.db, key)))
  equal(
    kept.reduce((sum, each) => sum + (each?.wallet.available ?? 0), 0),
    6_000 + 240,
  )
  deepEqual((await verifyBooks(books.db)).faults, [])
})
