import { equal, ok } from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { testDatabase } from '#test/support/database.ts'
import { runStatement } from '#test/support/server.ts'

const root = resolve(import.meta.dirname, '../..')
const longestWaitMs = 30_000

/** Why commands of pages cannot be run here, or `false`. */
export const cannotFollow =
  spawnSync('bash', ['-c', 'command -v curl sha256sum']).status !== 0 && 'needs bash and curl'

/** A market that was started as a page says, in a folder of its own. */
export type PageMarket = {
  /** Runs every command of a page, and compares the answers with those that it shows. */
  readonly follow: (page: string, plain: Plain) => Promise<void>
  readonly stop: () => Promise<void>
}

/** Makes what is written comparable: without what differs from run to run. */
type Plain = (written: string) => string

/** What is done before every block of commands. `given` is what a page has its readers type once. */
type PageSettings = { readonly startPage: string; readonly given: string }

/** Starts the market that a page has its readers start, on a database and a port of its own. */
export async function startPageMarket({ startPage, given }: PageSettings): Promise<PageMarket> {
  const folder = mkdtempSync(join(tmpdir(), 'jifen-docs-'))
  const database = await testDatabase()
  await runStatement(database.url, 'drop schema jifen cascade')
  const [, options = ''] = /npx jifen start (.*)/.exec(textOf(startPage)) ?? []
  const market = spawn(
    process.execPath,
    [join(root, 'cli/main.ts'), 'start', ...options.split(' '), '--demo', '--port', '0'],
    { cwd: folder, env: environment(database.url), stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const stop = async (): Promise<void> => {
    await ended(market)
    await database.drop()
    rmSync(folder, { recursive: true, force: true })
  }
  let said = ''
  market.stdout.on('data', (piece: Buffer) => (said += piece.toString()))
  while (!said.includes('Ctrl-C stops everything') && market.exitCode === null) await wait(30)
  if (!said.includes('jifen runs')) await stop()
  ok(said.includes('jifen runs'), said)
  const url = /http:\/\/[^/\s]+/.exec(said)?.[0] ?? ''

  const run = (commands: string): ReturnType<typeof runShell> =>
    runShell(`${reader}\n${given}\n${commands}`.replaceAll('http://127.0.0.1:8080', url), {
      folder,
      databaseUrl: database.url,
    })
  return { follow: async (page, plain) => followPage(page, plain, run), stop }
}

/** A shell as a reader has it, in which each token is made once. */
const reader = `
jifen() { '${process.execPath}' '${join(root, 'cli/main.ts')}' "$@"; }
npx() {
  shift
  if [ "$1" != token ]; then jifen "$@"; return; fi
  kept="token-$(echo "$*" | tr -c 'a-z\\n' -)"
  [ -f "$kept" ] || jifen "$@" > "$kept"
  cat "$kept"
}`

type Ran = { readonly out: string; readonly code: number }

async function followPage(
  page: string,
  plain: Plain,
  run: (commands: string) => Promise<Ran>,
): Promise<void> {
  const blocks = [...textOf(page).matchAll(/^```sh\n(.*?)^```\n((?:\n|^ {4}[^\n]*\n)*)/gms)]
  ok(blocks.length > 0, 'there are commands')
  for (const [, commands = '', shown = ''] of blocks) {
    if (commands.startsWith('npx jifen start')) continue
    const pieces = piecesOf(shown, plain)
    const isQuestion = !/ -d |-X |--data/.test(commands) && commands.includes('curl')
    const until = Temporal.Now.instant().epochMilliseconds + longestWaitMs
    for (;;) {
      const { out, code } = await run(commands)
      equal(code, 0, `${commands}${out}`)
      const answered = plain(out)
      const missing = pieces.find((piece) => !answered.includes(piece))
      if (missing === undefined) break
      // What is due is done by jobs within seconds: a reader who only asks would ask again.
      const isOver = Temporal.Now.instant().epochMilliseconds > until
      ok(isQuestion && !isOver, `${commands}\n${missing}\nis not in\n${answered}`)
      await wait(200)
    }
  }
}

/** What is shown of the answers, without what is left out. */
function piecesOf(shown: string, plain: Plain): readonly string[] {
  return plain(shown)
    .split('...')
    .map((piece) => piece.replace(/^,(?=[\]}])/, ''))
    .filter((piece) => /\w/.test(piece))
}

async function runShell(
  script: string,
  { folder, databaseUrl }: { readonly folder: string; readonly databaseUrl: string },
): Promise<Ran> {
  const child = spawn('bash', ['-c', script], { cwd: folder, env: environment(databaseUrl) })
  let out = ''
  child.stdout.on('data', (piece: Buffer) => (out += piece.toString()))
  const { promise, resolve: closed } = Promise.withResolvers<number>()
  child.on('close', closed)
  return { code: await promise, out }
}

async function ended(market: ChildProcess): Promise<void> {
  if (market.exitCode !== null) return
  const { promise, resolve: exited } = Promise.withResolvers<unknown>()
  market.on('exit', exited)
  market.kill('SIGTERM')
  await promise
}

function environment(databaseUrl: string): NodeJS.ProcessEnv {
  const { PORT: _port, HOST: _host, JIFEN_CLOCK: _clock, ...inherited } = process.env
  return { ...inherited, DATABASE_URL: databaseUrl, JIFEN_WEBHOOKS: 'off' }
}

function textOf(page: string): string {
  return readFileSync(join(root, 'docs', `${page}.md`), 'utf8')
}
