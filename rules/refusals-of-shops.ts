type ShopRefusal =
  'shops/unknown' | 'merchants/unknown' | 'shops/closed' | 'shops/of-another-merchant'

type CampaignRefusal = 'campaigns/unknown'

/** Every no to what concerns merchants, their shops and campaigns. */
export type RefusalOfShops = ShopRefusal | CampaignRefusal
