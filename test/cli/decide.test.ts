import { deepEqual, equal, match, partialDeepStrictEqual } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

const folder = mkdtempSync(join(tmpdir(), 'jifen-decide-'))
after(() => rmSync(folder, { recursive: true }))

const order = {
  receivedAt: '2017-11-20T10:00:00+08:00',
  lines: [{ id: '1', category: 'ordinary', paid: '109.00' }],
}
const orderText = JSON.stringify(order)

test('a decision reads one object, also over several lines, and prints one line', async () => {
  const { code, out, err } = await decide(['earn'], JSON.stringify(order, null, 2))
  deepEqual([code, err, out.trim().split('\n').length], [0, '', 1])
  partialDeepStrictEqual(JSON.parse(out), {
    ok: true,
    points: 54,
    byLine: { '1': 54 },
    clawBack: 0,
    costFen: 54,
    expiresAt: '2019-01-01T00:00:00+08:00',
  })
})

test('with --yuan amounts are texts', async () => {
  const { out } = await decide(['earn', '--yuan'], orderText)
  equal((JSON.parse(out) as { cost: string }).cost, '0.54')
})

test('a refusal is a decision and ends with 0', async () => {
  const { code, out, err } = await decide(['allocate'], '{"amount":"1.00","weights":[]}')
  deepEqual([code, out, err], [0, '{"ok":false,"refusal":"money/no-weights"}\n', ''])
})

// Columns: input | path.
const faults = [
  ['{}', 'receivedAt'],
  ['', ''],
  ['{"receivedAt":null,"lines":[{"id":"1","paid":-1}]}', 'lines[0].paid'],
  ['{"receivedAt":null,"lines":[],"policy":{"ratios":{"ordinary":"x"}}}', 'policy.ratios.ordinary'],
] as const

test('input that does not fit ends with 2 and one problem on standard error', async () => {
  for (const [input, path] of faults) {
    const { code, out, err } = await decide(['earn'], input)
    deepEqual([code, out], [2, ''], input)
    equal((JSON.parse(err) as { path: string }).path, path, input)
  }
})

test('bytes that are no UTF-8 are a problem', async () => {
  const { code, err } = await decide(['earn'], Buffer.from([0x7b, 0xff, 0x7d]))
  equal(code, 2)
  equal((JSON.parse(err) as { detail: string }).detail, 'This is not UTF-8.')
})

test('with --lines each line has its answer in order, and a problem stands in its place', async () => {
  const lines = [orderText, '', '{"x":1}', 'nonsense', '  ', '{"receivedAt":null,"lines":[]}']
  const { code, out, err } = await decide(['earn', '--lines'], `${lines.join('\r\n')}`)
  deepEqual([code, err], [0, ''])
  const answers = out.trim().split('\n').map(brief)
  deepEqual(answers, ['54', 'receivedAt 3', ' 4', 'points/not-received'])
})

test('with --lines thousands of cases take a second or two, and are answered whole', async () => {
  const paid = Array.from({ length: 20_000 }, (_, index) => index)
  const lines = paid.map((fen) =>
    JSON.stringify({ ...order, lines: [{ id: '1', category: 'ordinary', paid: fen }] }),
  )
  const { out } = await decide(['earn', '--lines'], lines.join('\n'))
  const points = out.trim().split('\n').map(brief)
  deepEqual(
    points,
    paid.map((fen) => String(Math.floor(fen / 200))),
  )
})

test('with --lines an answer comes before the next line is sent', async () => {
  const child = start(['allocate', '--lines'])
  for (const amount of [1, 2, 3]) {
    child.stdin.write(`{"amount":${amount},"weights":[1]}\n`)
    const [answer] = (await once(child.stdout)) as [Buffer]
    equal(answer.toString(), `{"ok":true,"sharesFen":[${amount}]}\n`)
  }
  child.stdin.end()
  equal(await ended(child), 0)
})

test('a reader that leaves early ends the run without a word', async () => {
  const child = start(['allocate', '--lines'])
  let err = ''
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  child.stdin.on('error', () => undefined)
  child.stdin.write('{"amount":1,"weights":[1]}\n'.repeat(50_000))
  await once(child.stdout)
  child.stdout.destroy()
  child.stdin.end()
  deepEqual([await ended(child), err], [0, ''])
})

