import { spawn } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Place } from '#cli/postgres/place.ts'
import { environment, explain, identity } from '#cli/postgres/server.ts'

/** Makes the data folder of a new server. A start that is cut off half way leaves nothing that counts. */
export async function initialise(place: Place, password: string, durable: boolean): Promise<void> {
  const unfinished = `${place.dataFolder}.unfinished`
  const passwordFile = join(place.folder, 'initdb-password')
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { mode: 0o700 })

  try {
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
    if (place.user !== undefined) {
      chownSync(unfinished, place.user.uid, place.user.gid)
      chownSync(passwordFile, place.user.uid, place.user.gid)
    }
    await runInitdb(place, [
      `--pgdata=${unfinished}`,
      `--pwfile=${passwordFile}`,
      '--username=postgres',
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      '--no-instructions',
      ...(durable ? [] : ['--no-sync']),
    ])
  } finally {
    rmSync(passwordFile, { force: true })
  }
  renameSync(unfinished, place.dataFolder)
}

/** Whether the server of this place has been made. */
export function isInitialised(place: Place): boolean {
  return existsSync(join(place.dataFolder, 'PG_VERSION'))
}

async function runInitdb(place: Place, options: readonly string[]): Promise<void> {
  const program = join(place.binFolder, 'initdb')
  const child = spawn(program, options, {
    cwd: place.folder,
    detached: true,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...identity(place),
  })

  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said += text))
  }
  const { promise, resolve } = Promise.withResolvers<number | Error | null>()
  child.on('error', resolve)
  child.on('close', resolve)
  const result = await promise
  if (result !== 0) throw explain(place, result instanceof Error ? result : said)
}
