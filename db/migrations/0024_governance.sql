-- Up Migration

create table jifen.transformation (
  transformation_id text primary key,
  shop_id text not null references jifen.shop (shop_id),
  merchant_id text not null,
  taker_id text,
  taker_consented_at timestamptz,
  kind text not null
    constraint transformation_kind check (kind in ('widenCategories', 'legalEntity', 'shopType')),
  change json not null,
  figures json not null default '{}',
  policy_version integer not null,
  status text not null
    constraint transformation_status check (status in (
      'draft', 'inReview', 'supplement', 'approved', 'effective', 'rejected', 'withdrawn', 'lapsed'
    )),
  round integer not null,
  stage integer not null,
  stage_name text,
  is_escalated boolean not null,
  asked json,
  due_at timestamptz,
  rejected_at timestamptz,
  applied_at timestamptz not null,
  effective_at timestamptz,
  fingerprint text not null,
  constraint transformation_effect check ((status = 'effective') = (effective_at is not null)),
  constraint transformation_in_a_stage check ((status = 'inReview') = (stage_name is not null))
) with (fillfactor = 80);
comment on table jifen.transformation is 'A shop''s application to go on with other categories, under another company, or as another type.';
create unique index transformation_is_the_only_open_one on jifen.transformation (shop_id)
  where status in ('draft', 'inReview', 'supplement', 'approved');
create index transformation_due on jifen.transformation (due_at) where due_at is not null;
create index transformation_of_shop on jifen.transformation (shop_id, applied_at, transformation_id);
create index transformation_by_status on jifen.transformation (status, applied_at, transformation_id);
create index transformation_in_order on jifen.transformation (applied_at, transformation_id);
create index transformation_of_taker on jifen.transformation (taker_id, applied_at)
  where taker_id is not null;

create table jifen.transformation_statement (
  transformation_id text not null references jifen.transformation (transformation_id),
  number integer not null constraint transformation_statement_counts check (number > 0),
  reason text not null
    constraint transformation_statement_reason check (reason in ('effect', 'passed', 'failed')),
  at timestamptz not null,
  content text not null,
  sha256 text not null,
  primary key (transformation_id, number)
);
comment on table jifen.transformation_statement is 'Append-only: what was before and after a transformation or the end of its probation, with the digest of the text.';

create table jifen.probation (
  transformation_id text primary key references jifen.transformation (transformation_id),
  shop_id text not null,
  since timestamptz not null,
  until timestamptz not null,
  extensions integer not null default 0,
  status text not null default 'running'
    constraint probation_status check (status in ('running', 'passed', 'failed')),
  is_limiting boolean not null default true,
  saw json,
  due_at timestamptz,
  ended_at timestamptz,
  constraint probation_lasts check (since < until),
  constraint probation_ends check ((status = 'running') = (ended_at is null)),
  constraint probation_due_runs check ((due_at is not null) = (status = 'running'))
) with (fillfactor = 80);
comment on table jifen.probation is 'The time in which a transformed shop has to prove itself: its limits hold while is_limiting.';
create index probation_due on jifen.probation (due_at) where due_at is not null;
create index probation_limiting on jifen.probation (shop_id) where is_limiting;

create table jifen.shop_metrics_since (
  shop_id text primary key,
  since timestamptz not null,
  cause text not null
);
comment on table jifen.shop_metrics_since is 'Shops whose metrics began anew: facts before this instant count no more.';

