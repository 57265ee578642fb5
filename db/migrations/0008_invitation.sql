-- Up Migration

create table jifen.invitation_round (
  round text primary key constraint invitation_round_name check (round ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  policy_version integer not null,
  tier text not null,
  status text not null constraint invitation_round_status
    check (status in ('collecting', 'reviewing', 'inviting', 'ending', 'closed')),
  places bigint not null constraint invitation_round_places check (places > 0),
  active_members bigint not null,
  score_from bigint not null,
  opened_by text not null,
  opened_at timestamptz not null,
  collected_to text not null default '',
  collected_at timestamptz,
  released_by text,
  released_at timestamptz,
  ended_by text,
  closed_at timestamptz,
  work_due boolean not null default true,
  constraint invitation_round_release_is_whole
    check ((released_by is null) = (released_at is null)),
  constraint invitation_round_closed_is_dated check ((status = 'closed') = (closed_at is not null))
);
comment on table jifen.invitation_round is 'A yearly round of invitations to a tier: its row is the lock under which invitations are sent. collected_to: the last member that was looked at. work_due: something is left for the job to do.';
create unique index invitation_round_running on jifen.invitation_round (tier) where status <> 'closed';

create table jifen.invitation_candidate (
  member_id text not null,
  round text not null,
  status text not null constraint invitation_candidate_status check (status in (
    'excluded', 'ranked', 'accepted', 'turnedDown', 'invited', 'joined', 'kept', 'declined', 'expired', 'ended'
  )),
  score bigint not null,
  total bigint not null constraint invitation_candidate_total check (total >= 0),
  rank bigint,
  record json not null,
  held_until timestamptz,
  told boolean not null default false,
  place_freed boolean not null default false,
  reviewed_by text,
  reviewed_at timestamptz,
  reason text,
  invited_at timestamptz,
  respond_by timestamptz,
  answered_at timestamptz,
  primary key (member_id, round),
  constraint invitation_candidate_review_is_whole
    check ((reviewed_by is null) = (reviewed_at is null)),
  constraint invitation_candidate_turned_down_says_why check (status <> 'turnedDown' or reason is not null),
  constraint invitation_candidate_invited_is_dated
    check (status <> 'invited' or (invited_at is not null and respond_by is not null))
) with (fillfactor = 80);
comment on table jifen.invitation_candidate is 'A member that a round looked at: record keeps the indicators, what they contribute and the limits failed; rank: the place among those within the limits. held_until: who had the tier by an earlier round; told: that it will lapse. place_freed: a place that nobody was invited to since.';
create index invitation_candidate_by_rank on jifen.invitation_candidate (round, rank);
create index invitation_candidate_by_status on jifen.invitation_candidate (round, status, rank);
create index invitation_candidate_due on jifen.invitation_candidate (respond_by) where status = 'invited';

create index invitation_candidate_freed on jifen.invitation_candidate (round) where place_freed;

create table jifen.tier_match (
  member_id text not null,
  match_id text not null,
  partner text not null,
  nth integer not null constraint tier_match_counts check (nth > 0),
  version integer not null,
  partner_tier text not null,
  tier text not null,
  evidence_kind text not null,
  evidence_hash text not null constraint tier_match_evidence check (evidence_hash ~ '^[0-9a-f]{64}$'),
  status text not null constraint tier_match_status
    check (status in ('submitted', 'confirmed', 'refused', 'ended')),
  submitted_by text not null,
  submitted_at timestamptz not null,
  decided_by text,
  decided_at timestamptz,
  reason text,
  valid_from timestamptz,
  valid_to timestamptz,
  ended_at timestamptz,
  primary key (member_id, match_id),
  constraint tier_match_id_is_its_number check (match_id = partner || '.' || nth),
  constraint tier_match_decision_is_whole check (
    (decided_by is null) = (decided_at is null) and (decided_by is null) = (status = 'submitted')
  ),
  constraint tier_match_refused_says_why check (status <> 'refused' or reason is not null),
  constraint tier_match_lasts check (
    (valid_from is null) = (valid_to is null) and (status in ('confirmed', 'ended')) = (valid_from is not null)
  )
) with (fillfactor = 80);
comment on table jifen.tier_match is 'A tier of a partner that a member showed proof of, and what was decided. Of the proof only a hash is kept.';
create index tier_match_waiting on jifen.tier_match (submitted_at, member_id, match_id) where status = 'submitted';
create index tier_match_running on jifen.tier_match (partner, valid_to) where status = 'confirmed';

create table jifen.tier_match_evidence (
  partner text not null,
  evidence_hash text not null,
  matched_member text not null,
  primary key (partner, evidence_hash)
);
comment on table jifen.tier_match_evidence is 'Whose proof a confirmed match rests on: one proof serves one member.';
create index tier_match_evidence_of_member on jifen.tier_match_evidence (matched_member);

grant select, insert, update on jifen.invitation_round, jifen.invitation_candidate, jifen.tier_match to jifen_app;
grant select, insert, delete on jifen.tier_match_evidence to jifen_app;

-- Down Migration

drop table jifen.tier_match_evidence, jifen.tier_match, jifen.invitation_candidate, jifen.invitation_round;
