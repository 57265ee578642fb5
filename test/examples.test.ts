import { deepEqual, equal } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'

const root = resolve(import.meta.dirname, '..')
const scripts = globSync('examples/*.ts', { cwd: root }).toSorted()

test('every example has its output beside it', () => {
  const outputs = globSync('examples/*.out.txt', { cwd: root }).toSorted()
  deepEqual(scripts.map(outputOf), outputs)
})

for (const script of scripts) {
  test(`${script} prints what is committed`, () => {
    const ran = spawnSync(process.execPath, [script], { cwd: root, encoding: 'utf8' })
    equal(ran.stderr, '')
    equal(ran.stdout, readFileSync(resolve(root, outputOf(script)), 'utf8'))
    equal(ran.status, 0)
  })
}

function outputOf(script: string): string {
  return script.replace(/\.ts$/, '.out.txt')
}
