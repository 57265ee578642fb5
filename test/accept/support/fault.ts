import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** A fault to plant: a passage of one file that must stand there exactly once, and what takes its place. */
export type Edit = { readonly file: string; readonly find: string; readonly replace: string }

/** A copy of the product with a fault in it. */
export type Copy = { readonly folder: string; readonly discard: () => void }

/** All that the program runs from; packages are linked. */
const parts = [
  'package.json',
  'tsconfig.json',
  'rules',
  'presets',
  'db',
  'operations',
  'http',
  'jobs',
  'cli',
  'web',
]

/**
 * Copies the product to a temporary folder and plants a fault. The product has no switch for this: a switch
 * could be left on. Throws when a passage is not there, so that no control runs without its fault.
 */
export function plantFault(edits: readonly Edit[]): Copy {
  const root = resolve(import.meta.dirname, '../../..')
  const folder = mkdtempSync(join(tmpdir(), `jifen-fault-${process.pid}-`))
  for (const part of parts) {
    cpSync(join(root, part), join(folder, part), { recursive: true, preserveTimestamps: true })
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir')

  for (const { file, find, replace } of edits) {
    const text = readFileSync(join(folder, file), 'utf8')
    const count = text.split(find).length - 1
    if (count !== 1) {
      throw new Error(`the fault has no place: ${file} has ${JSON.stringify(find)} ${count} times`)
    }
    writeFileSync(
      join(folder, file),
      text.replace(find, () => replace),
    )
  }
  return { folder, discard: () => rmSync(folder, { recursive: true, force: true }) }
}
