import { Command, InvalidArgumentError } from '@commander-js/extra-typings'
import { decideZone } from '#cli/decide.ts'
import { StartError } from '#cli/postgres/start-error.ts'
import { loadPreset, readJsonFile } from '#cli/presets.ts'
import { startProgress } from '#cli/progress.ts'
import { readDrafts } from '#cli/replay.ts'
import { checkDepth, type CheckedDepth } from '#operations/replay/check-depth.ts'
import { quoteInputOf, type AskedOfPolicies } from '#rules/depth/of-policies.ts'
import type { DepthReport } from '#rules/depth/report.ts'
import { asFen, fenToText } from '#rules/money/fen.ts'

/** `jifen depth`: how deep policies combine, and which; exit 1 when it is past the limit. */
export function depthCommand() {
  return new Command('depth')
    .description('tell how deep policies and instruments combine, and name the combination')
    .requiredOption('--policy <file>', 'JSON: pricing, offers, coupon batches ... by their names')
    .option('--preset <name>', 'the preset that the file is laid over', 'tmall-2017')
    .option(
      '--asked <file>',
      'JSON: item, quantity, goods, at, tier ... as `decide depth` takes them',
    )
    .option(
      '--most <percent>',
      'the per cent that nothing should go past; exit 1 if something does',
      readPercent,
    )
    .option('--budget <baskets>', 'how many baskets are tried at most', Number, 20_000)
    .option('--json', 'print the report as JSON, with the quote that proves it')
    .action(async ({ policy, preset, asked: askedFile, most, budget, json }) => {
      const [{ policies: forms }, drafts] = await Promise.all([
        loadPreset(preset),
        readDrafts(policy),
      ])
      const given = askedFile === undefined ? {} : await readJsonFile(askedFile, askedFile)
      const asked = {
        budget,
        ...(most === undefined ? {} : { most }),
        ...(given as AskedOfPolicies),
      }
      const progress = startProgress('Trying baskets', budget)
      const checked = await checkDepth({ forms, drafts, asked, zone: decideZone }, (tried) =>
        progress.update(tried, `${tried.toLocaleString('en')} baskets`),
      )
      if (!checked.ok) {
        progress.fail('not tried')
        throw new StartError(`This cannot be checked: ${why(checked)}`)
      }
      const { report, input } = checked
      progress.finish(`${report.tried.toLocaleString('en')} baskets tried`)
      const told = { ...report, quote: quoteInputOf(input, report) }
      process.stdout.write(json === true ? `${JSON.stringify(told)}\n` : textOf(report))
      process.exitCode = report.isPast === true ? 1 : 0
    })
}

function readPercent(text: string): number {
  const percent = Number(text)
  if (text !== '' && percent >= 0 && percent <= 100) return percent
  throw new InvalidArgumentError('Write a number from 0 to 100.')
}

function why({ problems, refusal }: Extract<CheckedDepth, { ok: false }>): string {
  const [first] = problems
  return first === undefined ? `${refusal}.` : `${first.path}: ${first.message}`
}

function textOf(report: DepthReport): string {
  const { percent, goodsFen, payFen, basket, instruments, funders, ladder, most } = report
  const lines = [
    `At most ${percent} % is off a line: ${money(goodsFen)} costs ${money(payFen)}.`,
    ...instruments.map((each) => `  ${each.layer}: ${each.id} takes ${money(each.offFen)} off`),
    ...funders.map((each) => `  ${each.funder} pays ${each.percent} %`),
    '',
    `In a basket of ${money(report.amountFen)}${situationText(basket)}:`,
    ...basket.lines.map(lineText),
    '',
    'By the size of the basket:',
    ...ladder.map((rung) => {
      return `  up to ${money(rung.amountFen)}: ${rung.percent} % (${rung.instruments.join(', ')})`
    }),
    ...(report.isWhole ? [] : ['', 'Not all was tried: there may be something deeper (--budget).']),
    ...(report.isPast === true
      ? ['', `This is past ${most} %, in baskets up to ${money(report.pastUpToFen ?? 0)}.`]
      : []),
  ]
  return `${lines.join('\n')}\n`
}

function situationText({ at, channel, tier, score, paidMember }: DepthReport['basket']): string {
  const told = [
    ...(at === undefined ? [] : [`at ${at}`]),
    ...(channel === undefined ? [] : [`by ${channel}`]),
    ...(tier === undefined ? [] : [`of tier ${tier}`]),
    ...(score === undefined ? [] : [`with a score of ${score}`]),
    ...(paidMember === true ? ['with paid membership'] : []),
  ]
  return told.length === 0 ? '' : `, ${told.join(', ')}`
}

/** A name that no policy knows is told as any other. */
function lineText(line: DepthReport['basket']['lines'][number]): string {
  const of = [line.shop, line.category, line.sku, ...line.tags].map((name) => {
    return name === '-' || name === '' ? 'any other' : name
  })
  const price = line.promoPrice ?? line.listPrice
  return `  ${line.id}: ${line.quantity} x ${money(price)} (shop ${of[0]}, category ${of[1]}, SKU ${of.slice(2).join(', ')})`
}

function money(fen: number): string {
  return fenToText(asFen(fen))
}
