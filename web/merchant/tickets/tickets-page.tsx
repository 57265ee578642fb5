import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '#web/kit/button.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { Notice } from '#web/kit/notice.tsx'
import { Paged } from '#web/kit/paged.tsx'
import { useTitleOf } from '#web/i18n/titles.ts'
import { useWords } from '#web/i18n/words.ts'
import { Page } from '#web/merchant/frame/page.tsx'
import { useMerchantId } from '#web/merchant/frame/shop-context.ts'
import { OpenSheet } from '#web/merchant/tickets/open-sheet.tsx'
import { categoriesQuery, ticketsQuery, type Ticket } from '#web/merchant/tickets/resources.ts'
import { TicketSheet } from '#web/merchant/tickets/ticket-sheet.tsx'
import { TicketStatus } from '#web/merchant/tickets/ticket-status.tsx'
import card from '#web/member/club/card.module.css'
import parts from '#web/merchant/parts/parts.module.css'

/** What the merchant asked the market, and what became of it. */
export function TicketsPage() {
  const { t } = useWords()
  const merchantId = useMerchantId()
  const tickets = useInfiniteQuery(ticketsQuery(merchantId))
  const categories = useQuery(categoriesQuery(merchantId))
  const [opened, setOpened] = useState<string>()
  const [isAsking, setAsking] = useState(false)
  return (
    <Page
      title={t('console.nav.tickets')}
      lead={t('tickets.lead')}
      action={
        categories.data !== undefined &&
        categories.data !== null && (
          <Button look="strong" onClick={() => setAsking(true)}>
            {t('tickets.ask')}
          </Button>
        )
      }
    >
      <section className={card.card} aria-label={t('console.nav.tickets')}>
        <Paged
          query={tickets}
          itemsOf={(page) => page.tickets}
          keyOf={({ ticketId }) => ticketId}
          show={(ticket) => <Row ticket={ticket} open={setOpened} />}
          none={<Notice icon="receipt" title={t('tickets.none')} />}
        />
      </section>
      {opened !== undefined && (
        <TicketSheet ticketId={opened} onClosed={() => setOpened(undefined)} />
      )}
      {isAsking && categories.data !== undefined && categories.data !== null && (
        <OpenSheet categories={categories.data} onClosed={() => setAsking(false)} />
      )}
    </Page>
  )
}

type RowProps = { readonly ticket: Ticket; readonly open: (ticketId: string) => void }

function Row({ ticket, open }: RowProps) {
  const { t } = useWords()
  const format = useFormat()
  const titleOf = useTitleOf()
  const categories = useQuery(categoriesQuery(useMerchantId()))
  const { ticketId, category, subject, openedAt, shopId } = ticket
  const known = categories.data?.find((each) => each.category === category)
  return (
    <button type="button" className={parts.row} onClick={() => open(ticketId)}>
      <span className={parts.head}>
        <span className={parts.name}>{subject}</span>
        <TicketStatus status={ticket.status} />
      </span>
      <span className={card.words}>
        {[
          titleOf(known?.title, category),
          ...(shopId === undefined ? [] : [shopId]),
          t('tickets.opened', { at: format.shortTime(openedAt) }),
        ].join(' · ')}
      </span>
    </button>
  )
}
