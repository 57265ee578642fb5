import pg from 'pg'
import type { Deployment } from '#test/accept/support/deployment.ts'
import type { Findings } from '#test/accept/support/findings.ts'
import { signalAll } from '#test/accept/support/processes.ts'
import { isReady, pause } from '#test/accept/support/program.ts'
import type { Contest } from '#test/accept/support/quota-contests.ts'
import type { Random } from '#test/accept/support/random.ts'

type Stage = {
  readonly deployment: Deployment
  readonly random: Random
  readonly findings: Findings
}

/** A program that is started again begins there: after the policies came into force. */
const clock = '2017-11-02T00:00:00+08:00'

/** What is killed in a round. */
export type Disaster = 'nothing' | 'PostgreSQL' | 'the program' | 'the refiller between its steps'

export const disasters: readonly Disaster[] = [
  'the refiller between its steps',
  'PostgreSQL',
  'the program',
  'nothing',
]

/** Kills it while the members claim, and sees that it comes back. */
export async function strike(stage: Stage, contest: Contest, disaster: Disaster): Promise<void> {
  const { deployment, random, findings } = stage
  await pause(disaster === 'the refiller between its steps' ? 50 : random.int(100, 600))
  findings.count(`killed: ${disaster}`)
  switch (disaster) {
    case 'nothing':
      return
    case 'PostgreSQL':
      signalAll(deployment.postmaster() ?? 0, 'SIGKILL')
      break
    case 'the program':
      deployment.program().kill('SIGKILL')
      await deployment.program().ended
      await deployment.restart({ clock })
      break
    case 'the refiller between its steps':
      await killRefiller(stage, contest)
  }
  while (!(await isReady(deployment.port))) await pause(50)
}

/**
 * Lets the refiller do its first step and not its second, by letting nobody write into the table of slices, and
 * kills the program there.
 */
async function killRefiller({ deployment, findings }: Stage, contest: Contest): Promise<void> {
  const resource = `${contest.family}:${contest.slug}`
  const database = await deployment.database()
  try {
    await database.query('begin')
    await database.query('lock table jifen.slice in share mode')
    const isBetween = await seeOpenGrant(await deployment.databaseUrl(), resource)
    findings.count(isBetween ? 'seen between its steps' : 'all was granted before')
    deployment.program().kill('SIGKILL')
    await deployment.program().ended
    await database.query('rollback')
  } finally {
    await database.end()
  }
  await deployment.restart({ clock })
}

async function seeOpenGrant(url: string, resource: string): Promise<boolean> {
  const other = new pg.Client({ connectionString: url })
  await other.connect()
  try {
    for (let looks = 0; looks < 100; looks += 1) {
      const found = await other.query(
        'select from jifen.budget_move where resource = $1 and not settled',
        [resource],
      )
      if ((found.rowCount ?? 0) > 0) return true
      await pause(30)
    }
    return false
  } finally {
    await other.end()
  }
}
