import { createHash } from 'node:crypto'
import { globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { Rolldown } from 'vite'

/** The built pages: the folder to serve, and whether they had to be built now. */
export type WebBuild = { readonly folder: string; readonly wasBuilt: boolean }

const root = resolve(import.meta.dirname, '..')
const folder = join(root, 'web/dist')

/** Names what web/dist was built from: it is written last, so that a build cut short does not count. */
const stampFile = join(folder, '.sources')

/**
 * Builds the pages where web/dist is missing or was built from other sources; tells by `onProgress` that it
 * takes a few seconds. Programs that build at the same time write the same files.
 */
export async function buildWeb(onProgress?: (text: string) => void): Promise<WebBuild> {
  const stamp = stampOfSources()
  if (stamp === stampOfBuild()) return { folder, wasBuilt: false }

  onProgress?.('Building the web pages')
  const files = await bundle()
  write(files)
  writeWhole(stampFile, stamp)
  return { folder, wasBuilt: true }
}

/** A digest of everything that the pages are made of, their packages included. */
function stampOfSources(): string {
  const hash = createHash('sha256')
  const sources = globSync(['web/**/*', 'rules/**/*.ts', 'package-lock.json'], {
    cwd: root,
    withFileTypes: true,
    exclude: (entry) => join(entry.parentPath, entry.name) === folder,
  })
  const paths = sources
    .filter((entry) => entry.isFile() && !/\.test\.ts$|\.md$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
  for (const path of paths.toSorted()) {
    hash
      .update(`${path.slice(root.length)}\0`)
      .update(readFileSync(path))
      .update('\0')
  }
  return hash.digest('hex')
}

function stampOfBuild(): string | undefined {
  try {
    return readFileSync(stampFile, 'utf8')
  } catch {
    return undefined
  }
}

async function bundle(): Promise<Rolldown.RolldownOutput['output']> {
  // Vite is loaded only here: most starts do not build. It goes by the NODE_ENV of the whole process.
  const { build } = await import('vite')
  const environment = process.env['NODE_ENV']
  process.env['NODE_ENV'] = 'production'
  try {
    const built = await build({
      configFile: join(root, 'web/vite.config.ts'),
      configLoader: 'native',
      logLevel: 'silent',
      build: { write: false },
    })
    return (built as Rolldown.RolldownOutput).output
  } finally {
    if (environment === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = environment
  }
}

/** Writes what the page needs before the page, so that a server that is running never shows half of it. */
function write(files: Rolldown.RolldownOutput['output']): void {
  const contents = files.map(
    (file) => [file.fileName, file.type === 'chunk' ? file.code : file.source] as const,
  )
  for (const [name, content] of contents.toSorted(byPageLast)) {
    writeWhole(join(folder, name), content)
  }

  const names = new Set(files.map((file) => file.fileName))
  for (const old of globSync('**/*', { cwd: folder, withFileTypes: true })) {
    const path = join(old.parentPath, old.name)
    if (old.isFile() && !names.has(path.slice(folder.length + 1))) rmSync(path, { force: true })
  }
}

function byPageLast(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return Number(a[0].endsWith('.html')) - Number(b[0].endsWith('.html'))
}

/** A name that begins with a dot is out of sight of another program that is clearing up. */
function writeWhole(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true })
  const apart = join(dirname(path), `.${basename(path)}.${process.pid}`)
  writeFileSync(apart, content)
  renameSync(apart, path)
}