create table jifen.recruiting_invitation (
  invitation_id text primary key,
  brand text not null,
  level text not null,
  type text not null
    constraint recruiting_type check (type in ('flagship', 'franchise', 'specialty')),
  channel text not null,
  main_category text not null,
  categories text[] not null,
  evidence json not null,
  policy_version integer not null,
  token_sha256 text not null,
  invited_by text not null,
  invited_at timestamptz not null,
  status text not null
    constraint recruiting_status check (status in (
      'invited', 'draft', 'inReview', 'supplement', 'approved', 'signed', 'opened', 'rejected',
      'withdrawn', 'lapsed', 'revoked'
    )),
  round integer not null,
  stage integer not null,
  stage_name text,
  is_escalated boolean not null,
  asked json,
  due_at timestamptz,
  rejected_at timestamptz,
  merchant_id text,
  merchant_name text,
  legal_entity text,
  accepted_at timestamptz,
  submitted_at timestamptz,
  approved_at timestamptz,
  signed_at timestamptz,
  opened_at timestamptz,
  ended_at timestamptz,
  contract_version text,
  contract_sha256 text,
  signed_by text,
  shop_id text,
  fingerprint text not null,
  constraint recruiting_token_is_unique unique (token_sha256),
  constraint recruiting_acceptance check ((accepted_at is null) = (merchant_id is null)),
  constraint recruiting_signature check (
    (signed_at is null) = (contract_version is null or contract_sha256 is null or signed_by is null)
  ),
  constraint recruiting_opening check ((status = 'opened') = (shop_id is not null))
) with (fillfactor = 80);
comment on table jifen.recruiting_invitation is 'A brand that was invited to open a shop, and how far it has come.';
create index recruiting_due on jifen.recruiting_invitation (due_at) where due_at is not null;
create index recruiting_in_order on jifen.recruiting_invitation (invited_at, invitation_id);
create index recruiting_by_status on jifen.recruiting_invitation (status, invited_at, invitation_id);
create index recruiting_of_merchant on jifen.recruiting_invitation (merchant_id, invited_at)
  where merchant_id is not null;

create table jifen.review_document (
  application_id text not null,
  kind text not null,
  sha256 text not null
    constraint review_document_sha256 check (sha256 ~ '^[0-9a-f]{64}$'),
  name text not null,
  size_bytes bigint not null,
  media_type text not null,
  given_by text not null,
  given_at timestamptz not null,
  primary key (application_id, kind, sha256)
);
comment on table jifen.review_document is 'What is kept of the documents of an application: never their bytes.';

create table jifen.review_decision (
  application_id text not null,
  number integer not null constraint review_decision_counts check (number > 0),
  round integer not null,
  stage text not null,
  decision text not null,
  by text not null,
  reason text not null,
  saw json not null,
  at timestamptz not null,
  primary key (application_id, number)
);
comment on table jifen.review_decision is 'Append-only: who or what decided in the stages of an application, and what was seen.';

create table jifen.outside_answer (
  application_id text not null,
  number integer not null constraint outside_answer_counts check (number > 0),
  name text not null,
  answer text not null
    constraint outside_answer_is_known check (answer in ('passed', 'failed', 'unclear')),
  reference text not null,
  sha256 text,
  told_by text not null,
  at timestamptz not null,
  primary key (application_id, number)
);
comment on table jifen.outside_answer is 'Append-only: what others answered that were asked about an application, as evidence.';

create table jifen.rule_notice (
  notice_id text not null,
  version integer not null constraint rule_notice_counts check (version > 0),
  status text not null
    constraint rule_notice_status check (status in ('draft', 'published', 'over', 'replaced')),
  title json not null,
  text json not null,
  policy_name text,
  policy_version integer,
  rules_version integer not null,
  author text not null,
  drafted_at timestamptz not null,
  publisher text,
  emergency text,
  published_at timestamptz,
  opinions_until timestamptz,
  ends_at timestamptz,
  answer_by timestamptz,
  summary json,
  answered_by text,
  answered_at timestamptz,
  fingerprint text not null,
  primary key (notice_id, version),
  constraint rule_notice_names_a_draft check ((policy_name is null) = (policy_version is null)),
  constraint rule_notice_publication check ((status = 'draft') = (published_at is null)),
  constraint rule_notice_times check (
    (published_at is null) = (opinions_until is null or ends_at is null or publisher is null)
  )
) with (fillfactor = 80);
comment on table jifen.rule_notice is 'A version of the announcement of a change of rules; the text of a published one never changes.';
create index rule_notice_of_draft on jifen.rule_notice (policy_name, policy_version)
  where policy_name is not null;
create index rule_notice_ends on jifen.rule_notice (ends_at) where status = 'published';
create index rule_notice_in_order on jifen.rule_notice (drafted_at, notice_id, version);

