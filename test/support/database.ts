import { randomBytes } from 'node:crypto'
import { runStatement, startTestServer } from '#test/support/server.ts'
import { templateName, urlOfDatabase } from '#test/support/server.ts'

/** A migrated database of one test file's own. */
export type TestDatabase = { readonly url: string; readonly drop: () => Promise<void> }

let serverOfThisProcess: Promise<string> | undefined

/**
 * Makes a database as a copy of the migrated template. The server is the one the test runner started; a test
 * file that is run by itself (`node --test FILE`) starts one of its own.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const given = process.env['JIFEN_TEST_SERVER_URL']
  const serverUrl = given ?? (await (serverOfThisProcess ??= startOwnServer()))

  const name = `test_${randomBytes(8).toString('hex')}`
  await runStatement(serverUrl, `create database ${name} template ${templateName}`)
  return {
    url: urlOfDatabase(serverUrl, name),
    drop: async () => {
      await runStatement(serverUrl, `drop database if exists ${name} with (force)`)
    },
  }
}

async function startOwnServer(): Promise<string> {
  const server = await startTestServer()
  process.once('beforeExit', () => void server.stop())
  return server.url
}
