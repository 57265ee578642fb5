import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Link,
  Navigate,
} from '@tanstack/react-router'
import { buttonClass } from '#web/kit/button.tsx'
import { Notice } from '#web/kit/notice.tsx'
import { useWords } from '#web/i18n/words.ts'
import { SignInPage } from '#web/session/sign-in-page.tsx'

const rootRoute = createRootRoute({ notFoundComponent: NotFound })

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: () => <Navigate to="/member" replace />,
})

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  component: SignInPage,
  validateSearch: (search): { next?: string; reason?: 'expired' } => ({
    ...(isOwnPage(search['next']) ? { next: search['next'] } : {}),
    ...(search['reason'] === 'expired' ? { reason: 'expired' } : {}),
  }),
})

const memberRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/member',
  component: lazyRouteComponent(() => import('#web/member/member-page.tsx'), 'MemberPage'),
  validateSearch: (search): { program?: string; unit?: string } => ({
    ...(typeof search['program'] === 'string' ? { program: search['program'] } : {}),
    ...(typeof search['unit'] === 'string' ? { unit: search['unit'] } : {}),
  }),
})

const entryRoute = createRoute({
  getParentRoute: () => memberRoute,
  path: '/entries/$program/$unit/$seq',
  component: lazyRouteComponent(() => import('#web/member/entry-sheet.tsx'), 'EntrySheet'),
})

const routeTree = rootRoute.addChildren([
  homeRoute,
  signInRoute,
  memberRoute.addChildren([entryRoute]),
])

export const router = createRouter({ routeTree, defaultPreload: 'intent' })

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
  interface HistoryState {
    /** The page before this one is the list that it belongs to. */
    isFromList?: boolean
  }
}

/** Only a page of ours is gone to after signing in, whatever the address says. */
function isOwnPage(path: unknown): path is string {
  return typeof path === 'string' && /^\/member(?:[/?]|$)/.test(path)
}

function NotFound() {
  const { t } = useWords()
  return (
    <main>
      <Notice isPage icon="alert" title={t('notFound.title')} text={t('notFound.text')}>
        <Link to="/member" className={buttonClass('plain')}>
          {t('notFound.home')}
        </Link>
      </Notice>
    </main>
  )
}
