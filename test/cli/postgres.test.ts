import { deepEqual, equal, match, notEqual, ok, rejects } from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs'
import { unlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { isAlive, markOf } from '#cli/postgres/process-mark.ts'
import { StartError } from '#cli/postgres/start-error.ts'
import { discardPostgres, findPostgres, startPostgres } from '#cli/postgres/start-postgres.ts'

const home = mkdtempSync(join(tmpdir(), 'jifen-launcher-'))
after(() => discardPostgres(home))

test('The first start makes a server that listens on 127.0.0.1 only, with UTF-8 and flushed commits', async () => {
  const told: string[] = []
  const postgres = await startPostgres({ home, onProgress: (text) => told.push(text) })
  try {
    equal(postgres.firstStart, true)
    deepEqual(told, ['Preparing PostgreSQL 18.4.0', 'Starting PostgreSQL'])
    equal(await ask(postgres.superuserUrl, 'show server_encoding'), 'UTF8')
    equal(await ask(postgres.superuserUrl, 'show listen_addresses'), '127.0.0.1')
    equal(await ask(postgres.superuserUrl, 'show unix_socket_directories'), '')
    equal(await ask(postgres.superuserUrl, 'show fsync'), 'on')
    equal(await ask(postgres.superuserUrl, 'show synchronous_commit'), 'on')
    equal(await ask(postgres.superuserUrl, 'select datlocale from pg_database limit 1'), 'C.UTF-8')
    equal(statSync(join(home, 'postgres-password')).mode & 0o777, 0o600)
    await ask(postgres.superuserUrl, "create table kept as select '积分' as word")
  } finally {
    await postgres.stop()
  }
  equal(isAlive(postgres.pid()), false)
})

test('A wrong password is refused', async () => {
  const postgres = await startPostgres({ home })
  try {
    const url = new URL(postgres.superuserUrl)
    url.password = 'guess'
    await rejects(ask(url.href, 'select 1'), /password authentication failed/)
  } finally {
    await postgres.stop()
  }
})

test('A later start finds the same data under the same URL', async () => {
  const first = await startPostgres({ home })
  await first.stop()
  const second = await startPostgres({ home })
  try {
    equal(second.firstStart, false)
    equal(second.superuserUrl, first.superuserUrl)
    equal(await ask(second.superuserUrl, 'select word from kept'), '积分')
  } finally {
    await second.stop()
  }
})

test('A port that another program has taken is left to it', async () => {
  const port = Number(readFileSync(join(home, 'postgres-port'), 'utf8'))
  const squatter = createServer()
  await new Promise<void>((resolve) => squatter.listen(port, '127.0.0.1', resolve))
  const postgres = await startPostgres({ home })
  try {
    notEqual(Number(new URL(postgres.superuserUrl).port), port)
    equal(await ask(postgres.superuserUrl, 'select word from kept'), '积分')
  } finally {
    await postgres.stop()
    squatter.close()
  }
})

test('A second start in the same folder is refused in one sentence that names the first', async () => {
  const holder = await hold()
  try {
    await rejects(startPostgres({ home }), (error) => {
      ok(error instanceof StartError)
      match(error.message, /^jifen is already running in .+ as process \d+: .+\(kill \d+\)\.$/)
      ok(error.message.includes(String(holder.process.pid)))
      return true
    })
    equal(await findPostgres(home), holder.url)
  } finally {
    await end(holder.process, 'SIGTERM')
  }
  equal(isAlive(holder.postmaster), false)
  equal(await findPostgres(home), undefined)
})

test('A server whose program was killed is stopped and started again, with its data', async () => {
  const holder = await hold()
  await end(holder.process, 'SIGKILL')
  equal(isAlive(holder.postmaster), true)

  const postgres = await startPostgres({ home })
  try {
    equal(isAlive(holder.postmaster), false)
    equal(await ask(postgres.superuserUrl, 'select word from kept'), '积分')
  } finally {
    await postgres.stop()
  }
})

test('After kill -9 of program and server together the next start recovers', async () => {
  const holder = await hold()
  await ask(holder.url, 'create table committed as select 1 as one')
  process.kill(holder.postmaster, 'SIGKILL')
  await end(holder.process, 'SIGKILL')

  const postgres = await startPostgres({ home })
  try {
    equal(await ask(postgres.superuserUrl, 'select one from committed'), 1)
  } finally {
    await postgres.stop()
  }
})

test('A server that is killed comes back by itself under the same URL', async () => {
  const told: string[] = []
  const postgres = await startPostgres({ home, onProgress: (text) => told.push(text) })
  try {
    const killed = postgres.pid()
    process.kill(killed, 'SIGKILL')
    equal(await askUntilAnswered(postgres.superuserUrl, 'select word from kept'), '积分')
    notEqual(postgres.pid(), killed)
    equal(told.at(-1), 'PostgreSQL ended by itself; starting it again')
  } finally {
    await postgres.stop()
  }
})

test('A stop while a killed server is being brought back ends it all the same', async () => {
  const postgres = await startPostgres({ home })
  const killed = postgres.pid()
  process.kill(killed, 'SIGKILL')
  while (isAlive(killed)) await wait(5)
  await wait(30)
  await postgres.stop()
  equal(await findPostgres(home), undefined)
})

test('A leftover postmaster.pid whose number another program has now does not stop a start', async () => {
  const folder = existsSync(join(home, 'location'))
    ? readFileSync(join(home, 'location'), 'utf8').trim()
    : home
  const { uid, gid } = statSync(join(folder, 'postgres'))
  const stranger = spawn('sleep', ['60'], { uid, gid })
  const pidFile = join(folder, 'postgres', 'postmaster.pid')
  writeFileSync(pidFile, `${stranger.pid}\n${join(folder, 'postgres')}\n1\n5432\n\n127.0.0.1\n`)
  chownSync(pidFile, uid, gid)
  try {
    const postgres = await startPostgres({ home })
    equal(await ask(postgres.superuserUrl, 'select word from kept'), '积分')
    await postgres.stop()
    equal(isAlive(stranger.pid ?? 0), true)
  } finally {
    stranger.kill()
  }
})

test('A stale lock is taken over, whether its process is gone, another, or the file is cut off', async () => {
  const gone = spawn('true')
  await new Promise((resolve) => gone.on('exit', resolve))
  const stale = [
    JSON.stringify({ pid: gone.pid, mark: markOf(process.pid) }),
    JSON.stringify({ pid: process.ppid, mark: 'another start' }),
    '{"pid":',
  ]
  for (const text of stale) {
    writeFileSync(join(home, 'lock'), text)
    const postgres = await startPostgres({ home })
    await postgres.stop()
    equal(existsSync(join(home, 'lock')), false)
  }
})

test('A lost password file is a sentence that says what to do, and leaves no lock', async () => {
  const path = join(home, 'postgres-password')
  const password = readFileSync(path)
  unlinkSync(path)
  try {
    await rejects(
      startPostgres({ home }),
      /postgres-password is missing: put it back, or move .+\.$/,
    )
    equal(existsSync(join(home, 'lock')), false)
  } finally {
    writeFileSync(path, password, { mode: 0o600 })
  }
})

test('A throw-away server leaves nothing behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'jifen-launcher-'))
  const postgres = await startPostgres({ home: folder, throwAway: true })
  equal(await ask(postgres.superuserUrl, 'show fsync'), 'off')
  const place = existsSync(join(folder, 'location'))
    ? readFileSync(join(folder, 'location'), 'utf8').trim()
    : folder
  await postgres.stop()
  equal(existsSync(place), false)
  equal(existsSync(folder), false)
})

type Holder = { readonly process: ChildProcess; readonly url: string; readonly postmaster: number }

/** Another program that runs the server of this home. */
async function hold(): Promise<Holder> {
  const child = spawn(process.execPath, ['test/support/hold-postgres.ts', home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (data: Buffer) => resolve(String(data)))
    child.once('exit', () => reject(new Error('the holder ended')))
  })
  const { url, postmaster } = JSON.parse(line)
  return { process: child, url, postmaster }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await ended
}

async function ask(url: string, statement: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows } = await client.query({ text: statement, rowMode: 'array' })
    return rows[0]?.[0]
  } finally {
    await client.end()
  }
}

async function askUntilAnswered(url: string, statement: string): Promise<unknown> {
  for (let attempt = 1; attempt < 200; attempt += 1) {
    try {
      return await ask(url, statement)
    } catch {
      await wait(100)
    }
  }
  return await ask(url, statement)
}
