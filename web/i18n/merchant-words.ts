import i18next from 'i18next'
import campaignsEn from '#web/i18n/campaigns-en.json'
import campaignsZh from '#web/i18n/campaigns-zh.json'
import shopEn from '#web/i18n/shop-en.json'
import shopZh from '#web/i18n/shop-zh.json'

// The words of the merchant console come with its pages: a member never loads them.
const resources = { en: [campaignsEn, shopEn], zh: [campaignsZh, shopZh] } as const
for (const [language, parts] of Object.entries(resources)) {
  for (const words of parts) i18next.addResourceBundle(language, 'translation', words, true, true)
}
