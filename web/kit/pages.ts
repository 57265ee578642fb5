import { infiniteQueryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import { getJson } from '#web/kit/api.ts'

/** A page of a list; without `nextCursor` it is the last. */
type Page = { readonly nextCursor?: string | undefined }

/** A list of the API, page by page. The path may have a query of its own. */
export function pagesQuery<T extends Page>(
  queryKey: readonly string[],
  path: string,
  schema: z.ZodType<T>,
) {
  return infiniteQueryOptions({
    queryKey,
    initialPageParam: '',
    queryFn: async ({ pageParam, signal }) => {
      const joint = path.includes('?') ? '&' : '?'
      const cursor = pageParam === '' ? '' : `${joint}cursor=${encodeURIComponent(pageParam)}`
      return await getJson(path + cursor, schema, signal)
    },
    getNextPageParam: (page) => page.nextCursor,
  })
}
