import { Command } from '@commander-js/extra-typings'
import { StartError } from '#cli/postgres/start-error.ts'
import { loadPreset, readJsonFile } from '#cli/presets.ts'
import type { Decision } from '#rules/decide/decision.ts'
import {
  decideText,
  openSetting,
  outputText,
  schemaOf,
  type Problem,
  type Setting,
} from '#rules/decide/frame.ts'
import { decisions } from '#rules/decide/registry.ts'

const usageFault = 1
const inputFault = 2

/** The zone in which decisions are made from the command line. */
export const decideZone = 'Asia/Shanghai'

type Options = {
  readonly preset: string
  readonly policy?: string
  readonly lines?: true
  readonly yuan?: true
  readonly schema?: true
}

/** `jifen decide NAME`: one pure decision, JSON on standard input, JSON on standard output. */
export function decideCommand(): Command<[string | undefined], Options> {
  return new Command('decide')
    .description('make one decision: JSON in, JSON out, no database')
    .argument('[name]', 'the decision; without it, all names are listed')
    .option('--preset <name>', 'the preset that holds the policies, or its file', 'tmall-2017')
    .option('--policy <file>', 'JSON laid over the policies of the preset')
    .option('--lines', 'one JSON object a line in, one a line out, in order')
    .option('--yuan', 'amounts out as decimal texts instead of whole numbers of fen')
    .option('--schema', 'print the JSON Schema of input and output')
    .action(async (name, options) => {
      // Without a listener a reader that goes away would end the program with a stack trace.
      process.stdout.on('error', () => undefined)
      process.exitCode = await run(name, options).catch(faultOf)
    })
}

async function run(name: string | undefined, options: Options): Promise<number> {
  if (name === undefined) return list()
  const decision = decisions.get(name)
  if (decision === undefined) throw new StartError(unknownName(name))
  if (options.schema) return await print(JSON.stringify(schemaOf(decision), null, 2))

  const preset = await loadPreset(options.preset)
  const patch =
    options.policy === undefined ? undefined : await readJsonFile(options.policy, options.policy)
  const opened = openSetting(preset.policies, patch, decision, decideZone)
  if (!opened.ok) return complain(opened.problem)

  const out = { decision, setting: opened.setting, isInYuan: options.yuan === true }
  return options.lines ? await answerLines(out) : await answerOne(out)
}

type Answering = {
  readonly decision: Decision
  readonly setting: Setting
  readonly isInYuan: boolean
}

async function answerOne({ decision, setting, isInYuan }: Answering): Promise<number> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk)
  const text = textOf(Buffer.concat(chunks))
  if (text === undefined) return complain(notUtf8)

  const decided = decideText(decision, text, setting)
  if (!decided.ok) return complain(decided.problem)
  return await print(outputText(decided.output, isInYuan, process.stdout.isTTY ? 2 : undefined))
}

/** Answers each line as soon as it is whole; what a chunk brought goes out in one write. */
async function answerLines(answering: Answering): Promise<number> {
  let rest: Buffer = Buffer.alloc(0)
  let line = 0
  const answersTo = (lines: readonly Buffer[]): readonly string[] =>
    lines.flatMap((bytes) => {
      line += 1
      return isBlank(bytes) ? [] : [lineAnswer(bytes, line, answering)]
    })

  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    const lines = linesOf(rest.length === 0 ? chunk : Buffer.concat([rest, chunk]))
    rest = lines.pop() ?? Buffer.alloc(0)
    await printAll(answersTo(lines))
  }
  await printAll(answersTo([rest]))
  return 0
}

function lineAnswer(
  bytes: Buffer,
  line: number,
  { decision, setting, isInYuan }: Answering,
): string {
  const text = textOf(bytes)
  if (text === undefined) return JSON.stringify({ ...notUtf8, line })
  try {
    const decided = decideText(decision, text, setting)
    if (!decided.ok) return JSON.stringify({ ...decided.problem, line })
    return outputText(decided.output, isInYuan)
  } catch (error) {
    return JSON.stringify({ ...faultIn(error), line })
  }
}

/** A fault of ours in one case must not take the others with it: this is the edge. */
function faultIn(error: unknown): Omit<Problem, 'type'> & { readonly type: 'decide/fault' } {
  const detail = error instanceof Error ? error.message : String(error)
  return { type: 'decide/fault', title: 'This is a fault of the program.', path: '', detail }
}

function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = []
  let from = 0
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, from)) {
    lines.push(bytes.subarray(from, end))
    from = end + 1
  }
  return [...lines, bytes.subarray(from)]
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 32 || byte === 9 || byte === 13)
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function textOf(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

const notUtf8: Problem = {
  type: 'decide/not-json',
  title: 'The input cannot be read.',
  path: '',
  detail: 'This is not UTF-8.',
}

function complain(problem: Problem): number {
  console.error(JSON.stringify(problem))
  return inputFault
}

async function list(): Promise<number> {
  const widest = Math.max(...[...decisions.keys()].map((name) => name.length))
  const lines = [...decisions.values()].map(
    ({ name, summary }) => `  ${name.padEnd(widest)}  ${summary}`,
  )
  return await print(['Decisions:', ...lines, '', 'jifen decide NAME --schema'].join('\n'))
}

async function printAll(lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await print(lines.join('\n'))
}

/** Writes text and a line end, and waits until the reader has room again. */
async function print(text: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(`${text}\n`, (error) => (error ? reject(error) : resolve()))
  })
  return 0
}

/** A reader that has seen enough ends the run quietly; what the caller can mend is one sentence. */
function faultOf(error: unknown): number {
  if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return 0
  if (!(error instanceof StartError)) throw error
  console.error(error.message)
  return usageFault
}

function unknownName(name: string): string {
  const near = [...decisions.keys()].find((each) => distance(each, name) <= 2)
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`
  const names = [...decisions.keys()].join(', ')
  return `There is no decision "${name}".${hint} The names are: ${names}.`
}

/** How many letters must be put in, taken out or changed to make one name the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let index = 0; index < a.length; index += 1) {
    const next = [index + 1]
    for (let column = 1; column <= b.length; column += 1) {
      const changed = (row[column - 1] ?? 0) + (b[column - 1] === a[index] ? 0 : 1)
      next.push(Math.min(changed, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
