//! Large tables.

use chrono::SecondsFormat;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend};

use super::make::at;

/// How many rows each table has, or more.
pub(super) const ROWS: i64 = 100_000;

/// The moment at which the ports are called, in seconds after the beginning.
pub(super) const NOW: i64 = 200_000;

/// The way each database writes things.
struct Dialect(DbBackend);

impl Dialect {
    fn is_sqlite(&self) -> bool {
        self.0 == DbBackend::Sqlite
    }

    /// An id that begins with this digit.
    fn id(&self, digit: char) -> String {
        if self.is_sqlite() {
            format!("CAST(printf('{digit}%015d', i) AS BLOB)")
        } else {
            format!("('{digit}' || lpad(i::text, 31, '0'))::uuid")
        }
    }

    /// The same as bytes.
    fn ids(&self, digit: char) -> String {
        if self.is_sqlite() {
            self.id(digit)
        } else {
            format!("uuid_send({})", self.id(digit))
        }
    }

    /// The first of the ids that begin with this digit.
    fn first_id(&self, digit: char) -> String {
        if self.is_sqlite() {
            format!("CAST('{digit}{:015}' AS BLOB)", 1)
        } else {
            format!("('{digit}{:031}')::uuid", 1)
        }
    }

    /// So many seconds after the beginning.
    fn at(&self, seconds: &str) -> String {
        let start = at(0).to_rfc3339_opts(SecondsFormat::Secs, true);
        if self.is_sqlite() {
            format!(
                "strftime('%Y-%m-%dT%H:%M:%S', '{start}', ({seconds}) || ' seconds') || '+00:00'"
            )
        } else {
            format!("timestamptz '{start}' + ({seconds}) * interval '1 second'")
        }
    }

    fn zeros(&self) -> &'static str {
        if self.is_sqlite() {
            "zeroblob(32)"
        } else {
            "decode(repeat('00', 32), 'hex')"
        }
    }

    /// A hash of the row's own.
    fn digest(&self) -> &'static str {
        if self.is_sqlite() {
            "CAST(printf('%032d', i) AS BLOB)"
        } else {
            "decode(lpad(i::text, 64, '0'), 'hex')"
        }
    }

    /// The strands of a tenant.
    fn strands(&self) -> i64 {
        if self.is_sqlite() { 1 } else { 16 }
    }
}

/// Fills every table that grows, and has PostgreSQL look at what is in it.
pub(super) async fn fill(db: &DatabaseConnection) {
    let dialect = Dialect(db.get_database_backend());
    let numbers =
        format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS})");
    for (table, columns, values) in tables(&dialect)
        .into_iter()
        .chain(tables_of_exports(&dialect))
        .chain(tables_of_posts(&dialect))
        .chain(tables_of_limits(&dialect))
        .chain(tables_of_operators(&dialect))
    {
        let insert = format!("INSERT INTO {table} ({columns}) {numbers} SELECT {values} FROM n");
        db.execute_unprepared(&insert).await.unwrap();
    }
    let one_of_many = format!(
        "INSERT INTO selections (id, tenants, filter, frozen_at) SELECT {}, '\"all\"', '', {}",
        dialect.first_id('6'),
        dialect.at("1"),
    );
    db.execute_unprepared(&one_of_many).await.unwrap();
    let rows = format!(
        "INSERT INTO selection_rows (selection, tenant, id) {numbers} SELECT {}, 'main', {} FROM n",
        dialect.first_id('6'),
        dialect.id('3'),
    );
    db.execute_unprepared(&rows).await.unwrap();
    let ids = dialect.ids('3');
    let parts = format!(
        "INSERT INTO selection_parts (selection, tenant, last, size, ids) \
         {numbers} SELECT {}, 'main', {}, 1, {ids} FROM n",
        dialect.first_id('6'),
        dialect.id('3'),
    );
    db.execute_unprepared(&parts).await.unwrap();
    let strands = dialect.strands();
    let heads = format!(
        "INSERT INTO audit_strands (tenant, strand, head_seq, head_link, base_seq, base_link) \
         {numbers} SELECT 'main', i % {strands}, ({ROWS} + {strands} - 1) / {strands}, {zeros}, 0, {zeros} \
         FROM n LIMIT {strands}",
        zeros = dialect.zeros(),
    );
    db.execute_unprepared(&heads).await.unwrap();
    // PostgreSQL does so by itself; SQLite plans without.
    if !dialect.is_sqlite() {
        db.execute_unprepared("VACUUM ANALYZE").await.unwrap();
    }
}

