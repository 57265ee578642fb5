import { existsSync, globSync } from 'node:fs'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
// @ts-expect-error The configuration is plain JavaScript, so that dependency-cruiser's own program reads it too.
import { forbidden, options } from '../.dependency-cruiser.mjs'

const folders = [
  'rules',
  'db',
  'operations',
  'http',
  'jobs',
  'cli',
  'web',
  'tools',
  'test',
  'bench',
  'examples',
]

process.exitCode = await main()

/**
 * Checks the table of layers in the current folder. Fails as well when it has not seen every source file:
 * without the right version of TypeScript dependency-cruiser sees none, and finds no fault in that.
 */
async function main(): Promise<number> {
  const here = folders.filter((folder) => existsSync(folder))
  const { output } = await cruise(here, { ...options, validate: true, ruleSet: { forbidden } })
  const { modules, summary } = output as ICruiseResult

  const seen = new Set(modules.map((module) => module.source))
  const files = globSync(here.map((folder) => `${folder}/**/*.{ts,tsx}`))
  const unseen = files.filter((file) => !seen.has(file) && !/\/(dist|node_modules)\//.test(file))
  for (const file of unseen) console.error(`${file}: not seen by dependency-cruiser`)
  for (const { rule, from, to } of summary.violations) {
    const comment = forbidden.find((each: { name: string }) => each.name === rule.name)?.comment
    console.error(`${from} imports ${to}: ${comment ?? rule.name} (${rule.name})`)
  }
  if (files.length === 0) console.error('No source file was found, so nothing was checked.')
  return unseen.length + summary.violations.length > 0 || files.length === 0 ? 1 : 0
}
