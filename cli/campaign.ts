import { Command, InvalidArgumentError } from '@commander-js/extra-typings'
import { openDatabase } from '#cli/database.ts'
import { homeOption } from '#cli/home.ts'
import { StartError } from '#cli/postgres/start-error.ts'
import { readJsonFile } from '#cli/presets.ts'
import { readInstant } from '#cli/settle.ts'
import { connect, type Database } from '#db/connection.ts'
import { readMarket, type Market } from '#db/market.ts'
import { campaignAt, campaignsAt } from '#operations/campaigns/campaign-book.ts'
import { checkCampaign } from '#operations/campaigns/check-campaign.ts'
import { copyCampaign } from '#operations/campaigns/copy-campaign.ts'
import { realClock } from '#operations/clock.ts'
import { openPolicyBook, type PolicyBook } from '#operations/policies/policy-book.ts'
import type { Finding } from '#rules/campaigns/plausible.ts'
import { timelineOf, type Timeline, type TimelinePhase } from '#rules/campaigns/timeline.ts'
import { instantToText } from '#rules/time/instants.ts'

/** `jifen campaign`: where campaigns stand, whether one is plausible, and next year's. */
export function campaignCommand() {
  return new Command('campaign')
    .description('tell where campaigns stand, check one, copy one for another year')
    .addCommand(timelineCommand())
    .addCommand(checkCommand())
    .addCommand(copyCommand())
}

function timelineCommand() {
  return new Command('timeline')
    .description('tell what is open, what is next and when, for whom')
    .argument('[campaign]', 'its name; else all campaigns')
    .option('--at <instant>', 'the time it is; else now', readInstant)
    .option('--json', 'print it as JSON')
    .addOption(homeOption())
    .action(async (name, { home, json, at = realClock().now() }) => {
      await withMarket(home, async ({ policies, market }) => {
        const all = campaignsAt(policies, at)
        const found = name === undefined ? all : all.filter(({ campaign }) => campaign === name)
        if (name !== undefined && found.length === 0) throw unknown(name)
        for (const { campaign, version, terms } of found) {
          const timeline = timelineOf(terms, at)
          process.stdout.write(
            json === true
              ? `${JSON.stringify({ campaign, version, ...jsonOf(timeline, market.zone) })}\n`
              : textOf(
                  `${terms.title.en} (campaign:${campaign}@${version})`,
                  timeline,
                  market.zone,
                ),
          )
        }
      })
    })
}

function checkCommand() {
  return new Command('check')
    .description('look whether a campaign is plausible; exit 1 where something could not work')
    .argument('<campaign>', 'the name of one, or a file of JSON')
    .option('--at <instant>', 'the time it is; else now', readInstant)
    .addOption(homeOption())
    .action(async (nameOrPath, { home, at = realClock().now() }) => {
      const isPath = /[/\\]|[.]json$/.test(nameOrPath)
      const file = isPath ? await readJsonFile(nameOrPath, nameOrPath) : undefined
      await withMarket(home, async (context) => {
        const known = campaignAt(context.policies, nameOrPath, at)
        const body = file ?? context.policies.at(`campaign:${nameOrPath}`, at)?.body
        if (!isPath && known === undefined) throw unknown(nameOrPath)
        const checked = await checkCampaign(context.db, context, body, at)
        if (!checked.ok) {
          const [first] = checked.problems
          throw new StartError(`It is no campaign: ${first?.path ?? ''}: ${first?.message ?? ''}`)
        }
        tell(checked.findings)
        process.exitCode = checked.findings.some(({ level }) => level === 'error') ? 1 : 0
      })
    })
}

function copyCommand() {
  return new Command('copy')
    .description('draft a campaign for another year, with the policies attached to it')
    .argument('<campaign>', 'the name of the one that is copied')
    .requiredOption('--as <name>', 'what the copy is called, as double11-2018')
    .requiredOption('--year <year>', 'the year of its day', year)
    .requiredOption('--by <operator>', 'who drafts it: somebody else has to approve it')
    .option('--at <instant>', 'the time it is; else now', readInstant)
    .addOption(homeOption())
    .action(async (campaign, { home, as, year: toYear, by, at = realClock().now() }) => {
      await withMarket(home, async (context) => {
        const copied = await copyCampaign(context, { campaign, as, year: toYear, author: by, at })
        if (!copied.ok) throw refused(campaign, copied)
        const drafts = copied.drafts.map(({ name, version }) => `  ${name}@${version}\n`)
        process.stdout.write(`Drafted by ${by}, for another operator to approve:\n`)
        process.stdout.write(drafts.join(''))
        if (copied.shared.length > 0) {
          process.stdout.write(`Attached as they are: ${copied.shared.join(', ')}\n`)
        }
        tell(copied.findings)
      })
    })
}

type Refused = Extract<Awaited<ReturnType<typeof copyCampaign>>, { readonly ok: false }>

function refused(campaign: string, copied: Refused): StartError {
  switch (copied.refusal) {
    case 'campaigns/unknown':
      return unknown(campaign)
    case 'campaigns/same-year':
      return new StartError('The campaign is of that year already.')
    case 'campaigns/name-taken':
      return new StartError(`There is already: ${copied.names.join(', ')}.`)
    case 'policies/invalid': {
      const [first] = copied.problems
      return new StartError(`The copy does not fit: ${first?.path ?? ''}: ${first?.message ?? ''}`)
    }
  }
}

function unknown(campaign: string): StartError {
  return new StartError(`There is no campaign "${campaign}" in force.`)
}

function tell(findings: readonly Finding[]): void {
  if (findings.length === 0) process.stdout.write('Nothing about it is implausible.\n')
  for (const { level, path, message } of findings) {
    process.stdout.write(`${level}  ${path}: ${message}\n`)
  }
}

function textOf(title: string, { open, next, phases }: Timeline, zone: string): string {
  const line = ({ phase, from, to, for: whom }: TimelinePhase) =>
    `${phase} (${whom.join(', ')}): ${instantToText(from, zone)} to ${instantToText(to, zone)}`
  const mark = { over: ' ', open: '*', coming: '-' } as const
  return [
    title,
    `  open: ${open.map(line).join('; ') || 'nothing'}`,
    `  next: ${next.map(line).join('; ') || 'nothing'}`,
    ...phases.map((phase) => `  ${mark[phase.state]} ${line(phase)}`),
    '',
  ].join('\n')
}

function jsonOf({ at, open, next, changesAt, phases }: Timeline, zone: string): object {
  const told = (phase: TimelinePhase) => ({
    ...phase,
    from: instantToText(phase.from, zone),
    to: instantToText(phase.to, zone),
  })
  return {
    at: instantToText(at, zone),
    open: open.map(told),
    next: next.map(told),
    changesAt: changesAt === undefined ? null : instantToText(changesAt, zone),
    phases: phases.map(told),
  }
}

type CampaignContext = {
  readonly db: Database
  readonly policies: PolicyBook
  readonly market: Market
}

async function withMarket(
  home: string,
  work: (context: CampaignContext) => Promise<void>,
): Promise<void> {
  const opened = await openDatabase(home)
  const db = connect(opened.url, { as: 'application', size: 2 })
  try {
    const policies = await openPolicyBook(db)
    try {
      await work({ db, policies, market: await readMarket(db) })
    } finally {
      policies.close()
    }
  } finally {
    await db.destroy()
    await opened.close()
  }
}

function year(text: string): number {
  if (/^[1-9][0-9]{3}$/.test(text) && Number(text) <= 9_000) return Number(text)
  throw new InvalidArgumentError('A year is written 2018.')
}
