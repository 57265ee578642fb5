import { existsSync, readFileSync } from 'node:fs'
import { Command } from '@commander-js/extra-typings'
import { sentenceOf } from '#cli/failure.ts'

type Entry = {
  readonly name: string
  readonly summary: string
  /** Loaded only when it is called: `jifen decide` needs neither server nor database. */
  readonly load: () => Promise<{ readonly name: () => string }>
}

const entries: readonly Entry[] = [
  {
    name: 'start',
    summary: 'start the server: database, API, web pages, jobs',
    load: async () => (await import('#cli/start.ts')).startCommand(),
  },
  {
    name: 'import',
    summary: 'read orders, members and reviews from CSV files',
    load: async () => (await import('#cli/import.ts')).importCommand(),
  },
  {
    name: 'issue',
    summary: 'give allowances and coupons to many members, make codes',
    load: async () => (await import('#cli/issue.ts')).issueCommand(),
  },
  {
    name: 'levels',
    summary: 'read old levels of members from a CSV file, and keep what they promise',
    load: async () => (await import('#cli/levels.ts')).levelsCommand(),
  },
  {
    name: 'decide',
    summary: 'make one decision: JSON in, JSON out, no database',
    load: async () => (await import('#cli/decide.ts')).decideCommand(),
  },
  {
    name: 'score',
    summary: 'compute the scores of a month, and prove them',
    load: async () => (await import('#cli/score.ts')).scoreCommand(),
  },
  {
    name: 'verify',
    summary: 'recompute the books and compare',
    load: async () => (await import('#cli/verify.ts')).verifyCommand(),
  },
  {
    name: 'settle',
    summary: 'tell who paid which fen in a period, and prove it',
    load: async () => (await import('#cli/settle.ts')).settleCommand(),
  },
  {
    name: 'shops',
    summary: 'register shops and their merchants from a CSV file',
    load: async () => (await import('#cli/shops.ts')).shopsCommand(),
  },
  {
    name: 'campaign',
    summary: 'tell where campaigns stand, check one, copy one for another year',
    load: async () => (await import('#cli/campaign.ts')).campaignCommand(),
  },
  {
    name: 'declare',
    summary: 'declare the goods of a shop for a campaign by a CSV file',
    load: async () => (await import('#cli/declare.ts')).declareCommand(),
  },
  {
    name: 'replay',
    summary: 'price past trades again under draft policies',
    load: async () => (await import('#cli/replay.ts')).replayCommand(),
  },
  {
    name: 'depth',
    summary: 'tell how deep policies and instruments combine',
    load: async () => (await import('#cli/depth.ts')).depthCommand(),
  },
  {
    name: 'badges',
    summary: 'tell which behaviours pay too much',
    load: async () => (await import('#cli/badges.ts')).badgesCommand(),
  },
  {
    name: 'erase',
    summary: 'erase again, after a restore, everybody that a list names',
    load: async () => (await import('#cli/erase.ts')).eraseCommand(),
  },
  {
    name: 'anchor',
    summary: 'write the heads of all wallets beside the database',
    load: async () => (await import('#cli/anchor.ts')).anchorCommand(),
  },
  {
    name: 'migrate',
    summary: 'bring the database up to date, and found the market in a new one',
    load: async () => (await import('#cli/migrate.ts')).migrateCommand(),
  },
  {
    name: 'token',
    summary: 'print a token for the API',
    load: async () => (await import('#cli/token.ts')).tokenCommand(),
  },
  {
    name: 'key',
    summary: 'create, list and revoke API keys',
    load: async () => (await import('#cli/key.ts')).keyCommand(),
  },
]

await main(process.argv.slice(2))

/** The program `jifen`: every fault that a user can mend is one sentence, and exit code 1. */
async function main(words: readonly string[]): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env')
  const program = new Command('jifen')
    .description('Membership, points and promotions for marketplaces.')
    .version(versionOfPackage())
    .showHelpAfterError('(jifen --help tells what there is)')
  const wanted = words.find((word) => entries.some((entry) => entry.name === word))
  for (const { name, summary, load } of entries) {
    const command = name === wanted ? await load() : new Command(name).description(summary)
    program.addCommand(command as Command)
  }

  try {
    await program.parseAsync([...words], { from: 'user' })
  } catch (error) {
    process.stderr.write(`${sentenceOf(error)}\n`)
    process.exit(1)
  }
}

function versionOfPackage(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
