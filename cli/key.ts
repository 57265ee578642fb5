import { Command, Option } from '@commander-js/extra-typings'
import { openDatabase } from '#cli/database.ts'
import { homeOption } from '#cli/home.ts'
import { StartError } from '#cli/postgres/start-error.ts'
import { apiKeys } from '#db/api-keys.ts'
import { connect, type Database } from '#db/connection.ts'
import { roles } from '#http/auth/caller.ts'
import { realClock } from '#operations/clock.ts'
import { createKey } from '#operations/keys/create-key.ts'
import { revokeKey } from '#operations/keys/revoke-key.ts'
import { MemberIdSchema } from '#rules/fields.ts'

/** `jifen key`: API keys of programs. A key is shown once, when it is created. */
export function keyCommand() {
  return new Command('key')
    .description('create, list and revoke API keys')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(revokeCommand())
}

function createCommand() {
  return new Command('create')
    .description('create an API key and print it: it cannot be shown again')
    .addOption(new Option('--role <role>', 'what it allows').choices(roles).makeOptionMandatory())
    .requiredOption('--subject <name>', 'the program it is for; of role member, the member')
    .option('--note <text>', 'what it is for, in words', '')
    .addOption(homeOption())
    .action(async ({ role, subject, note, home }) => {
      if (!MemberIdSchema.safeParse(subject).success) {
        throw new StartError('A subject has 1 to 64 characters of A-Z a-z 0-9 _ . : and -.')
      }
      await withDatabase(home, async (db) => {
        const at = realClock().now()
        const { key } = await createKey(db, { role, subject, note, at })
        process.stdout.write(`${key}\n`)
      })
    })
}

function listCommand() {
  return new Command('list')
    .description('list all API keys, without their secrets')
    .addOption(homeOption())
    .action(async ({ home }) => {
      await withDatabase(home, async (db) => {
        for (const key of await apiKeys(db)) {
          const state = key.revokedAt === null ? 'valid' : `revoked ${key.revokedAt.toString()}`
          const words = [key.keyId, key.role, key.subject, key.createdAt.toString(), state]
          process.stdout.write(`${[...words, key.note].join('  ').trimEnd()}\n`)
        }
      })
    })
}

function revokeCommand() {
  return new Command('revoke')
    .description('revoke an API key: within a second it is refused everywhere')
    .argument('<id>', 'the key, or its id: the middle part of jf_<id>_<secret>')
    .addOption(homeOption())
    .action(async (text, { home }) => {
      const keyId = /^jf_([0-9a-f]{12})_/.exec(text)?.[1] ?? text
      await withDatabase(home, async (db) => {
        const revoked = await revokeKey(db, keyId, realClock().now())
        if (!revoked) throw new StartError(`There is no valid API key with the id ${keyId}.`)
        process.stdout.write(`Revoked ${keyId}.\n`)
      })
    })
}

async function withDatabase(home: string, work: (db: Database) => Promise<void>): Promise<void> {
  const opened = await openDatabase(home)
  const db = connect(opened.url, { as: 'application', size: 1 })
  try {
    await work(db)
  } finally {
    await db.destroy()
    await opened.close()
  }
}
