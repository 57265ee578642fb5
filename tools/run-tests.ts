import { existsSync, globSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { run } from 'node:test'
import { makeReport, summary, type Report } from '#tools/test-report.ts'
import { StartError } from '#cli/postgres/start-error.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'

const slowestTestMs = 600_000

process.exitCode = await main(process.argv.slice(2))

/**
 * Runs the tests of the given files and folders, or all: those of rules/ in one process, the others in one
 * process per file against one PostgreSQL. Fails when a test fails and when there is no test at all.
 */
async function main(wanted: readonly string[]): Promise<number> {
  const missing = wanted.find((path) => !existsSync(path))
  if (missing !== undefined) {
    console.error(
      `There is no file or folder ${missing}: name test files or folders, or nothing for all.`,
    )
    return 1
  }

  const files = [...new Set((wanted.length === 0 ? ['.'] : wanted).flatMap(testFilesIn))].toSorted()
  const ruleFiles = files.filter((file) => relative('', file).startsWith('rules'))
  const otherFiles = files.filter((file) => !ruleFiles.includes(file))
  const report = makeReport(files, (text) => process.stdout.write(text))

  if (ruleFiles.length > 0) await runFiles(ruleFiles, 'none', report, new AbortController().signal)
  if (otherFiles.length > 0) await runWithServer(otherFiles, report)

  const counts = report.finish()
  if (files.length === 0) console.log('There is no test file, which proves nothing.')
  console.log(summary(counts))
  return counts.failed > 0 || counts.passed === 0 ? 1 : 0
}

async function runWithServer(files: readonly string[], report: Report): Promise<void> {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => stopping.abort())

  const server = await startServer()
  process.env['JIFEN_TEST_SERVER_URL'] = server.url
  try {
    await runFiles(files, 'process', report, stopping.signal)
  } finally {
    await server.stop()
  }
  if (stopping.signal.aborted) process.exit(130)
}

async function startServer(): Promise<TestServer> {
  try {
    return await startTestServer()
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    console.error(error.message)
    process.exit(1)
  }
}

async function runFiles(
  files: readonly string[],
  isolation: 'none' | 'process',
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const stream = run({
    files,
    isolation,
    signal,
    ...(isolation === 'process' ? { concurrency: 2, timeout: slowestTestMs } : {}),
  })
  stream.on('test:enqueue', report.announced)
  stream.on('test:pass', report.passed)
  stream.on('test:fail', report.failed)
  stream.on('test:stdout', (event) => report.printed(event.file, event.message))
  stream.on('test:stderr', (event) => report.printed(event.file, event.message))
  stream.on('test:diagnostic', (event) => {
    if (event.file !== undefined) report.printed(event.file, `${event.message}\n`)
  })
  stream.on('test:summary', (event) => event.file !== undefined && report.fileDone())
  const { promise, resolve: end, reject } = Promise.withResolvers<void>()
  stream.on('end', end)
  stream.on('error', reject)
  stream.resume()
  await promise
}

function testFilesIn(path: string): readonly string[] {
  if (statSync(path).isFile()) return [resolve(path)]
  return globSync('**/*.test.ts', {
    cwd: path,
    exclude: (name) => ['node_modules', '.git', 'coverage'].includes(String(name)),
  }).map((file) => resolve(join(path, file)))
}
