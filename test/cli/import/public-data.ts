import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Where a public data set lies, or why it cannot be used. */
export type PublicData = { readonly folder: string; readonly missing: string | false }

/** Finds a data set in the folder JIFEN_DATA, else beside the repository in shared/data. */
export function publicData(name: string): PublicData {
  const root = process.env['JIFEN_DATA'] ?? resolve(import.meta.dirname, '../../../../shared/data')
  const folder = join(root, name)
  const missing = `the data set ${name} is not in ${root}: set JIFEN_DATA to the folder that holds it`
  return { folder, missing: existsSync(folder) ? false : missing }
}