create table jifen.rule_notice_telling (
  notice_id text not null,
  version integer not null,
  name text not null,
  at timestamptz not null,
  told_to text not null default '',
  is_done boolean not null default false,
  primary key (notice_id, version, name)
);
comment on table jifen.rule_notice_telling is 'What shops are told of a notice and when: the publication, each reminder; told_to is how far it has come.';
create index rule_notice_telling_due on jifen.rule_notice_telling (at) where not is_done;

create table jifen.rule_notice_opinion (
  notice_id text not null,
  version integer not null,
  merchant_id text not null,
  stance text not null
    constraint rule_notice_stance check (stance in ('for', 'against', 'neutral')),
  text text not null,
  given_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (notice_id, version, merchant_id)
) with (fillfactor = 80);
comment on table jifen.rule_notice_opinion is 'What a merchant thinks of a change of rules: one, as it was said last.';

create table jifen.rule_notice_reading (
  notice_id text not null,
  version integer not null,
  merchant_id text not null,
  read_at timestamptz not null,
  primary key (notice_id, version, merchant_id)
);
comment on table jifen.rule_notice_reading is 'Append-only: which merchants confirmed that they read a version of a notice.';

create table jifen.ticket (
  ticket_id text primary key,
  merchant_id text not null,
  shop_id text,
  category text not null,
  subject text not null,
  policy_version integer not null,
  status text not null
    constraint ticket_status check (status in ('open', 'waiting', 'solved', 'closed')),
  level integer not null,
  assignee text,
  opened_at timestamptz not null,
  first_answer_due timestamptz not null,
  first_answered_at timestamptz,
  is_first_answer_late boolean not null default false,
  solution_due timestamptz not null,
  is_solution_late boolean not null default false,
  left_ms bigint,
  solved_at timestamptz,
  closed_at timestamptz,
  reopened integer not null default 0,
  due_at timestamptz,
  satisfaction integer
    constraint ticket_satisfaction check (satisfaction between 1 and 5),
  judged_at timestamptz,
  fingerprint text not null,
  constraint ticket_closed check ((status = 'closed') = (closed_at is not null)),
  constraint ticket_judged check ((satisfaction is null) = (judged_at is null)),
  constraint ticket_stands_still check ((left_ms is not null) = (status = 'waiting'))
) with (fillfactor = 70);
comment on table jifen.ticket is 'What a merchant asked the market, with its deadlines.';
create index ticket_due on jifen.ticket (due_at) where due_at is not null;
create index ticket_of_merchant on jifen.ticket (merchant_id, opened_at, ticket_id);
create index ticket_in_order on jifen.ticket (opened_at, ticket_id);
create index ticket_by_status on jifen.ticket (status, opened_at, ticket_id);
create index ticket_of_assignee on jifen.ticket (assignee, opened_at, ticket_id)
  where assignee is not null;

create table jifen.ticket_message (
  ticket_id text not null references jifen.ticket (ticket_id),
  number integer not null constraint ticket_message_counts check (number > 0),
  side text not null
    constraint ticket_message_side check (side in ('merchant', 'market', 'jifen')),
  kind text not null,
  by text not null,
  text text not null,
  attachments json not null,
  at timestamptz not null,
  named text not null,
  fingerprint text not null,
  primary key (ticket_id, number),
  constraint ticket_message_is_sent_once unique (ticket_id, named)
);
comment on table jifen.ticket_message is 'Append-only: what was written and done in a ticket, in order.';

grant select, insert, update on
  jifen.transformation, jifen.probation, jifen.shop_metrics_since, jifen.recruiting_invitation,
  jifen.rule_notice, jifen.rule_notice_telling, jifen.rule_notice_opinion, jifen.ticket
to jifen_app;
grant select, insert on
  jifen.transformation_statement, jifen.review_document, jifen.review_decision,
  jifen.outside_answer, jifen.rule_notice_reading, jifen.ticket_message
to jifen_app;

-- Down Migration

drop table jifen.ticket_message, jifen.ticket, jifen.rule_notice_reading,
  jifen.rule_notice_opinion, jifen.rule_notice_telling, jifen.rule_notice, jifen.outside_answer,
  jifen.review_decision, jifen.review_document, jifen.recruiting_invitation,
  jifen.shop_metrics_since, jifen.probation, jifen.transformation_statement, jifen.transformation;
