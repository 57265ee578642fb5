import { deepEqual, equal } from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const root = new URL('../../', import.meta.url)
const page = readFileSync(new URL('docs/dependencies.md', root), 'utf8')
const written = [...page.matchAll(/^\| `([^`]+)` *\| ([^|]+?) *\|/gm)].map(
  ([, name = '', licence = '']) => ({ name, licence }),
)

test('docs/dependencies.md has a line for every dependency, and no other', () => {
  const manifest = readJson('package.json') as Record<string, Record<string, string>>
  const lists = ['dependencies', 'optionalDependencies', 'devDependencies']
  const declared = lists.flatMap((list) => Object.keys(manifest[list] ?? {}))
  deepEqual(written.map(({ name }) => name).toSorted(), declared.toSorted())
})

test('docs/dependencies.md tells the licence that each package states', () => {
  for (const { name, licence } of written) {
    const path = `node_modules/${name}/package.json`
    // Of the packages that bring Node, npm installs only the one of this platform.
    if (!existsSync(new URL(path, root))) continue
    equal(licence, (readJson(path) as { license?: string }).license, name)
  }
})

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, root), 'utf8'))
}
