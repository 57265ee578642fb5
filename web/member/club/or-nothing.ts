import { ApiError } from '#web/kit/api.ts'

/** Nothing where the market has no such thing: it has no policy for it, or answers with one of these codes. */
export async function orNothing<T>(
  reading: Promise<T>,
  ...codes: readonly string[]
): Promise<T | null> {
  try {
    return await reading
  } catch (error) {
    const code = error instanceof ApiError ? (error.code ?? '') : ''
    if (code.endsWith('/no-policy') || codes.includes(code)) return null
    throw error
  }
}
