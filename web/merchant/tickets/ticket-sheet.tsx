import { useInfiniteQuery } from '@tanstack/react-query'
import { Fact } from '#web/kit/fact.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { Paged } from '#web/kit/paged.tsx'
import { Sheet } from '#web/kit/sheet.tsx'
import { useWords } from '#web/i18n/words.ts'
import { Countdown } from '#web/merchant/frame/countdown.tsx'
import { useMerchantId } from '#web/merchant/frame/shop-context.ts'
import { Judge } from '#web/merchant/tickets/judge.tsx'
import { ticketQuery, type Ticket, type TicketMessage } from '#web/merchant/tickets/resources.ts'
import { TicketStatus } from '#web/merchant/tickets/ticket-status.tsx'
import { Write } from '#web/merchant/tickets/write.tsx'
import card from '#web/member/club/card.module.css'
import parts from '#web/merchant/parts/parts.module.css'
import styles from './ticket-sheet.module.css'

type TicketSheetProps = { readonly ticketId: string; readonly onClosed: () => void }

/** One ticket: how far it is, what was said, and what the merchant can say. */
export function TicketSheet({ ticketId, onClosed }: TicketSheetProps) {
  const { t } = useWords()
  const one = useInfiniteQuery(ticketQuery(useMerchantId(), ticketId))
  const ticket = one.data?.pages[0]?.ticket
  return (
    <Sheet title={ticket?.subject ?? t('tickets.one')} onClosed={onClosed}>
      <div className={parts.sheet}>
        {ticket !== undefined && <Stands ticket={ticket} />}
        <Paged
          query={one}
          itemsOf={(page) => page.messages.filter(({ text }) => text !== '')}
          keyOf={({ number }) => String(number)}
          show={(message) => <Said message={message} />}
          none={null}
        />
        {ticket !== undefined && ticket.status !== 'closed' && (
          <Write key={ticket.status} ticket={ticket} />
        )}
        {ticket !== undefined && ticket.status === 'closed' && <Judge ticket={ticket} />}
      </div>
    </Sheet>
  )
}

function Stands({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useWords()
  const format = useFormat()
  const { status, dueAt, openedAt, firstAnswerDue, firstAnsweredAt, solutionDue, closedAt } = ticket
  return (
    <>
      <div className={parts.head}>
        <TicketStatus status={status} />
        {dueAt !== undefined && status !== 'open' && <Countdown before={dueAt} />}
      </div>
      {status === 'waiting' && <p>{t('tickets.waitsForYou')}</p>}
      {status === 'solved' && <p>{t('tickets.saidSolved')}</p>}
      <dl className={parts.facts}>
        <Fact name={t('tickets.openedAt')}>{format.time(openedAt)}</Fact>
        {firstAnsweredAt === undefined ? (
          <Fact name={t('tickets.answerBy')}>
            {format.time(firstAnswerDue)} {ticket.isFirstAnswerLate && t('tickets.late')}
          </Fact>
        ) : (
          <Fact name={t('tickets.answeredAt')}>{format.time(firstAnsweredAt)}</Fact>
        )}
        {closedAt === undefined ? (
          <Fact name={t('tickets.solveBy')}>
            {format.time(solutionDue)} {ticket.isSolutionLate && t('tickets.late')}
          </Fact>
        ) : (
          <Fact name={t('tickets.closedAt')}>{format.time(closedAt)}</Fact>
        )}
        {ticket.level > 0 && <Fact name={t('tickets.level')}>{ticket.level}</Fact>}
      </dl>
    </>
  )
}

function Said({ message }: { readonly message: TicketMessage }) {
  const { word } = useWords()
  const format = useFormat()
  const { side, kind, text, at } = message
  return (
    <div className={side === 'merchant' ? styles.own : styles.theirs}>
      <p className={card.words}>
        {[word('ticketSides', side), word('ticketKinds', kind), format.shortTime(at)].join(' · ')}
      </p>
      <p className={styles.text}>{text}</p>
    </div>
  )
}
