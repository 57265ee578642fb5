import { pathText, type InputProblem } from '#rules/policies/problems.ts'

export type ReadJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: InputProblem }

/** How deep objects and arrays may lie in each other. */
const mostDeep = 64

/**
 * Reads JSON text strictly (DE-2). Refused, besides what is not JSON: a key that is there twice, the
 * key `__proto__`, a number that cannot be kept as it is written, and nesting deeper than 64.
 */
export function readJson(text: string): ReadJson {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return refuse([], `This is not JSON: ${error instanceof Error ? error.message : 'unreadable'}`)
  }
  return lookFor(text) ?? { ok: true, value }
}

type Frame = { readonly keys: Set<string> | null; key: string; index: number; atKey: boolean }

/** Walks text that is known to be JSON, for what the parser lets pass silently. */
function lookFor(text: string): ReadJson | undefined {
  const frames: Frame[] = []
  for (let at = 0; at < text.length; at += 1) {
    const frame = frames.at(-1)
    switch (text[at]) {
      case '{':
      case '[':
        if (frames.length === mostDeep) return refuse([], `This lies more than ${mostDeep} deep.`)
        frames.push(newFrame(text[at] === '{'))
        break
      case '}':
      case ']':
        frames.pop()
        break
      case ',':
        if (frame?.keys) frame.atKey = true
        else if (frame) frame.index += 1
        break
      case '"': {
        const end = endOfString(text, at)
        if (frame?.keys && frame.atKey) {
          const problem = enterKey(frame, frames, text.slice(at, end + 1))
          if (problem !== undefined) return problem
        }
        at = end
        break
      }
      default: {
        const end = endOfNumber(text, at)
        if (end > at && !isKept(text.slice(at, end))) {
          return refuse(pathOf(frames), `The number ${text.slice(at, end)} cannot be kept exactly.`)
        }
        if (end > at) at = end - 1
      }
    }
  }
  return undefined
}

function newFrame(isObject: boolean): Frame {
  return { keys: isObject ? new Set() : null, key: '', index: 0, atKey: isObject }
}

function enterKey(frame: Frame, frames: readonly Frame[], quoted: string): ReadJson | undefined {
  const key = quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1)
  const isTwice = frame.keys?.has(key) === true
  frame.keys?.add(key)
  frame.key = key
  frame.atKey = false
  if (isTwice) return refuse(pathOf(frames), `The key ${JSON.stringify(key)} is here twice.`)
  if (key === '__proto__') return refuse(pathOf(frames), 'There is no key "__proto__" here.')
  return undefined
}

function endOfString(text: string, start: number): number {
  let at = start + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}

function endOfNumber(text: string, start: number): number {
  let at = start
  while (at < text.length && '-+.eE0123456789'.includes(text[at] ?? ' ')) at += 1
  // The e of true and false is no number.
  return /[0-9]/.test(text.slice(start, at)) ? at : start
}

/** Whether a number stays what is written: up to 15 digits always do, longer ones when safe integers. */
function isKept(written: string): boolean {
  const value = Number(written)
  if (!Number.isFinite(value)) return false
  if (/^-?[0-9]+$/.test(written)) return Number.isSafeInteger(value)
  const digits = written.replace(/[eE].*$/, '').replace(/^[-0.]*|[.]/g, '')
  return digits.length <= 15 && (value !== 0 || digits === '')
}

function pathOf(frames: readonly Frame[]): readonly PropertyKey[] {
  return frames.map((frame) => (frame.keys === null ? frame.index : frame.key))
}

function refuse(path: readonly PropertyKey[], message: string): ReadJson {
  return { ok: false, problem: { path: pathText(path), message } }
}