fn tables(it: &Dialect) -> Vec<(&'static str, &'static str, String)> {
    let (at_i, later) = (it.at("i"), it.at(&format!("{NOW} + 1 + i")));
    let (zeros, digest) = (it.zeros(), it.digest());
    let (session, leaving) = (it.id('1'), it.id('2'));
    let (account, login, other) = (it.id('3'), it.id('4'), it.id('5'));
    let strands = it.strands();
    let sealed = format!("'k' || (i % 3), {zeros}, {zeros}");
    let sessions =
        "id, tenant, person, key_id, wrapped_key, ciphertext, state, leave_at, created_at";
    let device = "'a', 'b', 'c', 'd'";
    vec![
        (
            "people",
            "tenant, person, first_seen_at, last_seen_at",
            format!("'main', i, {at_i}, {at_i}"),
        ),
        (
            "sessions",
            sessions,
            format!("{session}, 'main', i, {sealed}, 'in_use', NULL, {at_i}"),
        ),
        (
            "sessions",
            sessions,
            format!("{leaving}, 'main', i, {sealed}, 'leaving', {later}, {at_i}"),
        ),
        (
            "accounts",
            "id, tenant, person, name, session_id, device_model, device_system_version, \
             device_app_version, device_app_name, health, linked_at, checked_at, used_at",
            format!(
                "{account}, 'main', i, 'Ann', {session}, {device}, 'alive', {at_i}, {at_i}, {at_i}"
            ),
        ),
        (
            "session_cursors",
            "session_id, pts, qts, date, seq",
            format!("{session}, 1, 1, 1, 1"),
        ),
        (
            "channel_cursors",
            "session_id, channel, pts",
            format!("{session}, i, 1"),
        ),
        (
            "session_peers",
            "id, tenant, person, key_id, wrapped_key, ciphertext",
            format!("{session}, 'main', i, {sealed}"),
        ),
        (
            "jobs",
            "id, kind, payload, state, created_at, ended_at",
            format!("{other}, 'backup', '{{}}', 'done', {at_i}, {at_i}"),
        ),
        (
            "job_attempts",
            "job, fence, node, began_at, ended_at, outcome",
            format!("{other}, 1, 'a', {at_i}, {at_i}, 'done'"),
        ),
        (
            "logins",
            "id, tenant, person, method, device_model, device_system_version, device_app_version, \
             device_app_name, created_at, expires_at, version, state, ended_at, scanned_at, \
             session_key_id, session_wrapped_key, session_ciphertext",
            format!(
                "{login}, 'main', i, 'qr', {device}, {at_i}, {at_i}, 1, 'expired', {at_i}, {at_i}, {sealed}"
            ),
        ),
        (
            "outbox",
            "id, tenant, person, notice, created_at, due_at",
            format!("{other}, 'main', i, '{{}}', {at_i}, {later}"),
        ),
        (
            "one_time",
            "kind, digest, tenant, person, used, forget_at",
            format!("'init_data', {digest}, 'main', i, false, {later}"),
        ),
        (
            "audit_entries",
            "tenant, strand, seq, at, person, subject, actor_kind, action, reason, origin, outcome, link",
            format!(
                "'main', i % {strands}, (i + {strands} - 1) / {strands}, {at_i}, i, {other}, 'owner', \
                 'login_began', '', '', 'done', {zeros}"
            ),
        ),
        (
            "audit_checkpoints",
            "tenant, number, at, heads, previous, mac",
            {
                let nothing = if it.is_sqlite() { "x''" } else { "''::bytea" };
                format!("'main', i, {at_i}, {nothing}, {zeros}, {zeros}")
            },
        ),
        ("erased_sessions", "id, at", format!("{other}, {at_i}")),
        (
            "erasures",
            "id, asked_at, done_at",
            format!("{other}, {at_i}, {at_i}"),
        ),
    ]
}

