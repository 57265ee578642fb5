import { Command } from '@commander-js/extra-typings'
import closeWithGrace from 'close-with-grace'
import { readConfig } from '#cli/config.ts'
import { sentenceOf } from '#cli/failure.ts'
import { homeOption } from '#cli/home.ts'
import { runMarket, type RunningMarket, type StartSettings } from '#cli/run-market.ts'
import { welcomeText } from '#cli/welcome.ts'

/** Past so long, what has not stopped by itself is cut off. */
const longestStopMs = 14_000

/** `jifen start`: the whole program on one port, until it is told to stop. */
export function startCommand() {
  return new Command('start')
    .description('start the server: database, API, web pages, jobs')
    .option('--port <port>', 'where to listen (default: 8080, or PORT)')
    .option('--host <host>', 'the address to listen on (default: 127.0.0.1, or HOST)')
    .option('--clock <instant>', 'start a virtual clock there, for trials')
    .option('--market <file>', 'currency, zone and preset of a new database')
    .option('--demo', 'show the demo also with a database of your own')
    .option('--no-demo', 'without demo members and accounts')
    .addOption(homeOption())
    .action(async ({ port, host, clock, market, demo, home }) => {
      const said = { PORT: port, HOST: host, JIFEN_CLOCK: clock }
      const given = Object.entries(said).filter(([, value]) => value !== undefined)
      const config = readConfig({ ...process.env, ...Object.fromEntries(given) })
      await startAndStay({ config, home, market, demo })
    })
}

/** Starts, says where everything is, and stops cleanly at the first signal; the second forces it. */
async function startAndStay(settings: StartSettings): Promise<void> {
  const lost = Promise.withResolvers<Error>()
  let market: RunningMarket | undefined
  const starting = runMarket(settings, lost.resolve)
  const grace = closeWithGrace(
    {
      delay: longestStopMs,
      logger: false,
      onSecondSignal: () => process.stderr.write('Stopped by force.\n'),
      onTimeout: () => process.stderr.write('It did not stop in time and was cut off.\n'),
    },
    async ({ err }) => {
      if (err !== undefined) process.stderr.write(`${sentenceOf(err)}\n`)
      process.stderr.write('\nStopping ...\n')
      market ??= await starting.catch(() => undefined)
      await market?.stop()
      process.stderr.write('Stopped.\n')
    },
  )
  void lost.promise.then((error) => {
    process.stderr.write(`${sentenceOf(error)}\n`)
    grace.close()
  })

  try {
    market = await starting
    process.stdout.write(welcomeText(market, settings))
  } catch (error) {
    grace.uninstall()
    throw error
  }
}
