import { useWords } from '#web/i18n/words.ts'
import card from '#web/member/club/card.module.css'

const looks: Readonly<Record<string, string | undefined>> = {
  open: card.wait,
  waiting: card.due,
  solved: card.gain,
}

/** How far a ticket is. */
export function TicketStatus({ status }: { readonly status: string }) {
  const { word } = useWords()
  return (
    <span className={`${card.mark} ${looks[status] ?? ''}`}>{word('ticketStatuses', status)}</span>
  )
}
