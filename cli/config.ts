import { z } from 'zod'
import { StartError } from '#cli/postgres/start-error.ts'
import { instantFromText } from '#rules/time/instants.ts'

function wholeNumber(least: number, most: number) {
  const error = `is a whole number from ${least} to ${most}`
  return z
    .string()
    .regex(/^[0-9]{1,9}$/, { error })
    .transform(Number)
    .refine((value) => value >= least && value <= most, { error })
}

const httpUrl = z.url({ protocol: /^https?$/, error: 'is a URL that begins with http' })

const ClockSchema = z.string().transform((text, context): Temporal.Instant => {
  const instant = instantFromText(text)
  if (instant !== undefined) return instant
  context.addIssue('is an instant with its offset, like 2017-11-11T00:00:00+08:00')
  return z.NEVER
})

/** What the environment may say of a server, and what options on the command line say over it. */
const ConfigSchema = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, { error: 'is a URL that begins with postgres://' })
    .optional(),
  PORT: wholeNumber(0, 65_535).default(8_080),
  HOST: z.string().min(1).default('127.0.0.1'),
  JIFEN_CLOCK: ClockSchema.optional(),
  JIFEN_LOG: z
    .enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug'], {
      error: 'is silent, fatal, error, warn, info or debug',
    })
    .default('warn'),
  JIFEN_CONNECTIONS: wholeNumber(2, 500).default(16),
  JIFEN_IN_FLIGHT: wholeNumber(1, 100_000).optional(),
  JIFEN_REQUESTS_PER_MINUTE: wholeNumber(1, 100_000_000).optional(),
  JIFEN_PUBLIC_URL: httpUrl.optional(),
  JIFEN_TRUST_PROXY: z.string().min(1).optional(),
  JIFEN_WEBHOOKS: z
    .enum(['public', 'private', 'off'], { error: 'is public, private or off' })
    .default('public'),
  JIFEN_JWT_ISSUER: z.string().min(1).optional(),
  JIFEN_JWT_AUDIENCE: z.string().min(1).default('jifen'),
  JIFEN_JWKS_URL: httpUrl.optional(),
})

/** The settings of one server, all checked. */
export type Config = z.output<typeof ConfigSchema>

/** Reads the settings; whatever is wrong with them is told at once, in one sentence. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.entries(environment).filter(([, value]) => value !== '')
  const parsed = ConfigSchema.safeParse(Object.fromEntries(given))
  if (!parsed.success) throw new StartError(wrong(parsed.error))

  const { JIFEN_JWT_ISSUER, JIFEN_JWKS_URL } = parsed.data
  if ((JIFEN_JWT_ISSUER === undefined) !== (JIFEN_JWKS_URL === undefined)) {
    throw new StartError('JIFEN_JWT_ISSUER and JIFEN_JWKS_URL go together: set both or neither.')
  }
  return parsed.data
}

function wrong(error: z.ZodError): string {
  const parts = error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`)
  return `These settings are not right: ${parts.join('; ')}.`
}
