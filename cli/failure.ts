import { StartError } from '#cli/postgres/start-error.ts'

/** Errors whose message is a sentence for whoever runs the program. */
const told = new Set(['StartError', 'OtherMarket'])

/**
 * What to say of an error: its sentence where it is one for people, else what failed and how to learn
 * more. With JIFEN_DEBUG set, where it came from as well.
 */
export function sentenceOf(error: unknown): string {
  if (process.env['JIFEN_DEBUG'] && error instanceof Error) return error.stack ?? error.message
  if (error instanceof StartError) return error.message
  if (error instanceof Error && told.has(error.name)) return error.message
  const what = error instanceof Error ? error.message || error.name : String(error)
  return `Something went wrong: ${what} (JIFEN_DEBUG=1 tells where).`
}
