//! The rows that are measured.

/// How many rows, but for the audit, which has ten times as many.
const ROWS: i64 = 100_000;
/// A month, over which they are spread.
pub(super) const SPAN: i64 = 30 * 86_400;

/// Which tenant a row is of: of a hundred, 63, 25, 10 and 2.
const TENANT: &str = "CASE WHEN i % 100 < 63 THEN 'main' WHEN i % 100 < 88 THEN 'other' \
     WHEN i % 100 < 98 THEN 'third' ELSE 'small' END";

/// Which logins are not over: of tenants whose nodes are not there, so that none
/// of them drives these.
const LIVE: &str = "(i % 1000 IN (75, 99))";

/// Entries of the audit are numbered from here on, so that there is room for those
/// of a program that runs.
const AFTER_OTHERS: i64 = 1_000_000;

/// What fills the tables with what happened in the month after this moment, which is
/// SQL. What waits, waits until a while after that, and no account is due for a look.
pub(super) fn tables(start: &str) -> Vec<String> {
    let when = format!("{start} + (i::bigint * 7919 % {SPAN}) * interval '1 second'");
    let later = format!("{when} + interval '40 days'");
    let numbers = format!("generate_series(1, {ROWS}) AS i");
    let id = |digit: char| {
        format!(
            "('{digit}' || lpad(to_hex(i), 7, '0') || md5(i::text || '{digit}'))::varchar(32)::uuid"
        )
    };
    let (session, account, login, job) = (id('1'), id('2'), id('3'), id('4'));
    let sealed = "'\\x00'::bytea";
    vec![
        format!(
            "INSERT INTO people (tenant, person, language, first_seen_at, last_seen_at, blocked_at) \
             SELECT {TENANT}, i, CASE i % 3 WHEN 0 THEN 'en' WHEN 1 THEN 'ru' ELSE 'pt-br' END, \
             {start}, {when}, CASE WHEN i % 50 = 0 THEN {start} END FROM {numbers}"
        ),
        format!(
            "INSERT INTO sessions (id, tenant, person, key_id, wrapped_key, ciphertext, state, created_at) \
             SELECT {session}, {TENANT}, i, CASE WHEN i % 40 = 0 THEN 'k5' WHEN i % 5 = 0 THEN 'k6' ELSE 'k7' END, \
             {sealed}, decode(repeat('00', 900), 'hex'), 'in_use', {start} FROM {numbers}"
        ),
        format!(
            "INSERT INTO accounts (id, tenant, person, name, username, session_id, device_model, \
             device_system_version, device_app_version, device_app_name, health, health_cause, \
             health_since, linked_at, checked_at, used_at) \
             SELECT {account}, {TENANT}, i, 'Ann', 'ann_' || i, {session}, 'a', 'b', 'c', 'd', \
             CASE WHEN i % 97 = 0 THEN 'dead' WHEN i % 89 = 0 THEN 'frozen' ELSE 'alive' END, \
             CASE WHEN i % 97 = 0 THEN CASE i % 2 WHEN 0 THEN 'revoked' ELSE 'banned' END END, \
             CASE WHEN i % 97 = 0 OR i % 89 = 0 THEN {when} END, {start}, {later}, {when} FROM {numbers}"
        ),
        format!(
            "INSERT INTO logins (id, tenant, person, method, device_model, device_system_version, \
             device_app_version, device_app_name, created_at, expires_at, version, state, ended_at, \
             scanned_at, account_id, failure_code, failure_retry_at) \
             SELECT {login}, {TENANT}, i, 'qr', 'a', 'b', 'c', 'd', {when}, {when}, 1, \
             CASE WHEN {LIVE} THEN 'starting' WHEN i % 11 = 0 THEN 'expired' \
               WHEN i % 300 = 1 THEN 'failed' ELSE 'authorized' END, \
             CASE WHEN NOT {LIVE} THEN {when} END, \
             CASE WHEN i % 11 <> 0 THEN {when} END, \
             CASE WHEN NOT {LIVE} AND i % 11 <> 0 AND i % 300 <> 1 THEN {account} END, \
             CASE WHEN NOT {LIVE} AND i % 11 <> 0 AND i % 300 = 1 THEN 'flood' END, \
             CASE WHEN NOT {LIVE} AND i % 11 <> 0 AND i % 300 = 1 THEN {later} END \
             FROM {numbers}"
        ),
        format!(
            "INSERT INTO jobs (id, kind, tenant, person, payload, state, run_after, reason, code, node, \
             running_since, created_at, ended_at) \
             SELECT {job}, CASE WHEN i % 500 = 0 THEN 'rehearse' WHEN i % 10 = 0 THEN 'check_now' ELSE 'export' END, \
             CASE WHEN i % 7 <> 0 THEN {TENANT} END, CASE WHEN i % 7 <> 0 THEN i END, '{{}}', \
             CASE WHEN i % 100 = 1 THEN 'queued' WHEN i % 100 = 2 THEN 'waiting' WHEN i % 5000 = 3 THEN 'running' \
               WHEN i % 200 = 5 THEN 'failed' ELSE 'done' END, \
             CASE i % 100 WHEN 1 THEN {when} WHEN 2 THEN {later} END, \
             CASE WHEN i % 100 = 2 THEN 'flood' END, \
             CASE WHEN i % 200 = 5 THEN CASE i % 3 WHEN 0 THEN 'bucket_refused' ELSE 'failed' END END, \
             'node_' || (i % 3), CASE WHEN i % 5000 = 3 THEN {when} END, {when}, \
             CASE WHEN i % 100 NOT IN (1, 2) AND i % 5000 <> 3 THEN {when} END FROM {numbers}"
        ),
        format!(
            "INSERT INTO audit_entries (tenant, strand, seq, at, person, subject, actor_kind, actor_name, \
             action, reason, origin, outcome, link) \
             SELECT {TENANT}, (i / 100) % 16, {AFTER_OTHERS} + i, {when}, i % {ROWS}, {account}, \
             CASE WHEN i % 2000 = 0 THEN 'operator' WHEN i % 3 = 0 THEN 'owner' ELSE 'system' END, \
             CASE WHEN i % 2000 = 0 THEN 'Mara' WHEN i % 3 <> 0 THEN 'validation' END, \
             CASE WHEN i % 5000 = 0 THEN 'key_rotated' WHEN i % 10 = 0 THEN 'login_began' ELSE 'session_opened' END, \
             'check', 'node a', CASE WHEN i % 700 = 0 THEN 'refused' ELSE 'done' END, decode(repeat('00', 32), 'hex') \
             FROM generate_series(1, {}) AS i",
            ROWS * 10
        ),
        "VACUUM ANALYZE".to_owned(),
    ]
}
