/** Columns of any table that hold pseudonymous ids, hashes, and words of the rules: they stay. */
const names = wordsOf(`
  member_id trade_id order_id line_id shop_id sku event_id source refund_id exchange_id
  return_id presale_id coupon_id claim_id grant_id match_id advance_id announcement_id suspicion_id
  key_id ref of_ref payment_ref refund_ref paid_ref deposit_ref status kind type policy
  policies program unit tier from_tier to_tier score_tier partner_tier partner resource batch
  benefit badge behaviour level step rule round epoch event offer instrument layer funder
  campaign category cap per period name grade grade_told origin target direction debit credit
  venue decision ground word outcome earned_by evidence_kind hash prev_hash head_hash key_hash
  code_hash digest fingerprint shard turn method exception condition
`)

/** Who did something, of the staff and of programs. */
const actors = wordsOf(`
  actor author approver requested_by approved_by reviewed_by decided_by submitted_by opened_by
  released_by ended_by made_by asked_by called_off_by role
`)

/** What is of no member, and JSON that is made of ids, figures and words of the rules alone. */
const places = wordsOf(`
  badge_due.because
  market.currency market.zone market.preset policy.body policy.note api_key.subject
  api_key.note draw_epoch.seed draw_epoch.commitment device_watch.salt ring_due.device
  invitation_round.collected_to score_part.from_member score_part.to_member
  coupon_code.claimed_by envelope.claimed_by entry.answer entry.cause
  advance.why advance_entry.cause member_ending.what trade.used trade.basket trade.quote
  trade_refund.request trade_refund.answer presale.line benefit_claim.given
  benefit_claim.cause benefit_claim.subject paid_membership.refund_why member_score.figures
  score_facts.facts invitation_candidate.record deal.deal_id event_entry.rules event_entry.cause
  entry_event.reason placement.cause return_request.reason return_request.terms
  return_request.freight_by return_request.answered_by return_request.dispute_outcome
  shop_figures.figures shop_figures.main_category shop_order.counted
  shop_sanction.sanction_id shop_sanction.violation_id shop_told_figure.figure
  shop_told_figure.told_by shop_violation.cause shop_violation.recorded_by
  shop_violation.violation_id shop_violation_turn.violation_id shop_violation_turn.words
  shipment.cause shipment.excuse shipment.to_do shipment.why
  late_compensation.cause late_compensation.why
  declaration.cause declaration.ceiling declaration_change.cause declaration_change.ceiling
  declaration_change.what declaration_file.content declaration_file.file_id
  declaration_file.problem declaration_row.facts declaration_row.field declaration_row.file_id
  declaration_row.refusal declared_use.use_id price_drop.cause price_drop.reached_member
  price_drop.reached_use protection_claim.limited_by protection_claim.paid_as
  protection_claim.units protection_payment.cause protection_payment.paid_as
`)

/** What is of merchants, their shops and the platform: nothing in these tables is of a member. */
const tablesOfMerchants = wordsOf(`
  enrolment enrolment_appeal enrolment_decision enrolment_event enrolment_freed
  enrolment_supplement feed_place merchant outside_answer price_breach price_record probation
  recruiting_invitation review_decision review_document rule_notice rule_notice_opinion
  rule_notice_reading rule_notice_telling shop shop_announcement shop_metrics_since shop_request
  ticket ticket_message transformation transformation_statement webhook_delivery webhook_endpoint
  webhook_place webhook_secret
`)

/** Whether an erasure keeps a column: `table.column`. */
export function isKept(place: string): boolean {
  const [table = '', column = ''] = place.split('.')
  const isOfMerchants = tablesOfMerchants.includes(table)
  return isOfMerchants || [...names, ...actors].includes(column) || places.includes(place)
}

function wordsOf(text: string): readonly string[] {
  return text.trim().split(/\s+/)
}
