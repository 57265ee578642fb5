import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/** A small copy of the repository, into which a test plants a fault to see it caught. */
export type Planted = {
  readonly folder: string
  readonly write: (file: string, text: string) => void
  readonly remove: (file: string) => void
  /** Runs a program of the real repository inside the copy; everything it printed, and its exit code. */
  readonly run: (program: string, ...options: readonly string[]) => Outcome
  readonly discard: () => void
}

export type Outcome = { readonly code: number | null; readonly said: string }

/** Makes the copy: the configuration of the checks, installed packages, and no source file. */
export function plant(): Planted {
  const root = resolve(import.meta.dirname, '../..')
  const folder = mkdtempSync(join(tmpdir(), 'jifen-planted-'))
  for (const file of ['package.json', 'tsconfig.json', '.oxlintrc.json', 'rules/tsconfig.json']) {
    cpSync(join(root, file), join(folder, file))
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir')

  return {
    folder,
    write: (file, text) => {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), text)
    },
    remove: (file) => rmSync(join(folder, file)),
    run: (program, ...options) => {
      const ran = spawnSync(process.execPath, [join(root, program), ...options], {
        cwd: folder,
        encoding: 'utf8',
        // A test runner within a test runner must not believe that it is a part of the outer one.
        env: { ...process.env, NODE_TEST_CONTEXT: undefined },
      })
      return { code: ran.status, said: ran.stdout + ran.stderr }
    },
    discard: () => rmSync(folder, { recursive: true, force: true }),
  }
}
