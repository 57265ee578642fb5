import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { realpathSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { copyBinaries, installedBinaries, linkLibraries } from '#cli/postgres/binaries.ts'
import { stopLeftover } from '#cli/postgres/postmaster.ts'
import { StartError } from '#cli/postgres/start-error.ts'

/** Where one home keeps its server, and as whom it runs. */
export type Place = {
  /** Holds the data folder, and as root the programs too. */
  readonly folder: string
  readonly dataFolder: string
  readonly binFolder: string
  readonly version: string
  /** Set when jifen runs as root, which PostgreSQL refuses to do. */
  readonly user?: SystemUser
}

export type SystemUser = { readonly name: string; readonly uid: number; readonly gid: number }

const rootFolder = '/var/lib/jifen'

/**
 * Finds the place of a home folder and puts the programs there. As a person: inside the home, programs where
 * npm put them. As root: under /var/lib/jifen, since the user that must run PostgreSQL can seldom enter the home.
 */
export async function placeOf(home: string, onProgress: (text: string) => void): Promise<Place> {
  const binaries = installedBinaries()
  if (process.getuid?.() !== 0) {
    linkLibraries(binaries.folder)
    return {
      folder: home,
      dataFolder: join(realpathSync(home), 'postgres'),
      binFolder: join(binaries.folder, 'bin'),
      version: binaries.version,
    }
  }

  const folder = await folderOfRoot(home, onProgress)
  const copy = copyBinaries(binaries, folder)
  return {
    folder,
    dataFolder: join(realpathSync(folder), 'postgres'),
    binFolder: join(copy, 'bin'),
    version: binaries.version,
    user: unprivilegedUser(),
  }
}

/** The folder under /var/lib/jifen that belongs to this home, made when it is not there yet. */
async function folderOfRoot(home: string, onProgress: (text: string) => void): Promise<string> {
  const own = join(rootFolder, createHash('sha256').update(home).digest('hex').slice(0, 16))
  const location = join(home, 'location')
  const named = existsSync(location) ? readFileSync(location, 'utf8').trim() : undefined

  if (named !== undefined && named !== own && existsSync(named) && hasMoved(named)) {
    writeFileSync(join(named, 'home'), `${home}\n`)
    return named
  }
  if (named !== own && existsSync(own)) {
    const aside = freeName(`${own}.removed`)
    await stopLeftover(join(own, 'postgres'))
    renameSync(own, aside)
    onProgress(`The database of an earlier ${home} was set aside in ${aside}.`)
  }
  for (const folder of [rootFolder, own]) {
    mkdirSync(folder, { recursive: true })
    chmodSync(folder, 0o755)
  }
  writeFileSync(join(own, 'home'), `${home}\n`)
  writeFileSync(location, `${own}\n`)
  return own
}

/** Whether the home that a folder belonged to is gone: then it was moved, else this home is a copy of it. */
function hasMoved(folder: string): boolean {
  const mark = join(folder, 'home')
  if (!existsSync(mark)) return true
  const location = join(readFileSync(mark, 'utf8').trim(), 'location')
  return !existsSync(location) || readFileSync(location, 'utf8').trim() !== folder
}

function freeName(path: string): string {
  let name = path
  for (let count = 2; existsSync(name); count += 1) name = `${path}-${count}`
  return name
}

function unprivilegedUser(): SystemUser {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const wanted of ['postgres', 'nobody']) {
    const line = lines.find((each) => each.startsWith(`${wanted}:`))
    const [name, , uid, gid] = line?.split(':') ?? []
    if (name !== undefined && Number(uid) > 0) return { name, uid: Number(uid), gid: Number(gid) }
  }
  throw new StartError(
    'PostgreSQL does not run as root and this system has neither a user postgres nor nobody: add one, or start jifen as another user.',
  )
}
