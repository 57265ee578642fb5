import { deepEqual, equal } from 'node:assert/strict'
import { after, test } from 'node:test'
import { plant } from '#test/support/planted.ts'

const planted = plant()
after(planted.discard)

planted.write(
  'rules/points/RULES.md',
  '# Points\n\n- **PT-1** One.\n- **PT-2** Two.\n- **PT-3** Three.\n',
)
planted.write(
  'rules/points/lots.test.ts',
  "test('PT-1 points expire', () => {})\ntest('PT-2, PT-3 order', f)\n",
)
planted.write('test/http/text.test.ts', "test('UTF-8 text comes back as it was', () => {})\n")

test('Rules that all have their tests pass', () => {
  deepEqual(planted.run('tools/tidy.ts'), { code: 0, said: '' })
})

const faults = [
  [
    'a rule without a test',
    'rules/brands/RULES.md',
    '- **BR-1** Nobody proves this.\n',
    'rules/brands/RULES.md:1: no test has a title that begins with BR-1\n',
  ],
  [
    'a rule that is only mentioned in the middle of a title',
    'rules/points/RULES.md',
    '- **PT-1** One.\n- **PT-2** Two.\n- **PT-3** Three.\n- **PT-4** Four.\n',
    'rules/points/RULES.md:4: no test has a title that begins with PT-4\n',
  ],
  [
    'a test of a rule that does not exist',
    'rules/points/more.test.ts',
    "test('ZZ-9 a rule of nobody', () => {})\n",
    'rules/points/more.test.ts:1: the test names ZZ-9, which no RULES.md has\n',
  ],
  [
    'a test elsewhere of a number beyond the last',
    'test/http/more.test.ts',
    "\ntest(\n  'PT-9 after PT-4 comes nothing',\n  () => {},\n)\n",
    'test/http/more.test.ts:2: the test names PT-9, which no RULES.md has\n',
  ],
  [
    'a number that two rules have',
    'rules/mall/RULES.md',
    '- **PT-1** Again.\n',
    'rules/points/RULES.md:3: PT-1 is also the number of a rule at rules/mall/RULES.md:1\n',
  ],
] as const

for (const [what, file, text, said] of faults) {
  test(`What tidy finds: ${what}`, () => {
    const other = plant()
    try {
      other.write(
        'rules/points/RULES.md',
        '# Points\n\n- **PT-1** One.\n- **PT-2** Two.\n- **PT-3** Three.\n',
      )
      other.write('rules/points/lots.test.ts', "test('PT-1 PT-2 PT-3 not PT-4', f)\n")
      other.write(file, text)
      const outcome = other.run('tools/tidy.ts')
      equal(outcome.said, said)
      equal(outcome.code, 1)
    } finally {
      other.discard()
    }
  })
}
