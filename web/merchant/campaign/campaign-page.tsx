import { useWords } from '#web/i18n/words.ts'
import { Page } from '#web/merchant/frame/page.tsx'

export function CampaignPage() {
  const { t } = useWords()
  return <Page title={t('console.nav.campaign')}>{null}</Page>
}
