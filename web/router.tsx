import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
} from '@tanstack/react-router'
import { Fault } from '#web/kit/fault.tsx'
import { NotFound } from '#web/kit/not-found.tsx'
import { SignInPage } from '#web/session/sign-in-page.tsx'

/** `next`: the page asked for before; `reason`: why one is here. */
type SignInSearch = { next?: string | undefined; reason?: string | undefined }

/** The wallet shown. */
type MemberSearch = { program?: string | undefined; unit?: string | undefined }

/** The campaign that a page of a shop is about. */
type ShopSearch = { campaign?: string | undefined }

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
  validateSearch: (search): SignInSearch => ({
    next: textOrNothing(search['next']),
    reason: textOrNothing(search['reason']),
  }),
})

const memberRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/member',
  component: lazyRouteComponent(() => import('#web/member/member-page.tsx'), 'MemberPage'),
  validateSearch: (search): MemberSearch => ({
    program: textOrNothing(search['program']),
    unit: textOrNothing(search['unit']),
  }),
})

const entryRoute = createRoute({
  getParentRoute: () => memberRoute,
  path: '/entries/$program/$unit/$seq',
  component: lazyRouteComponent(() => import('#web/member/entry-sheet.tsx'), 'EntrySheet'),
})

const couponsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/member/coupons',
  component: lazyRouteComponent(
    () => import('#web/member/coupons/coupons-page.tsx'),
    'CouponsPage',
  ),
})

const tradesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/member/trades',
  component: lazyRouteComponent(() => import('#web/member/trades/trades-page.tsx'), 'TradesPage'),
})

const tradeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/member/trades/$tradeId',
  component: lazyRouteComponent(() => import('#web/member/trades/trade-page.tsx'), 'TradePage'),
})

const clubRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/member/club',
  component: lazyRouteComponent(() => import('#web/member/club/club-page.tsx'), 'ClubPage'),
})

const scoreRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/member/club/scores/$month',
  component: lazyRouteComponent(() => import('#web/member/club/score/score-page.tsx'), 'ScorePage'),
})

const benefitsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/member/club/benefits',
  component: lazyRouteComponent(
    () => import('#web/member/club/benefits/benefits-page.tsx'),
    'BenefitsPage',
  ),
})

const claimRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/member/club/claims/$claimId',
  component: lazyRouteComponent(
    () => import('#web/member/club/benefits/claim-page.tsx'),
    'ClaimPage',
  ),
})

const paidRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/member/club/paid',
  component: lazyRouteComponent(() => import('#web/member/club/paid/paid-page.tsx'), 'PaidPage'),
})

const badgesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/member/club/badges',
  component: lazyRouteComponent(
    () => import('#web/member/club/badges/badges-page.tsx'),
    'BadgesPage',
  ),
})

const advancesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/member/club/advances',
  component: lazyRouteComponent(
    () => import('#web/member/club/advances/advances-page.tsx'),
    'AdvancesPage',
  ),
})

const noticesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/member/club/notices',
  component: lazyRouteComponent(
    () => import('#web/member/club/notices/notices-page.tsx'),
    'NoticesPage',
  ),
})

const eventsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/member/club/events',
  component: lazyRouteComponent(() => import('#web/member/entry/events-page.tsx'), 'EventsPage'),
})

const merchantRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/merchant',
  component: lazyRouteComponent(
    () => import('#web/merchant/frame/merchant-page.tsx'),
    'MerchantPage',
  ),
})

const shopRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/merchant/$shopId',
  component: lazyRouteComponent(() => import('#web/merchant/frame/shop-frame.tsx'), 'ShopFrame'),
  validateSearch: (search): ShopSearch => ({ campaign: textOrNothing(search['campaign']) }),
})

const todayRoute = createRoute({
  getParentRoute: () => shopRoute,
  path: '/',
  component: lazyRouteComponent(() => import('#web/merchant/home/today-page.tsx'), 'TodayPage'),
})

const campaignRoute = createRoute({
  getParentRoute: () => shopRoute,
  path: '/campaign',
  component: lazyRouteComponent(
    () => import('#web/merchant/campaign/campaign-page.tsx'),
    'CampaignPage',
  ),
})

const declarationsRoute = createRoute({
  getParentRoute: () => shopRoute,
  path: '/declarations',
  component: lazyRouteComponent(
    () => import('#web/merchant/declarations/declarations-page.tsx'),
    'DeclarationsPage',
  ),
})

const shipmentsRoute = createRoute({
  getParentRoute: () => shopRoute,
  path: '/shipments',
  component: lazyRouteComponent(
    () => import('#web/merchant/shipments/shipments-page.tsx'),
    'ShipmentsPage',
  ),
})

const returnsRoute = createRoute({
  getParentRoute: () => shopRoute,
  path: '/returns',
  component: lazyRouteComponent(
    () => import('#web/merchant/returns/returns-page.tsx'),
    'ReturnsPage',
  ),
})

const metricsRoute = createRoute({
  getParentRoute: () => shopRoute,
  path: '/metrics',
  component: lazyRouteComponent(
    () => import('#web/merchant/metrics/metrics-page.tsx'),
    'MetricsPage',
  ),
})

const ticketsRoute = createRoute({
  getParentRoute: () => shopRoute,
  path: '/tickets',
  component: lazyRouteComponent(
    () => import('#web/merchant/tickets/tickets-page.tsx'),
    'TicketsPage',
  ),
})

const settlementRoute = createRoute({
  getParentRoute: () => shopRoute,
  path: '/settlement',
  component: lazyRouteComponent(
    () => import('#web/merchant/settlement/settlement-page.tsx'),
    'SettlementPage',
  ),
})

const shopNoticesRoute = createRoute({
  getParentRoute: () => shopRoute,
  path: '/notices',
  component: lazyRouteComponent(
    () => import('#web/merchant/notices/notices-page.tsx'),
    'NoticesPage',
  ),
})

const routeTree = rootRoute.addChildren([
  homeRoute,
  signInRoute,
  memberRoute.addChildren([entryRoute]),
  couponsRoute,
  tradesRoute,
  tradeRoute,
  clubRoute,
  scoreRoute,
  benefitsRoute,
  claimRoute,
  paidRoute,
  badgesRoute,
  advancesRoute,
  noticesRoute,
  eventsRoute,
  merchantRoute,
  shopRoute.addChildren([
    todayRoute,
    campaignRoute,
    declarationsRoute,
    shipmentsRoute,
    returnsRoute,
    metricsRoute,
    ticketsRoute,
    settlementRoute,
    shopNoticesRoute,
  ]),
])

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  defaultErrorComponent: ({ error, reset }) => <Fault isPage error={error} retry={reset} />,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
  interface HistoryState {
    /** The page before this one is the list that it belongs to. */
    isFromList?: boolean
  }
}

/** A value left out here would come through unchecked, so what is no text becomes nothing. */
function textOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
