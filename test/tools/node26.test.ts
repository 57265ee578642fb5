import { equal, match, ok } from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import { test } from 'node:test'

const launcher = resolve(import.meta.dirname, '../../tools/node26.mjs')
const olderNode = findOlderNode()
const programs = [
  { name: 'this Node', node: process.execPath, skip: false },
  {
    name: 'an older Node',
    node: olderNode ?? '',
    skip: olderNode === undefined && 'there is no older Node on this system',
  },
]

for (const { name, node, skip } of programs) {
  test(`Started by ${name}, a program runs on Node 26 with its compile cache`, { skip }, () => {
    const script = `console.log(JSON.stringify([process.version, process.argv.slice(1),
      process.env.NODE_COMPILE_CACHE, process.env.PATH.split('${delimiter}')[0], process.execPath]))`
    const said = execFileSync(node, [launcher, '-e', script, 'one', '--two'], { encoding: 'utf8' })
    const [version, options, cache, firstOnPath, program] = JSON.parse(said)
    match(version, /^v2[6-9]\./)
    equal(options.join(' '), 'one --two')
    ok(cache.endsWith(join('node_modules', '.cache', 'jifen')))
    equal(firstOnPath, dirname(program))
  })

  test(`Started by ${name}, a program's exit code is the launcher's`, { skip }, () => {
    equal(spawnSync(node, [launcher, '-e', 'process.exit(7)']).status, 7)
  })

  test(`Started by ${name}, a program gets the signals of the launcher`, { skip }, async () => {
    const script = `process.on('SIGTERM', () => process.exit(9)); setInterval(() => {}, 1000); console.log('up')`
    const child = spawn(node, [launcher, '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = new Promise((done) => child.once('exit', done))
    await new Promise((done) => child.stdout.once('data', done))
    child.kill('SIGTERM')
    equal(await ended, 9)
  })
}

function findOlderNode(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const nodes = folders.map((folder) => join(folder, 'node')).filter((path) => existsSync(path))
  return nodes.find((path) => {
    const version = spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout ?? ''
    return Number(/^v(\d+)/.exec(version)?.[1] ?? 26) < 26
  })
}
