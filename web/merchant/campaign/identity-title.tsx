import { useQuery } from '@tanstack/react-query'
import { asLanguage } from '#web/i18n/language.ts'
import { useWords } from '#web/i18n/words.ts'
import { campaignQuery } from '#web/merchant/campaign/resources.ts'

type IdentityTitleProps = { readonly campaign: string; readonly identity: string }

/** What a campaign calls one of its identities. */
export function IdentityTitle({ campaign, identity }: IdentityTitleProps) {
  const { language } = useWords()
  const terms = useQuery(campaignQuery(campaign))
  const known = terms.data?.identities.find(({ name }) => name === identity)
  return known?.title[asLanguage(language)] ?? identity
}
