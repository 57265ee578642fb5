import { ApiError } from '#web/kit/api.ts'

/** Nothing where the market has no such thing: it has no policy for it. */
export async function orNothing<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof ApiError && error.code?.endsWith('/no-policy') === true) return null
    throw error
  }
}
