import type { Reader } from '#db/connection.ts'
import { shopsByIds } from '#db/shops/shops.ts'
import { campaignsAt } from '#operations/campaigns/campaign-book.ts'
import { allowanceStepsOf } from '#operations/enrolment/enrolments.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import {
  allowanceOfLine,
  type LineAllowance,
  type RunningCampaign,
} from '#rules/campaigns/allowance.ts'
import { isOpen } from '#rules/campaigns/phases.ts'

type Line = { readonly id: string; readonly shop: string; readonly category: string }

/**
 * What the lines of a basket carry of the allowance where a campaign has its day (CP-10), one for each
 * line of a shop that is registered here: of others a campaign cannot tell. Without such a campaign
 * nothing is read.
 */
export async function allowanceOfDay(
  db: Reader,
  policies: PolicyBook,
  lines: readonly Line[],
  at: Temporal.Instant,
): Promise<readonly LineAllowance[]> {
  const open = campaignsAt(policies, at).filter(({ terms }) => {
    return terms.allowance !== undefined && isOpen(terms, 'day', at)
  })
  if (open.length === 0) return none
  const shopIds = [...new Set(lines.map(({ shop }) => shop))]
  const [registered, ...chosen] = await Promise.all([
    shopsByIds(db, shopIds),
    ...open.map(({ campaign }) => allowanceStepsOf(db, campaign, shopIds)),
  ])
  const running = open.flatMap(({ campaign, version, terms }, index): RunningCampaign[] => {
    const { allowance } = terms
    if (allowance === undefined) return []
    const policy = `campaign:${campaign}@${version}`
    return [{ campaign, policy, allowance, chosen: chosen[index] ?? new Map() }]
  })
  return lines.flatMap((line) => {
    if (!registered.has(line.shop)) return []
    return allowanceOfLine(running, line) ?? []
  })
}

const none: readonly LineAllowance[] = []
