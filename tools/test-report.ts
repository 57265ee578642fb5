import type { EventData } from 'node:test'
import { relative } from 'node:path'
import { inspect, styleText } from 'node:util'

/** What a run of tests came to. Suites are not counted, nor a test that failed only by its subtests. */
export type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number }

export type Report = {
  /** A test is known of: it must pass or fail before its file ends. */
  readonly announced: (test: EventData.TestEnqueue) => void
  readonly passed: (test: EventData.TestPass) => void
  readonly failed: (test: EventData.TestFail) => void
  /** Text that a file printed: shown when one of its tests fails. */
  readonly printed: (file: string | undefined, text: string) => void
  readonly fileDone: () => void
  readonly finish: () => Counts
}

const progressEveryMs = 15_000

/** Prints failures whole as they come, one line of progress, then skipped tests with their reasons. */
export function makeReport(files: readonly string[], print: (text: string) => void): Report {
  const isTerminal = process.stdout.isTTY === true
  const skips: string[] = []
  const textOf = new Map<string, string>()
  const [counted, open] = [new Set<string>(), new Map<string, string>()]
  let [passed, failed, filesDone, lastLineAt] = [0, 0, 0, performance.now()]

  const progress = (): void => {
    const isDue = isTerminal || performance.now() - lastLineAt >= progressEveryMs
    if (!isDue) return
    lastLineAt = performance.now()
    const line = `${filesDone} of ${files.length} files, ${passed} passed, ${failed} failed`
    print(isTerminal ? `\r\x1b[K${line}` : `${line}\n`)
  }
  const clearLine = (): void => {
    if (isTerminal) print('\r\x1b[K')
  }

  return {
    announced: (test) => {
      if (!isWholeFile(test)) open.set(keyOf(test), `${placeOf(test)}: ${test.name}`)
    },
    passed: (test) => {
      open.delete(keyOf(test))
      if (test.details.type === 'suite' || isWholeFile(test)) return
      counted.add(fileOf(test))
      if (test.skip !== undefined) skips.push(`${placeOf(test)}: ${reasonOf(test.skip, test.name)}`)
      else if (test.todo !== undefined) skips.push(`${placeOf(test)}: to do, ${test.name}`)
      else passed += 1
      progress()
    },
    failed: (test) => {
      open.delete(keyOf(test))
      counted.add(fileOf(test))
      if (failureIs(test.details.error, 'subtestsFailed')) return
      failed += 1
      clearLine()
      print(`${styleText('red', 'FAILED')} ${test.name}\n  ${placeOf(test)}\n`)
      print(`${indent(describe(test.details.error))}\n`)
      const text = textOf.get(test.file ?? '')
      if (text !== undefined) print(`  printed by the file so far:\n${indent(text)}\n`)
      textOf.delete(test.file ?? '')
      progress()
    },
    printed: (file, text) => {
      textOf.set(file ?? '', ((textOf.get(file ?? '') ?? '') + text).slice(-20_000))
    },
    fileDone: () => {
      filesDone += 1
      progress()
    },
    finish: () => {
      clearLine()
      for (const test of open.values()) {
        failed += 1
        print(`${styleText('red', 'FAILED')} ${test}\n  its file ended before the test did\n`)
      }
      for (const file of files.filter((each) => !counted.has(each))) {
        failed += 1
        print(`${styleText('red', 'FAILED')} ${relative('', file)}\n  no test of this file ran\n`)
      }
      for (const skip of skips) print(`skipped ${skip}\n`)
      return { passed, failed, skipped: skips.length }
    },
  }
}

/** `12 passed, 0 failed`, and `, 1 skipped` when there is one: the last line of every run. */
export function summary(counts: Counts): string {
  const line = `${counts.passed} passed, ${counts.failed} failed`
  return counts.skipped === 0 ? line : `${line}, ${counts.skipped} skipped`
}

type Located = { readonly name: string; readonly testId: number } & EventData.LocationInfo

/** The entry that stands for a file of which nothing else is known. */
function isWholeFile(test: Located): boolean {
  return test.name === test.file
}

/** The file that was run, also for a test that a function of another file makes. */
function fileOf(test: Located): string {
  return test.entryFile ?? test.file ?? ''
}

function keyOf(test: Located): string {
  return `${fileOf(test)} ${test.testId}`
}

function placeOf(test: Located): string {
  return `${relative('', test.file ?? test.name)}:${test.line ?? 1}`
}

function reasonOf(skip: string | boolean, name: string): string {
  return typeof skip === 'string' ? `${name} (${skip})` : `${name} (no reason given)`
}

function failureIs(error: EventData.Error, type: string): boolean {
  return 'failureType' in error && error.failureType === type
}

/** The error itself; node:test wraps it in one that says only that a test failed. */
function describe(error: EventData.Error): string {
  if ('exitCode' in error && failureIs(error, 'testCodeFailure')) {
    return `the file ended with exit code ${String(error.exitCode)}`
  }

  const cause = error.cause ?? error
  if (typeof cause === 'string') return cause
  const isAssertion = cause instanceof Error && cause.name === 'AssertionError'
  const text = isAssertion ? (cause.stack ?? cause.message) : inspect(cause, { depth: 8 })
  return text.replaceAll(/\n +at .*node:(internal|async_hooks).*/g, '')
}

function indent(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')
}
