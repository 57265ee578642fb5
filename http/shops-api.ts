import { announcedFeedRoute } from '#http/announced/feed.ts'
import { placementRoutes } from '#http/campaigns/placements.ts'
import { planCampaignsRoutes } from '#http/campaigns/plan-campaigns.ts'
import { readCampaignsRoutes } from '#http/campaigns/read-campaigns.ts'
import { shopCampaignsRoutes } from '#http/campaigns/shop-campaigns.ts'
import { webhookDeliveryRoutes } from '#http/webhooks/deliveries.ts'
import { webhookEndpointRoutes } from '#http/webhooks/endpoints.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { memberShipmentsRoutes } from '#http/delivery/member-shipments.ts'
import { shopShipmentsRoutes } from '#http/delivery/shop-shipments.ts'
import { shopSettlementRoute } from '#http/settlement/shop-settlement.ts'
import { readEntriesToEventsRoutes } from '#http/entry/read-entries.ts'
import { turnEntriesRoutes } from '#http/entry/turn-entries.ts'
import { declareRoutes } from '#http/declarations/declare.ts'
import { declarationFilesRoutes } from '#http/declarations/files.ts'
import { readDeclarationsRoutes } from '#http/declarations/read-declarations.ts'
import { breachesRoutes } from '#http/prices/breaches.ts'
import { reviewEnrolmentsRoutes } from '#http/enrolment/review-enrolments.ts'
import { shopEnrolmentsRoutes } from '#http/enrolment/shop-enrolments.ts'
import { supplementRoutes } from '#http/enrolment/supplements.ts'
import { ceilingsRoute } from '#http/prices/ceilings.ts'
import { readPricesRoutes } from '#http/prices/read-prices.ts'
import { recordPricesRoutes } from '#http/prices/record-prices.ts'
import { merchantRoute } from '#http/shops/merchant-shops.ts'
import { priceProtectionRoutes } from '#http/protection/price-protections.ts'
import { metricsRoutes } from '#http/merchants/metrics.ts'
import { recordViolationsRoutes } from '#http/merchants/record-violations.ts'
import { readViolationsRoutes } from '#http/merchants/violations.ts'
import { merchantNoticesRoutes } from '#http/notices/merchant-notices.ts'
import { publishNoticesRoutes } from '#http/notices/publish-notices.ts'
import { recruitShopsRoutes } from '#http/recruiting/recruit-shops.ts'
import { reviewRecruitingRoutes } from '#http/recruiting/review-recruiting.ts'
import { recruitedMerchantsRoutes } from '#http/recruiting/recruited-merchants.ts'
import { answerTicketsRoutes } from '#http/tickets/answer-tickets.ts'
import { merchantTicketsRoutes } from '#http/tickets/merchant-tickets.ts'
import { probationsRoute } from '#http/transformation/probations.ts'
import { reviewTransformationsRoutes } from '#http/transformation/review-transformations.ts'
import { shopTransformationsRoutes } from '#http/transformation/shop-transformations.ts'
import { shopRoutes } from '#http/shops/shops.ts'
import { memberReturnsRoutes } from '#http/timeouts/member-returns.ts'
import { readReturnsRoutes } from '#http/timeouts/read-returns.ts'
import { timeoutsRoutes } from '#http/timeouts/timeouts.ts'
import { turnReturnsRoutes } from '#http/timeouts/turn-returns.ts'

/** All that merchants, their shops and campaigns are asked by. */
export function shopsApi(http: Http, context: HttpContext): void {
  shopRoutes(http, context)
  metricsRoutes(http, context)
  readViolationsRoutes(http, context)
  recordViolationsRoutes(http, context)
  merchantRoute(http, context)
  readEntriesToEventsRoutes(http, context)
  turnEntriesRoutes(http, context)
  readCampaignsRoutes(http, context)
  planCampaignsRoutes(http, context)
  placementRoutes(http, context)
  shopCampaignsRoutes(http, context)
  shopEnrolmentsRoutes(http, context)
  supplementRoutes(http, context)
  reviewEnrolmentsRoutes(http, context)
  announcedFeedRoute(http, context)
  shopTransformationsRoutes(http, context)
  probationsRoute(http, context)
  reviewTransformationsRoutes(http, context)
  recruitShopsRoutes(http, context)
  reviewRecruitingRoutes(http, context)
  recruitedMerchantsRoutes(http, context)
  publishNoticesRoutes(http, context)
  merchantNoticesRoutes(http, context)
  merchantTicketsRoutes(http, context)
  answerTicketsRoutes(http, context)
  webhookEndpointRoutes(http, context)
  webhookDeliveryRoutes(http, context)
  timeoutsRoutes(http, context)
  memberReturnsRoutes(http, context)
  turnReturnsRoutes(http, context)
  readReturnsRoutes(http, context)
  recordPricesRoutes(http, context)
  readPricesRoutes(http, context)
  ceilingsRoute(http, context)
  breachesRoutes(http, context)
  declareRoutes(http, context)
  readDeclarationsRoutes(http, context)
  declarationFilesRoutes(http, context)
  priceProtectionRoutes(http, context)
  shopShipmentsRoutes(http, context)
  memberShipmentsRoutes(http, context)
  shopSettlementRoute(http, context)
}

/** The headings that these routes stand under. */
export const tagsOfShops = [
  { name: 'Delivery', description: 'Until when shops ship, and what being late costs.' },
  { name: 'Shops', description: 'Merchants and their shops.' },
  {
    name: 'Merchant metrics',
    description: 'What shops are measured by, and points for what they do wrong.',
  },
  { name: 'Transformation', description: 'Shops that go on as others, and what stays with them.' },
  { name: 'Recruiting', description: 'Brands that are invited to open a shop.' },
  { name: 'Rule notices', description: 'Changes of rules, announced and asked about.' },
  { name: 'Tickets', description: 'What merchants ask the market.' },
  { name: 'Webhooks', description: 'Events, sent to whoever wants to know.' },
  { name: 'Event entry', description: 'Events that members register for with points.' },
  { name: 'Campaigns', description: 'Sales events: phases, venues, and what each shop has to do.' },
  {
    name: 'Enrolment',
    description: 'Who may take part in a campaign, why, and what has to be done then.',
  },
  { name: 'Time-outs', description: 'What is to be done by when, and what happens else.' },
  { name: 'Returns', description: 'Refunds, returns and exchanges that members ask shops for.' },
  {
    name: 'Prices',
    description: 'What goods are marked with and were bought for, and what follows.',
  },
  { name: 'Declarations', description: 'The goods that shops bring to campaigns.' },
  { name: 'Price protection', description: 'What buyers have back when prices fall.' },
]
