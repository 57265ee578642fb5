import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** A package of its own, so that nothing of it reaches the product. */
export const peersFolder = join(import.meta.dirname, '../peers')

/** Installs what jifen is measured against, exactly as locked, unless it is there already. */
export async function installPeers(say: (line: string) => void): Promise<void> {
  if (existsSync(join(peersFolder, 'node_modules/.package-lock.json'))) return
  say('installing what is measured against (npm ci in bench/peers, once)')
  const child = spawn('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: peersFolder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const { promise, resolve } = Promise.withResolvers<number | null>()
  child.on('error', (error) => {
    said += error.message
    resolve(null)
  })
  child.on('close', resolve)
  if ((await promise) === 0) return
  throw new Error(
    `bench/peers could not be installed: this measurement needs the npm registry once.\n${said.trim()}`,
  )
}
