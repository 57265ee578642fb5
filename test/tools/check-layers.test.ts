import { equal, match } from 'node:assert/strict'
import { after, test } from 'node:test'
import { plant } from '#test/support/planted.ts'

const planted = plant()
after(planted.discard)

planted.write('rules/points/lots.ts', "import { z } from 'zod'\nexport const lot = z.object({})\n")
planted.write(
  'db/points.ts',
  "import { lot } from '#rules/points/lots.ts'\nexport const row = lot\n",
)
planted.write('operations/_transact.ts', "export { row } from '#db/points.ts'\n")
planted.write('operations/points/spend.ts', "export { row } from '#operations/_transact.ts'\n")
planted.write('operations/points/_load.ts', 'export const load = 1\n')
planted.write('http/spend.ts', "export { row } from '#operations/points/spend.ts'\n")
planted.write('cli/main.ts', "import 'node:fs'\nimport '#http/spend.ts'\n")
planted.write('web/page.tsx', "import '#rules/points/lots.ts'\nimport 'react'\n")

test('Imports along the table of layers pass', () => {
  const { code, said } = planted.run('tools/check-layers.ts')
  equal(said, '')
  equal(code, 0)
})

const faults = [
  ['db/up.ts', "import '#operations/points/spend.ts'", 'db-imports-only-what-is-below'],
  ['db/type.ts', "import type { row } from '#http/spend.ts'\nexport type Row = typeof row", 'db-'],
  ['operations/up.ts', "import '#http/spend.ts'", 'operations-imports-only-what-is-below'],
  ['http/side.ts', "import '#jobs/expire.ts'", 'http-imports-only-what-is-below'],
  ['http/up.ts', "import '#cli/main.ts'", 'http-imports-only-what-is-below'],
  ['jobs/expire.ts', "import '#http/spend.ts'", 'jobs-imports-only-what-is-below'],
  ['cli/page.ts', "import '../web/page.tsx'", 'cli-imports-only-what-is-below'],
  ['cli/testing.ts', "import '#test/a.ts'", 'cli-imports-only-what-is-below'],
  ['web/data.ts', "import '#db/points.ts'", 'web-imports-only-rules'],
  ['web/file.ts', "import 'node:fs'", 'web-imports-only-rules'],
  ['rules/up.ts', "import '#db/points.ts'", 'rules-import-only-rules-and-zod'],
  ['rules/file.ts', "import 'node:fs'", 'rules-import-only-rules-and-zod'],
  ['rules/package.ts', "import 'pg'", 'rules-import-only-rules-and-zod'],
  ['rules/later.ts', "await import('node:fs')", 'rules-import-only-rules-and-zod'],
  ['http/load.ts', "import '#operations/points/_load.ts'", 'private-files-stay-in-their-folder'],
  ['operations/load.ts', "import './points/_load.ts'", 'private-files-stay-in-their-folder'],
  ['operations/mall/load.ts', "import '../points/_load.ts'", 'private-files-stay-in-their-folder'],
  ['db/package.ts', "import 'fast-check'", 'no-development-packages-in-the-product'],
  ['db/nowhere.ts', "import './absent.ts'", 'nothing-unresolved'],
  ['db/round-trip.ts', "import './round.ts'", 'no-cycles'],
] as const

test('Each import against the table is found, with the file that has it', () => {
  planted.write('db/round.ts', "import './round-trip.ts'\n")
  planted.write('test/a.ts', 'export {}\n')
  for (const [file, text] of faults) planted.write(file, `${text}\n`)

  const { code, said } = planted.run('tools/check-layers.ts')
  equal(code, 1)
  const lines = said.split('\n')
  for (const [file, , rule] of faults) {
    const found = lines.some((line) => line.startsWith(`${file} imports `) && line.includes(rule))
    equal(found, true, `${file} breaks ${rule}\n${said}`)
  }
  for (const innocent of ['operations/points/spend.ts', 'cli/main.ts', 'web/page.tsx']) {
    equal(
      lines.some((line) => line.startsWith(innocent)),
      false,
      `${innocent} breaks nothing\n${said}`,
    )
  }
})

test('A folder without any source file is not reported as sound', () => {
  const empty = plant()
  try {
    const { code, said } = empty.run('tools/check-layers.ts')
    equal(code, 1)
    match(said, /No source file was found/)
  } finally {
    empty.discard()
  }
})
