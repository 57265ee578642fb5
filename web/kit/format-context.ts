import { createContext, use } from 'react'
import { assert } from '#rules/assert.ts'
import type { Format } from '#web/kit/format.ts'

/** The way in which the pages below write figures; given once the market is known. */
export const FormatContext = createContext<Format | undefined>(undefined)

export function useFormat(): Format {
  const format = use(FormatContext)
  assert(format !== undefined, 'a page that writes figures knows the market')
  return format
}
