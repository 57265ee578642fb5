import { useWords } from '#web/i18n/words.ts'
import card from '#web/member/club/card.module.css'

const looks: Readonly<Record<string, string | undefined>> = { claimed: card.gain }

/** What became of a claim. */
export function ClaimStatus({ status }: { readonly status: string }) {
  const { word } = useWords()
  return (
    <span className={`${card.mark} ${looks[status] ?? ''}`}>{word('claimStatuses', status)}</span>
  )
}
