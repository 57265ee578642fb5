import { readdirSync, statSync } from 'node:fs'
import { basename, join, matchesGlob } from 'node:path'
import type { Mapping } from '#cli/import/mapping.ts'
import { readBlocks } from '#cli/import/read-rows.ts'
import { StartError } from '#cli/postgres/start-error.ts'

/** A file of one of a mapping's tables. */
export type SourceFile = {
  /** Its place among all the files of the import. */
  readonly index: number
  readonly table: string
  readonly path: string
  readonly name: string
  readonly bytes: number
  readonly columns: readonly string[]
}

/**
 * Finds the files of a mapping's tables among folders and files, by their names, and reads their
 * headers. Throws `StartError`, in one sentence, when there are none or one that is needed is missing.
 */
export async function findSources(
  mapping: Mapping,
  paths: readonly string[],
): Promise<readonly SourceFile[]> {
  const candidates = paths.flatMap(filesAt)
  const chosen = Object.entries(mapping.tables).flatMap(([table, { files }]) =>
    candidates.filter((path) => fits(path, files)).map((path) => ({ table, path })),
  )
  const [only] = candidates
  const [table, ...others] = Object.keys(mapping.tables)
  if (chosen.length === 0 && candidates.length === 1 && others.length === 0) {
    if (only !== undefined && table !== undefined) chosen.push({ table, path: only })
  }

  refuseMissing(mapping, chosen, paths)
  const files: SourceFile[] = []
  for (const [index, each] of chosen.entries()) {
    const columns = await columnsOf(each.path)
    const bytes = statSync(each.path).size
    files.push({ index, ...each, name: basename(each.path), bytes, columns })
  }
  return files
}

function filesAt(path: string): string[] {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) {
    throw new StartError(`There is no file or folder ${path}: name those that hold the CSV files.`)
  }
  if (!found.isDirectory()) return [path]
  return readdirSync(path, { withFileTypes: true })
    .filter((each) => !each.isDirectory())
    .map((each) => join(path, each.name))
    .toSorted()
}

function fits(path: string, patterns: readonly string[]): boolean {
  const name = basename(path).replace(/[.]gz$/, '')
  return patterns.some((pattern) => matchesGlob(name, pattern))
}

function refuseMissing(
  mapping: Mapping,
  chosen: readonly { readonly table: string }[],
  paths: readonly string[],
): void {
  const where = paths.join(', ')
  const isThere = (table: string): boolean => chosen.some((each) => each.table === table)
  for (const [table, { files, optional }] of Object.entries(mapping.tables)) {
    if (optional || isThere(table)) continue
    throw new StartError(
      `The mapping ${mapping.name} needs a file ${files[0]} (or ${files[0]}.gz): there is none in "${where}".`,
    )
  }
  if (chosen.length === 0) {
    const names = Object.values(mapping.tables).flatMap((each) => each.files[0] ?? [])
    throw new StartError(
      `There is nothing to import in "${where}": the mapping ${mapping.name} reads ${names.join(', ')} (or .gz).`,
    )
  }
  const { orders, lines } = mapping
  if (isThere(orders.table) === isThere(lines.table)) return
  const missing = isThere(orders.table) ? lines.table : orders.table
  throw new StartError(
    `Orders come with their lines: a file ${mapping.tables[missing]?.files[0]} (or .gz) is missing in "${where}".`,
  )
}

async function columnsOf(path: string): Promise<readonly string[]> {
  for await (const block of readBlocks(path)) {
    const header = block.rows[0]?.cells.map((name) => name.trim())
    if (header === undefined) break
    const twice = header.find((name, index) => name !== '' && header.indexOf(name) !== index)
    if (twice === undefined) return header
    throw new StartError(`${path} has two columns called ${twice}: rename one of them.`)
  }
  throw new StartError(`${path} has no first row with the names of its columns.`)
}