fn tables_of_exports(it: &Dialect) -> Vec<(&'static str, &'static str, String)> {
    let (at_i, later) = (it.at("i"), it.at(&format!("{NOW} + 1 + i")));
    let (zeros, digest) = (it.zeros(), it.digest());
    let (account, other) = (it.id('3'), it.id('5'));
    let sealed = format!("'k' || (i % 3), {zeros}, {zeros}");
    vec![
        (
            "exports",
            "id, tenant, person, account, dialog, choice, key_id, wrapped_key, ciphertext, bytes, \
             created_at, expires_at, edition, link_digest, link_until, renew_every, \
             renew_next_at",
            format!(
                "{other}, 'main', i, {account}, 'user2', '{{}}', {sealed}, 1, {at_i}, {later}, 1, \
                 {digest}, {later}, 'daily', {later}"
            ),
        ),
        ("export_leavings", "id, at", format!("{other}, {later}")),
    ]
}

fn tables_of_posts(it: &Dialect) -> Vec<(&'static str, &'static str, String)> {
    let (at_i, account) = (it.at("i"), it.id('3'));
    // One of many is due.
    let next = it.at(&format!(
        "CASE WHEN i % 1000 = 0 THEN i ELSE {NOW} + 1 + i END"
    ));
    let part = r#"{"at":"2027-01-01T00:00:00Z","text":"","hashtags":[],"links":[],"is_forwarded":false,"has_media":true}"#;
    vec![
        (
            "posts",
            "tenant, channel, message, at, text, words, hashtags, links, messages, \
             is_forwarded, has_media, revision, change_number",
            format!(
                "'main', i % 50, i, {at_i}, 'herring', 'herring word' || i, '[]', '[]', 1, \
                 FALSE, FALSE, 1, i"
            ),
        ),
        (
            "channels",
            "tenant, channel, title, reader, is_whole, failures, is_told, next_at, last_change",
            format!("'main', i, 'news', i % 5000, TRUE, 0, FALSE, {next}, i"),
        ),
        (
            "channel_subscriptions",
            "tenant, person, channel, account, forwards, service_messages, shortest, \
             created_at, tagged_to, kept_days",
            format!("'main', i % 5000, i, {account}, TRUE, FALSE, 0, {at_i}, 0, 30"),
        ),
        ("post_changes", "tenant, last", "'t' || i, 1".to_owned()),
        (
            "post_parts",
            "tenant, channel, message, post, is_gone, part",
            format!("'main', i % 50, i, i / 150 * 50, FALSE, '{part}'"),
        ),
    ]
}

fn tables_of_limits(it: &Dialect) -> Vec<(&'static str, &'static str, String)> {
    let (at_i, login) = (it.at("i"), it.id('4'));
    vec![
        (
            "login_attempts",
            "login_id, tenant, person, begun_at, scanned_at, account",
            format!("{login}, 'main', i, {at_i}, {at_i}, i"),
        ),
        (
            "application_floods",
            "api_id, method, tenant, person, until",
            format!("7, 'auth.exportLoginToken', 'main', i, {at_i}"),
        ),
        (
            "slo_hours",
            "tenant, hour, slo, events, errors",
            "'main', i, 'login', 1, 0".to_owned(),
        ),
    ]
}

fn tables_of_operators(it: &Dialect) -> Vec<(&'static str, &'static str, String)> {
    let (at_i, later) = (it.at("i"), it.at(&format!("{NOW} + 1 + i")));
    let today = it.at(&format!("{NOW} - 1 - i / 2"));
    let (session, other, digest) = (it.id('1'), it.id('5'), it.digest());
    vec![
        (
            "sign_in_links",
            "id, digest, tenant, person, name, issued_at, expires_at",
            format!("{other}, {digest}, 'main', i, 'Ann', {at_i}, {later}"),
        ),
        (
            "operator_sessions",
            "id, digest, tenant, person, name, browser, network, began_at, seen_at, ends_at",
            // Few go on: what was over on this day is not forgotten yet.
            format!("{other}, {digest}, 'main', i, 'Ann', '', '', {at_i}, {at_i}, {today}"),
        ),
        (
            "confirmations",
            "id, session_id, tenant, person, kind, parameters, summary, reason, signs, asked_at, \
             expires_at, state",
            format!(
                "{other}, {session}, 'main', i, 'restore', '', '', '', 1, {at_i}, {later}, 'waiting'"
            ),
        ),
    ]
}
