-- Up Migration

-- What is personal can be removed, and nothing else of what is otherwise only added to.
grant update (data, fingerprint) on jifen.member_event to jifen_app;
grant delete on jifen.code_failure, jifen.device_sighting, jifen.ring_flag
  to jifen_app;
grant update (cause) on jifen.tier_change to jifen_app;
grant update (reason) on jifen.suspicion_decision to jifen_app;

-- Down Migration

revoke update (cause) on jifen.tier_change from jifen_app;
revoke update (reason) on jifen.suspicion_decision from jifen_app;
