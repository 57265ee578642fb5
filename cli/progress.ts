import { progress } from '@clack/prompts'

/** Shows how far a longer piece of work has come, on standard error. */
export type Progress = {
  /** How much is done, and what to say of it. */
  readonly update: (done: number, text: string) => void
  readonly finish: (text: string) => void
  readonly fail: (text: string) => void
}

const plainEveryMs = 3_000

/** A bar on less would be broken over many lines. */
const leastColumns = 40

/**
 * Starts a progress display: a bar on a terminal, else a plain line every few seconds. `total` is what
 * `done` counts up to; when it is not known, the bar stands for a hundred of a hundred at the end.
 */
export function startProgress(text: string, total = 100): Progress {
  const isWide = process.stderr.isTTY && process.stderr.columns >= leastColumns
  return isWide ? barOn(text, total) : linesOn(text)
}

function barOn(text: string, total: number): Progress {
  const bar = progress({ max: Math.max(1, total), size: 30, output: process.stderr })
  bar.start(text)
  // The bar takes the keyboard, and with it Ctrl-C, which then would end the program half way.
  if (process.stdin.isTTY) process.stdin.setRawMode(false)
  let shown = 0
  return {
    update: (done, said) => {
      const reached = Math.min(done, total)
      if (reached > shown) bar.advance(reached - shown, said)
      else bar.message(said)
      shown = Math.max(shown, reached)
    },
    finish: (said) => bar.stop(said),
    fail: (said) => bar.error(said),
  }
}

function linesOn(text: string): Progress {
  let last = performance.now()
  process.stderr.write(`${text}\n`)
  return {
    update: (_, said) => {
      if (performance.now() - last < plainEveryMs) return
      last = performance.now()
      process.stderr.write(`${said}\n`)
    },
    finish: (said) => process.stderr.write(`${said}\n`),
    fail: (said) => process.stderr.write(`${said}\n`),
  }
}
