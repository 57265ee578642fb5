import { actor, type Act } from '#cli/demo/act.ts'
import { freightText, integrityText, newYear, yearEnd } from '#cli/demo/merchant-campaigns.ts'
import { priced } from '#cli/demo/merchant-prices.ts'
import { clothesShop, homeShop } from '#cli/demo/merchant-story.ts'
import { enrolmentOf } from '#db/enrolment/enrolments.ts'
import type { Shop } from '#db/shops/shops.ts'
import { applyForCampaign } from '#operations/enrolment/apply-for-campaign.ts'
import { doSupplement, textHash, type SupplementSaid } from '#operations/enrolment/do-supplement.ts'
import { settleEnrolments } from '#operations/enrolment/settle-enrolments.ts'
import { settleMetrics } from '#operations/merchants/metrics/settle-metrics.ts'
import { recordViolation } from '#operations/merchants/violations/record-violation.ts'
import { registerShop } from '#operations/shops/register-shop.ts'
import { openTicket } from '#operations/tickets/open-ticket.ts'
import { answerTicket } from '#operations/tickets/write-ticket.ts'
import { askReturn, type AskReturn } from '#operations/timeouts/ask-return.ts'
import { asFen } from '#rules/money/fen.ts'

/** Who has the shops of the demo. */
export const merchantId = 'lily'

const caller = `merchant:${merchantId}`

/**
 * What a merchant of the demo has to do: one campaign for which goods are declared, one whose supplements
 * are due, a history of prices, a declaration that became too high, returns to answer, and a ticket.
 */
export function merchant(founded: Temporal.ZonedDateTime): readonly Act[] {
  return [
    ...shops(founded),
    applied(yearEnd, clothesShop, { days: 39 }),
    decided(yearEnd, clothesShop, { days: 32 }),
    ...supplemented(yearEnd, { days: 30 }, ['identity', 'freight', 'integrity', 'steps']),
    settled('shortlisted', { days: 25 }),
    violated({ days: 21 }),
    ...priced(),
    applied(newYear, clothesShop, { days: 9 }),
    applied(newYear, homeShop, { days: 8 }),
    decided(newYear, clothesShop, { days: 1, hours: 20 }),
    ...supplemented(newYear, { days: 1 }, ['identity', 'freight']),
    asked({ days: 1, hours: 3 }, 'fang', 'LY801', 'return'),
    asked({ hours: 20 }, 'he', 'LY802', 'exchange'),
    ...ticket(),
  ]
}

function shops(founded: Temporal.ZonedDateTime): Act[] {
  const lily = { merchantId, name: '莉莉服饰', legalEntity: '杭州莉莉服饰有限公司' }
  const openedOn = (days: number) => founded.subtract({ days }).toPlainDate()
  const common = { merchantId, type: 'flagship', brand: 'LILY', status: 'open' } as const
  const clothes: Shop = {
    ...common,
    shopId: clothesShop,
    title: '莉莉服饰旗舰店',
    mainCategory: 'clothes',
    categories: ['clothes'],
    openedOn: openedOn(900),
  }
  const home: Shop = {
    ...common,
    shopId: homeShop,
    title: '莉莉家居旗舰店',
    mainCategory: 'home',
    categories: ['home'],
    openedOn: openedOn(75),
  }
  return [clothes, home].map((shop) => ({
    ago: { days: 44 },
    name: `shop/${shop.shopId}`,
    act: async ({ db, now: at }) => await registerShop(db, { merchant: lily, shop, at }),
  }))
}

function applied(campaign: string, shopId: string, ago: Temporal.DurationLike): Act {
  return {
    ago,
    name: `${campaign}/${shopId}/applied`,
    act: async (context, { idempotencyKey: key }) =>
      await applyForCampaign(context, { campaign, shopId, caller, key, at: context.now }),
  }
}

