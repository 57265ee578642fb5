import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inflate } from '@sparticuz/chromium'
import { chromium, type Browser } from 'playwright-core'

type Program = { readonly path: string; readonly env?: Readonly<Record<string, string>> }

const flags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--font-render-hinting=none',
]

const systemNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const systemPaths = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** Why a test that needs a browser must be skipped here, or false: `test(title, { skip: whyNoBrowser() }, ...)`. */
export function whyNoBrowser(): string | false {
  if (systemBrowser() !== undefined || npmHasBrowser()) return false
  return 'no Chromium or Chrome is installed, and npm has none for this system'
}

/** Starts a headless browser: the system's Chromium or Chrome, else the one from npm. Close it after use. */
export async function launchBrowser(): Promise<Browser> {
  const system = systemBrowser()
  const program = system === undefined ? await npmBrowser() : { path: system }
  return await chromium.launch({
    executablePath: program.path,
    args: flags,
    // The pages are our own, and a container seldom allows Chromium its sandbox.
    chromiumSandbox: false,
    env: { ...definedEnvironment(), ...program.env },
  })
}

function systemBrowser(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(':')
  const onPath = systemNames.flatMap((name) => folders.map((folder) => join(folder, name)))
  return [...onPath, ...systemPaths].find((path) => existsSync(path))
}

function npmHasBrowser(): boolean {
  return process.platform === 'linux' && process.arch === 'x64'
}

/**
 * Unpacks the browser of npm, once for this checkout. It brings libraries that a bare Debian lacks, which are
 * used only where it does not run without them, and one Latin font beside those of the system.
 */
async function npmBrowser(): Promise<Program> {
  const archives = resolve(
    dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))),
    '../bin',
  )
  const cache = resolve(import.meta.dirname, '../../node_modules/.cache/jifen-chromium')
  if (!existsSync(cache)) await unpack(archives, cache)

  const path = join(cache, 'chromium')
  const fonts = { FONTCONFIG_FILE: join(cache, 'fonts.conf') }
  if (spawnSync(path, ['--version']).status === 0) return { path, env: fonts }
  return { path, env: { ...fonts, LD_LIBRARY_PATH: join(cache, 'al2023', 'lib') } }
}

/** Several test files may do this at once: each unpacks apart, and the first to finish gives its result to all. */
async function unpack(archives: string, cache: string): Promise<void> {
  const apart = `${cache}.${process.pid}`
  mkdirSync(apart, { recursive: true })

  const temporary = process.env['TMPDIR']
  try {
    // The package unpacks into the temporary folder, whatever that is, and trusts what it finds there.
    process.env['TMPDIR'] = apart
    for (const archive of ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br']) {
      await inflate(join(archives, archive))
    }
    writeFileSync(join(apart, 'fonts.conf'), fontsConfiguration(join(cache, 'fonts')))
    if (!existsSync(cache)) renameSync(apart, cache)
  } finally {
    if (temporary === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = temporary
    rmSync(apart, { recursive: true, force: true })
  }
}

function fontsConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <dir prefix="xdg">fonts</dir>
  <dir>${folder}</dir>
  <cachedir>${folder}-cache</cachedir>
</fontconfig>
`
}

function definedEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env)
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
