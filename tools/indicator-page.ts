import { format } from 'prettier'
import { indicators } from '#rules/members/invitation/indicators.ts'

const head = `# Indicators of invitations

Every figure that a round of invitations computes of a candidate, from recorded facts alone
(IV-1 to IV-3 of [its rules](../rules/members/invitation/RULES.md)). The policy \`invitation\` names
them in \`weights\` and \`limits\`; what a round computed is kept with each candidate.

Facts are those of the whole months of the policy's \`windowMonths\` up to the end of the month before
the round opened. "Received orders" are dated by their receipt; an order of which nothing stays after
refunds is among them and counts as no "order". "Spend" is paid - refunded. Money is in fen, shares are
in parts per million (ppm), rounded down; means are rounded down; the median of an even number of values
is the lower of the two in the middle.

Written by \`node tools/write-indicators.ts\`; a test compares it with the code.
`

/** The page docs/invitation-indicators.md: one row for each indicator there is. */
export async function indicatorPage(): Promise<string> {
  const rows = indicators.map(({ id, title, unit, formula, facts }) => {
    return `| \`${id}\` | ${title.zh} | ${title.en} | ${unit} | ${formula} | ${facts} |`
  })
  const table = [
    '| indicator | 中文 | English | unit | what it is | facts |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
  return await format(`${head}\n${table}\n`, { parser: 'markdown', printWidth: 100 })
}
