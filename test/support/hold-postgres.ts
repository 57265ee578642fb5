// Runs the server of one home until it is told to stop: `node test/support/hold-postgres.ts HOME`.
import { startPostgres } from '#cli/postgres/start-postgres.ts'

const home = process.argv[2] ?? ''
const postgres = await startPostgres({ home })
const alive = setInterval(() => {}, 1_000)
process.once('SIGTERM', () => {
  clearInterval(alive)
  void postgres.stop()
})
console.log(JSON.stringify({ url: postgres.superuserUrl, postmaster: postgres.pid() }))
