import { z } from 'zod'
import { overlay } from '#rules/policies/overlay.ts'
import { problemsOfPolicies, type Preset } from '#rules/policies/preset.ts'
import { problemsOf, type InputProblem } from '#rules/policies/problems.ts'

/** What `--market FILE` holds: fixed when the database is first migrated (PO-7). */
const MarketFileSchema = z.strictObject({
  /** ISO 4217. */
  currency: z
    .string()
    .refine(isCurrency, { error: 'A currency is its ISO 4217 code, such as CNY.' }),
  zone: z.string().refine(isZone, { error: 'A zone is an IANA name, such as Asia/Shanghai.' }),
  /** Digits after the point; without it, as is usual for the currency. */
  minorDigits: z.int().min(0).max(4).optional(),
  preset: z.string().min(1).default('tmall-2017'),
  /** Laid over the preset's policies of these names. */
  policies: z.record(z.string(), z.unknown()).default({}),
})

/** Facts and policies write money with two digits after the point; other markets are refused (PO-7). */
const writtenDigits = 2

export type MarketFile = {
  readonly currency: string
  readonly zone: string
  readonly minorDigits: number
  readonly preset: string
  readonly policies: Readonly<Record<string, unknown>>
}

type Problems = { readonly ok: false; readonly problems: readonly InputProblem[] }

/** Reads a market file from JSON. */
export function readMarketFile(
  json: unknown,
): { readonly ok: true; readonly market: MarketFile } | Problems {
  const parsed = MarketFileSchema.safeParse(json)
  if (!parsed.success) return { ok: false, problems: problemsOf(parsed.error) }

  const { currency, minorDigits = usualDigits(currency) } = parsed.data
  if (minorDigits !== writtenDigits) {
    const message = `Amounts are written with two digits after the point; ${currency} has ${minorDigits}.`
    return { ok: false, problems: [{ path: 'minorDigits', message }] }
  }
  return { ok: true, market: { ...parsed.data, minorDigits } }
}

/** The policies of a market in their JSON form: the preset's, with the market's own laid over (PO-7). */
export function policiesOfMarket(
  preset: Preset,
  market: Pick<MarketFile, 'policies'>,
): { readonly ok: true; readonly policies: Readonly<Record<string, unknown>> } | Problems {
  const policies = overlay(preset.policies, market.policies)
  const problems = problemsOfPolicies(policies)
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, policies }
}

function isCurrency(code: string): boolean {
  return /^[A-Z]{3}$/.test(code) && Intl.supportedValuesOf('currency').includes(code)
}

function isZone(name: string): boolean {
  try {
    return new Temporal.ZonedDateTime(0n, name).timeZoneId === name
  } catch {
    return false
  }
}

function usualDigits(currency: string): number {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency })
  return format.resolvedOptions().maximumFractionDigits ?? 2
}
