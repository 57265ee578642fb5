import { equal, ok } from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { runStatement } from '#test/support/server.ts'

const root = resolve(import.meta.dirname, '../..')
/** In this order: the last one moves the clock. */
const pages = [
  'membership',
  'score',
  'tiers',
  'benefits',
  'paid-membership',
  'instant-refund',
  'badges',
  'ending',
  'invitation',
]
const skip = spawnSync('bash', ['-c', 'command -v curl']).status !== 0 && 'needs bash and curl'

const folder = mkdtempSync(join(tmpdir(), 'jifen-docs-'))
let database: TestDatabase | undefined
let market: ChildProcess | undefined
let url = ''

before(async () => {
  if (skip !== false) return
  database = await testDatabase()
  await runStatement(database.url, 'drop schema jifen cascade')
  const [, options = ''] = /npx jifen start (.*)/.exec(text('membership')) ?? []
  const words = [...options.split(' '), '--demo', '--port', '0']
  market = spawn(process.execPath, [join(root, 'cli/main.ts'), 'start', ...words], {
    cwd: folder,
    env: environment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  market.stdout?.on('data', (piece: Buffer) => (said += piece.toString()))
  while (!said.includes('Ctrl-C stops everything') && market.exitCode === null) await wait(30)
  ok(said.includes('jifen runs'), said)
  url = /http:\/\/[^/\s]+/.exec(said)?.[0] ?? ''
})
after(async () => {
  if (market?.exitCode === null) {
    const { promise, resolve: ended } = Promise.withResolvers<unknown>()
    market.on('exit', ended)
    market.kill('SIGTERM')
    await promise
  }
  await database?.drop()
  rmSync(folder, { recursive: true, force: true })
})

for (const page of pages) {
  test(`the commands of docs/${page}.md answer as it says`, { skip }, async () => {
    const blocks = [...text(page).matchAll(/^```sh\n(.*?)^```\n((?:\n|^ {4}[^\n]*\n)*)/gms)]
    ok(blocks.length > 0, 'there are commands')
    for (const [, commands = '', shown = ''] of blocks) {
      if (commands.startsWith('npx jifen start')) continue
      const { out, code } = await run(commands)
      equal(code, 0, `${commands}${out}`)
      for (const [n, piece] of piecesOf(shown).entries()) {
        const answered = plain(out)
        ok(answered.includes(piece), `${commands}\npiece ${n}: ${piece}\nis not in\n${answered}`)
      }
    }
  })
}

/** Runs commands of a page in a shell, as its reader would; each token is made once. */
async function run(commands: string): Promise<{ readonly out: string; readonly code: number }> {
  const shell = `
jifen() { '${process.execPath}' '${join(root, 'cli/main.ts')}' "$@"; }
npx() {
  shift
  if [ "$1" != token ]; then jifen "$@"; return; fi
  kept="token-$(echo "$*" | tr -c 'a-z\\n' -)"
  [ -f "$kept" ] || jifen "$@" > "$kept"
  cat "$kept"
}
export JIFEN_HOME=.jifen-2017
api=${url}/v1
${commands.replace('http://127.0.0.1:8080', url)}`
  const child = spawn('bash', ['-c', shell], { cwd: folder, env: environment() })
  let out = ''
  child.stdout.on('data', (piece: Buffer) => (out += piece.toString()))
  const { promise, resolve: ended } = Promise.withResolvers<number>()
  child.on('close', ended)
  const code = await promise
  return { out, code }
}

function environment(): NodeJS.ProcessEnv {
  const { PORT: _port, HOST: _host, JIFEN_CLOCK: _clock, ...inherited } = process.env
  return { ...inherited, DATABASE_URL: database?.url }
}

/** What is shown of the answers, without what is left out. */
function piecesOf(shown: string): readonly string[] {
  return plain(shown)
    .split('...')
    .map((piece) => piece.replace(/^,(?=[\]}])/, ''))
    .filter((piece) => /\w/.test(piece))
}

/** Without spaces, and without what differs from run to run: minutes, speeds, amounts that are drawn. */
function plain(written: string): string {
  return written
    .replaceAll(/\s/g, '')
    .replaceAll(/T10:\d\d:[\d.]+(?=\+08:00)/g, 'T10:00:00')
    .replaceAll(/[\d.]+s,\d+rowsasecond/g, '')
    .replaceAll(/"kind":"draw","amountFen":\d+/g, '"kind":"draw"')
    .replaceAll(/\([^()]*anchor[^()]*\)/g, '')
}

function text(page: string): string {
  return readFileSync(join(root, 'docs', `${page}.md`), 'utf8')
}
