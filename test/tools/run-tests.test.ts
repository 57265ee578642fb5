import { equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { plant, type Outcome } from '#test/support/planted.ts'

const head = "import { test } from 'node:test'\n"
const passing = `${head}test('holds', () => {})\n`

/** Runs the test runner over a folder that holds only these files. */
function runTests(files: Readonly<Record<string, string>>, ...options: string[]): Outcome {
  const planted = plant()
  try {
    for (const [file, text] of Object.entries(files)) planted.write(file, text)
    return planted.run('tools/run-tests.ts', ...options)
  } finally {
    planted.discard()
  }
}

function lastLine(outcome: Outcome): string | undefined {
  return outcome.said.trimEnd().split('\n').at(-1)
}

test('A run that passes ends with its counts and exit code 0', () => {
  const outcome = runTests({ 'rules/a.test.ts': passing, 'test/b.test.ts': passing })
  equal(lastLine(outcome), '2 passed, 0 failed')
  equal(outcome.code, 0)
})

test('Only the tests of the named files and folders run', () => {
  const files = {
    'rules/a.test.ts': passing,
    'rules/b/c.test.ts': passing + passing.slice(head.length),
  }
  equal(lastLine(runTests(files, 'rules/b')), '2 passed, 0 failed')
  equal(lastLine(runTests(files, 'rules/a.test.ts')), '1 passed, 0 failed')
  match(runTests(files, 'rules/absent.test.ts').said, /There is no file or folder rules\/absent/)
})

const failures = {
  'a failed assertion': `${head}test('MO-1 one is two', () => { throw new Error('it is not') })\n`,
  'a failed subtest': `${head}test('all', async (t) => { await t.test('one', () => { throw 1 }) })\n`,
  'a lost promise': `${head}test('lost', () => { setTimeout(() => Promise.reject(new Error('late')), 5) })
test('waits', () => new Promise((done) => setTimeout(done, 50)))\n`,
  'a file that does not load': "import './absent.ts'\n",
  'a process that ends in the middle': `${head}test('ends', () => process.exit(0))\ntest('x', () => {})\n`,
}

for (const [what, text] of Object.entries(failures)) {
  test(`A run fails by ${what}, and counts it once`, () => {
    const outcome = runTests({ 'test/a.test.ts': text })
    match(lastLine(outcome) ?? '', /^\d passed, 1 failed$/)
    match(outcome.said, /FAILED/)
    equal(outcome.code, 1)
  })
}

test('A failure is shown with its place, its reason and what the file printed', () => {
  const text = `${head}test('sums', () => { console.log('so far so good'); throw new Error('bad sum') })\n`
  const { said } = runTests({ 'test/a.test.ts': text })
  for (const part of ['FAILED sums', 'test/a.test.ts:2', 'Error: bad sum', 'so far so good']) {
    ok(said.includes(part), `${part} is in\n${said}`)
  }
})

test('A skipped test is counted apart and shown with its reason', () => {
  const text = `${passing}test('in a browser', { skip: 'there is no browser' }, () => {})\n`
  const outcome = runTests({ 'test/a.test.ts': text })
  match(outcome.said, /skipped test\/a\.test\.ts:3: in a browser \(there is no browser\)/)
  equal(lastLine(outcome), '1 passed, 0 failed, 1 skipped')
  equal(outcome.code, 0)
})

test('A run without any test fails, and so does a file without one', () => {
  const outcome = runTests({ 'README.md': '' })
  equal(lastLine(outcome), '0 passed, 0 failed')
  equal(outcome.code, 1)
  equal(lastLine(runTests({ 'test/a.test.ts': 'export {}\n' })), '0 passed, 1 failed')
})
