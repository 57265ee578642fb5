import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { assert } from '#rules/assert.ts'
import { startLanguages } from '#web/i18n/language.ts'
import { ApiError } from '#web/kit/api.ts'
import { router } from '#web/router.tsx'
import '#web/kit/tokens.css'

const queries = new QueryClient({
  queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
  defaultOptions: {
    queries: { staleTime: 10_000, retry: isWorthAnotherTry },
  },
})

await startLanguages()
const root = document.getElementById('root')
assert(root !== null, 'index.html has a root')
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)

/** A session that has run out leads to the sign-in page, and from there back here. */
function leaveWhenSignedOut(error: Error): void {
  if (!(error instanceof ApiError) || error.status !== 401) return
  const { pathname, href } = router.state.location
  if (pathname === '/sign-in') return
  void router.navigate({
    to: '/sign-in',
    search: { next: href, reason: 'expired' },
    replace: true,
  })
}

/** What the server refused it will refuse again; a connection may only have stumbled. */
function isWorthAnotherTry(failures: number, error: Error): boolean {
  const isRefused = error instanceof ApiError && error.reason === 'refused' && error.status < 500
  return !isRefused && failures < 1
}
