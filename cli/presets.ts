import { readFile } from 'node:fs/promises'
import { StartError } from '#cli/postgres/start-error.ts'
import { readJson } from '#rules/decide/json.ts'
import { policiesOfMarket, readMarketFile, type MarketFile } from '#rules/policies/market-file.ts'
import { readPreset, type Preset } from '#rules/policies/preset.ts'
import type { InputProblem } from '#rules/policies/problems.ts'

/** The presets that come with the program. */
export const presetNames = ['tmall-2017', 'tmall-2018-parallel', 'simple-points'] as const

/** A market as its file states it, with its policies in their JSON form. */
export type LoadedMarket = {
  readonly market: MarketFile
  readonly policies: Readonly<Record<string, unknown>>
}

/**
 * Reads a preset by its name, or from a file when `nameOrPath` holds a slash or ends in `.json`.
 * Throws `StartError`, in one sentence, when there is none or it does not fit.
 */
export async function loadPreset(nameOrPath: string): Promise<Preset> {
  const isPath = /[/\\]|[.]json$/.test(nameOrPath)
  if (!isPath && !presetNames.some((name) => name === nameOrPath)) {
    throw new StartError(
      `There is no preset "${nameOrPath}": name one of ${presetNames.join(', ')}, or a file.`,
    )
  }
  const from = isPath ? nameOrPath : new URL(`../presets/${nameOrPath}.json`, import.meta.url)
  const read = readPreset(await readJsonFile(from, nameOrPath))
  if (!read.ok) throw notFitting(`The preset ${nameOrPath}`, read.problems)
  return read.preset
}

/** Reads a market file and the preset it names; what it says of policies is laid over (PO-7). */
export async function loadMarket(path: string): Promise<LoadedMarket> {
  const read = readMarketFile(await readJsonFile(path, path))
  if (!read.ok) throw notFitting(`The market file ${path}`, read.problems)

  const preset = await loadPreset(read.market.preset)
  const laid = policiesOfMarket(preset, read.market)
  if (!laid.ok) throw notFitting(`The market file ${path}`, laid.problems)
  return { market: read.market, policies: laid.policies }
}

/** Reads a file of JSON; throws `StartError`, in one sentence, when that cannot be done. */
export async function readJsonFile(from: string | URL, called: string): Promise<unknown> {
  const text = await readFile(from, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new StartError(`The file ${called} cannot be read (${error.code ?? error.message}).`)
  })
  const read = readJson(text)
  if (!read.ok) throw new StartError(`The file ${called} is not right: ${sentence(read.problem)}`)
  return read.value
}

function notFitting(what: string, problems: readonly InputProblem[]): StartError {
  const [first] = problems
  return new StartError(
    `${what} is not right: ${first === undefined ? 'it does not fit.' : sentence(first)}`,
  )
}

function sentence(problem: InputProblem): string {
  return problem.path === '' ? problem.message : `${problem.path}: ${problem.message}`
}
