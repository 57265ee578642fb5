import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Cli } from 'kysely-codegen'
import { runStatement, startTestServer } from '#test/support/server.ts'
import { templateName, urlOfDatabase } from '#test/support/server.ts'

const goldenFile = fileURLToPath(new URL('../db/schema.ts', import.meta.url))

process.exitCode = await main(process.argv.includes('--check'))

/** Writes db/schema.ts, the types of every table, from a freshly migrated database; `--check` only compares. */
async function main(checkOnly: boolean): Promise<number> {
  const schema = await schemaOfMigrations()
  const golden = readFileSync(goldenFile, { encoding: 'utf8', flag: 'a+' })
  if (golden === schema) return 0

  if (!checkOnly) {
    writeFileSync(goldenFile, schema)
    return 0
  }
  console.error(firstDifference(golden, schema))
  console.error('db/schema.ts is not what the migrations make: run "npm run schema".')
  return 1
}

/** The types as kysely-codegen writes them, with the values that db/connection.ts makes of each type. */
async function schemaOfMigrations(): Promise<string> {
  const server = await startTestServer()
  const name = `schema_${randomBytes(8).toString('hex')}`
  try {
    await runStatement(server.url, `create database ${name} template ${templateName}`)
    return await new Cli().generate({
      url: urlOfDatabase(server.url, name),
      dialect: 'postgres',
      logLevel: 'silent',
      includePattern: 'jifen.*',
      excludePattern: 'jifen.migration',
      customImports: { InstantColumn: '#db/columns.ts', DayColumn: '#db/columns.ts' },
      typeMapping: {
        int8: 'number',
        timestamptz: 'InstantColumn',
        date: 'DayColumn',
        json: 'string',
        jsonb: 'string',
      },
      outFile: null,
      print: false,
    })
  } finally {
    await runStatement(server.url, `drop database if exists ${name} with (force)`)
    await server.stop()
  }
}

function firstDifference(golden: string, schema: string): string {
  const [is, shouldBe] = [golden.split('\n'), schema.split('\n')]
  const line = shouldBe.findIndex((text, index) => text !== is[index])
  return `line ${line + 1} is "${is[line] ?? ''}" and should be "${shouldBe[line] ?? ''}"`
}
