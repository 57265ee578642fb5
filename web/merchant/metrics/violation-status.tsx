import { useWords } from '#web/i18n/words.ts'
import card from '#web/member/club/card.module.css'

const looks: Readonly<Record<string, string | undefined>> = {
  recorded: card.due,
  upheld: card.due,
  appealed: card.wait,
  strikeProposed: card.wait,
  struck: card.gain,
}

/** How a violation stands. */
export function ViolationStatus({ status }: { readonly status: string }) {
  const { word } = useWords()
  return (
    <span className={`${card.mark} ${looks[status] ?? ''}`}>
      {word('violationStatuses', status)}
    </span>
  )
}
