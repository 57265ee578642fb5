import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useFormat } from '#web/kit/format-context.ts'
import { Notice } from '#web/kit/notice.tsx'
import { Paged } from '#web/kit/paged.tsx'
import { useWords } from '#web/i18n/words.ts'
import { Countdown } from '#web/merchant/frame/countdown.tsx'
import { Page } from '#web/merchant/frame/page.tsx'
import { useShopId } from '#web/merchant/frame/shop-context.ts'
import { Tabs } from '#web/merchant/parts/tabs.tsx'
import { requestsOfShopQuery, type Which } from '#web/merchant/returns/resources.ts'
import { ReturnSheet } from '#web/merchant/returns/return-sheet.tsx'
import { RequestStatus } from '#web/member/returns/request-facts.tsx'
import type { ReturnRequest } from '#web/member/returns/resources.ts'
import card from '#web/member/club/card.module.css'
import parts from '#web/merchant/parts/parts.module.css'

/** What members ask of the shop, and until when each has to be answered. */
export function ReturnsPage() {
  const { t } = useWords()
  const shopId = useShopId()
  const [which, setWhich] = useState<Which>('open')
  const [opened, setOpened] = useState<ReturnRequest>()
  const requests = useInfiniteQuery(requestsOfShopQuery(shopId, which))
  const tabs = [
    { name: 'open', text: t('returns.open') },
    { name: 'all', text: t('returns.all') },
  ] as const
  return (
    <Page title={t('console.nav.returns')} lead={t('returns.lead')}>
      <Tabs label={t('returns.which')} tabs={tabs} chosen={which} choose={setWhich} />
      <section className={card.card} aria-label={t('console.nav.returns')}>
        <Paged
          query={requests}
          itemsOf={(page) => page.requests}
          keyOf={({ memberId, returnId }) => `${memberId}/${returnId}`}
          show={(request) => <Row request={request} open={setOpened} />}
          none={<Notice icon="check" title={t(`returns.none.${which}`)} />}
        />
      </section>
      {opened !== undefined && (
        <ReturnSheet request={opened} onClosed={() => setOpened(undefined)} />
      )}
    </Page>
  )
}

type RowProps = {
  readonly request: ReturnRequest
  readonly open: (request: ReturnRequest) => void
}

function Row({ request, open }: RowProps) {
  const { t, word } = useWords()
  const format = useFormat()
  const { kind, orderId, reason, amountFen, waitsFor } = request
  return (
    <button type="button" className={parts.row} onClick={() => open(request)}>
      <span className={parts.head}>
        <span className={parts.name}>
          {word('askedKinds', kind)} · {format.money(amountFen)}
        </span>
        {waitsFor?.late === 'shop' ? (
          <Countdown before={waitsFor.dueAt} />
        ) : (
          <RequestStatus request={request} />
        )}
      </span>
      <span className={card.words}>
        {[t('shipments.order', { id: orderId }), word('askedReasons', reason)].join(' · ')}
      </span>
      {waitsFor !== undefined && (
        <span className={card.words}>
          {[word('askedWaits', waitsFor.what), word('askedLapses', waitsFor.lapse)].join(' · ')}
        </span>
      )}
    </button>
  )
}