test('a policy file is laid over the preset, bare or by name', async () => {
  const file = join(folder, 'policy.json')
  for (const policy of [{ ratios: { ordinary: '1' } }, { points: { ratios: { ordinary: '1' } } }]) {
    writeFileSync(file, JSON.stringify(policy))
    const { out } = await decide(['earn', '--policy', file], orderText)
    equal(brief(out), '109')
  }
  writeFileSync(file, '{"points":{"ratios":{"ordinary":-1}}}')
  const { code, err } = await decide(['earn', '--policy', file], orderText)
  equal(code, 2)
  equal((JSON.parse(err) as { path: string }).path, 'policy.points.ratios.ordinary')
})

test('another preset is found by name or by file', async () => {
  equal(brief((await decide(['earn', '--preset', 'simple-points'], orderText)).out), '109')
  const file = join(folder, 'own.json')
  const points = { ratios: { ordinary: '3' }, expiry: 'never' }
  writeFileSync(
    file,
    JSON.stringify({ name: 'own', title: { zh: '自己', en: 'Own' }, policies: { points } }),
  )
  equal(brief((await decide(['earn', '--preset', file], orderText)).out), '327')
})

test('what the caller can mend is one sentence', async () => {
  const sentences = [
    [['ern'], /^There is no decision "ern". Did you mean "earn"\? The names are: quote, .*\.\n$/],
    [['xyzzyx'], /^There is no decision "xyzzyx". The names are: quote, .*\.\n$/],
    [['earn', '--preset', 'tmall'], /^There is no preset "tmall": name one of .*\.\n$/],
    [
      ['earn', '--policy', join(folder, 'none.json')],
      /^The file .* cannot be read \(ENOENT\)\.\n$/,
    ],
  ] as const
  for (const [args, sentence] of sentences) {
    const { code, out, err } = await decide(args, orderText)
    deepEqual([code, out], [1, ''])
    match(err, sentence)
  }
})

test('without a name the decisions are listed, with --schema one is described', async () => {
  const listed = await decide([], '')
  equal(listed.code, 0)
  for (const name of ['earn', 'expiry', 'wallet', 'allocate']) match(listed.out, new RegExp(name))
  const described = await decide(['wallet', '--schema'], '')
  deepEqual(Object.keys(JSON.parse(described.out) as object).slice(-2), ['input', 'output'])
})

test('the examples of docs/decide.md are true', async () => {
  const page = readFileSync(new URL('../../docs/decide.md', import.meta.url), 'utf8')
  const examples = page.matchAll(
    /```sh\nnpx jifen decide (.*)\n```\s+```json\n([^`]*)```\s+```json\n([^`]*)```/g,
  )
  const names: string[] = []
  for (const [, name = '', input = '', output = ''] of examples) {
    names.push(name)
    const { out } = await decide([name], input)
    partialDeepStrictEqual(JSON.parse(out), JSON.parse(output), name)
  }
  const membership = ['score', 'tier', 'benefit']
  const others = ['quote', 'refund', 'earn', 'expiry', 'wallet', 'deposit']
  const ofShops = ['ship-by', 'late-compensation', 'price-check']
  deepEqual(names, [...others, ...ofShops, ...membership, 'enrolment', 'allocate'])
})

type Child = ReturnType<typeof start>

function start(args: readonly string[]) {
  const entry = `
    import { decideCommand } from '#cli/decide.ts'
    await decideCommand().parseAsync(process.argv.slice(1), { from: 'user' })
  `
  return spawn(process.execPath, ['--input-type=module', '-e', entry, '--', ...args], {
    cwd: new URL('../..', import.meta.url),
  })
}

async function decide(
  args: readonly string[],
  input: string | Buffer,
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const child = start(args)
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const code = await ended(child)
  return { code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() }
}

async function ended(child: Child): Promise<number | null> {
  return await new Promise((resolve) => child.once('close', resolve))
}

async function once(stream: Child['stdout']): Promise<unknown[]> {
  return await new Promise((resolve) => stream.once('data', (chunk: Buffer) => resolve([chunk])))
}

/** The points, the refusal, or the path and line of the problem. */
function brief(line: string): string {
  const said = JSON.parse(line) as Record<string, unknown>
  if (said['ok'] === true) return String(said['points'])
  if (said['ok'] === false) return String(said['refusal'])
  return `${String(said['path'])} ${String(said['line'])}`
}