/** The machine decides by the figures of that day, once; told again, those of later days are kept. */
function decided(campaign: string, shopId: string, ago: Temporal.DurationLike): Act {
  return {
    ago,
    name: `${campaign}/decided`,
    act: async (context) => {
      const enrolment = await enrolmentOf(context.db, campaign, shopId)
      if (enrolment?.status === 'applied') {
        await settleMetrics(context, context.now)
        await settleEnrolments(context, context.now)
      }
      return { ok: true }
    },
  }
}

function settled(name: string, ago: Temporal.DurationLike): Act {
  return {
    ago,
    name: `enrolments/${name}`,
    act: async (context) => {
      await settleEnrolments(context, context.now)
      return { ok: true }
    },
  }
}

const said = {
  identity: ['identity', { identity: 'event' }],
  freight: ['freightInsurance', undefined],
  integrity: ['integrityAgreement', undefined],
  steps: ['allowanceSteps', { steps: [{ threshold: asFen(400_00), off: asFen(50_00) }] }],
} as const satisfies Record<string, readonly [string, SupplementSaid | undefined]>

function supplemented(
  campaign: string,
  ago: Temporal.DurationLike,
  names: readonly (keyof typeof said)[],
): Act[] {
  return names.map((each) => {
    const [supplement, words] = said[each]
    return {
      ago,
      name: `${campaign}/${supplement}`,
      act: async (context, { idempotencyKey: key }) =>
        await doSupplement(context, {
          campaign,
          shopId: clothesShop,
          caller,
          key,
          at: context.now,
          supplement,
          said: words ?? signed(each),
        }),
    }
  })
}

function signed(text: string): SupplementSaid {
  const words = text === 'integrity' ? integrityText : freightText
  return { version: words.version, hash: textHash(words) }
}

function violated(ago: Temporal.DurationLike): Act {
  return {
    ago,
    name: 'violation',
    act: async (context, { idempotencyKey }) =>
      await recordViolation(context, {
        shopId: clothesShop,
        violationId: 'demo-late-answers',
        as: { kind: 'general', points: 2 },
        doneAt: undefined,
        words: '多次未在承诺时间内回复买家',
        actor,
        idempotencyKey,
        at: context.now,
      }),
  }
}

function asked(
  ago: Temporal.DurationLike,
  memberId: string,
  orderId: string,
  kind: AskReturn['kind'],
): Act {
  return {
    ago,
    name: `${orderId}/return`,
    act: async (context, keyed) => {
      const asking: AskReturn = {
        memberId,
        returnId: `${orderId}-R1`,
        orderId,
        kind,
        reason: 'noReason',
        condition: 'intact',
        lines: [{ line: '1', quantity: 1, sku: null }],
        note: kind === 'return' ? '尺码偏大' : '想换一个颜色',
      }
      return await askReturn(context, asking, keyed)
    },
  }
}

function ticket(): Act[] {
  const about = { merchantId, shopId: clothesShop, attachments: [] }
  let ticketId = ''
  return [
    {
      ago: { days: 2, hours: 6 },
      name: 'ticket',
      act: async (context, { idempotencyKey: key }) => {
        const opened = await openTicket(context, {
          ...about,
          category: 'orders',
          subject: '物流异常',
          text: '订单 LY901 的包裹在中转站停留，能否延长发货时限？',
          caller,
          key,
          at: context.now,
        })
        if (opened.ok) ticketId = opened.ticket.ticketId
        return opened
      },
    },
    {
      ago: { days: 2, hours: 4 },
      name: 'ticket/answer',
      act: async (context, { idempotencyKey: key }) =>
        await answerTicket(context, {
          ticketId,
          kind: 'question',
          text: '请提供承运商的停运公告。',
          attachments: [],
          caller: 'operator:mei',
          key,
          at: context.now,
        }),
    },
    {
      ago: { hours: 9 },
      name: 'ticket/second',
      act: async (context, { idempotencyKey: key }) =>
        await openTicket(context, {
          ...about,
          category: 'campaigns',
          subject: '年货节会场类目',
          text: '年货节主会场会开放家居类目吗？',
          caller,
          key,
          at: context.now,
        }),
    },
  ]
}
