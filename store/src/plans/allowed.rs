//! Queries that may go through a whole table or index, each with the reason.

use super::backend::Backend;

/// A query that may.
pub(super) struct Allowed {
    /// What is in it.
    pub(super) query: &'static str,
    /// In which databases.
    pub(super) backends: &'static [Backend],
    /// Why.
    pub(super) why: &'static str,
}

/// All of them.
pub(super) const ALLOWED: &[Allowed] = &[
    Allowed {
        query: r#""channel_subscriptions"."channel" = "channels"."channel") LIMIT"#,
        backends: &[Backend::Sqlite, Backend::Postgres],
        why: "once a minute all channels are gone through, which are as many as people chose",
    },
    Allowed {
        query: r#"COUNT("sessions"."id") AS "count""#,
        backends: &[Backend::Sqlite, Backend::Postgres],
        why: "counts what each key wraps: there is no counting without reading",
    },
    Allowed {
        query: r#"COUNT("accounts"."id") AS "count""#,
        backends: &[Backend::Postgres],
        why: "one node counts them, every few minutes: there is no counting without reading",
    },
    Allowed {
        query: r#"COUNT("session_peers"."id") AS "count""#,
        backends: &[Backend::Sqlite, Backend::Postgres],
        why: "counts what each key wraps: there is no counting without reading",
    },
    Allowed {
        query: r#"COUNT("exports"."id") AS "count""#,
        backends: &[Backend::Sqlite, Backend::Postgres],
        why: "counts what each key wraps: there is no counting without reading",
    },
    Allowed {
        query: r#"COUNT("logins"."id") AS "count""#,
        backends: &[Backend::Postgres],
        why: "counts what each key wraps: there is no counting without reading",
    },
    Allowed {
        query: r#"SELECT "logins"."id", "logins"."qr_token", "logins"."password_hint" FROM"#,
        backends: &[Backend::Sqlite],
        why: "the index holds nothing but logins that are not over or not cleaned up",
    },
    Allowed {
        query: r#"ORDER BY "erasures"."asked_at" ASC, "erasures"."id" ASC LIMIT"#,
        backends: &[Backend::Sqlite],
        why: "the index holds nothing but erasures that are not done",
    },
    Allowed {
        query: r#"WHERE "jobs"."running_since" IS NOT NULL"#,
        backends: &[Backend::Sqlite],
        why: "the index holds nothing but jobs that nodes are at",
    },
    Allowed {
        query: r#"FROM "jobs" WHERE TRUE ORDER BY "jobs"."id" DESC LIMIT"#,
        backends: &[Backend::Sqlite],
        why: "in the order of the key, until the page is full",
    },
    Allowed {
        query: " AS oldest FROM ",
        backends: &[Backend::Sqlite],
        why: "in the order of an index, of which the first row is read",
    },
    Allowed {
        query: r#"(SELECT 1 AS "one" FROM"#,
        backends: &[Backend::Postgres],
        why: "rows are counted up to ten thousand, and no further",
    },
    Allowed {
        query: r#"COUNT(*) AS "counted" FROM "accounts" GROUP BY"#,
        backends: &[Backend::Sqlite, Backend::Postgres],
        why: "one node counts how all accounts do, once a minute, by an index alone",
    },
    Allowed {
        query: r#"CASE WHEN ("accounts"."health_since" >= "#,
        backends: &[Backend::Postgres],
        why: "counts how all accounts do: there is no counting without reading",
    },
    Allowed {
        query: r#"SELECT "accounts"."tenant", COUNT(*) AS "found" FROM"#,
        backends: &[Backend::Postgres],
        why: "counts the accounts of each tenant: there is no counting without reading",
    },
];

/// Those that a query may be one of in this database.
pub(super) fn allowed(backend: Backend) -> Vec<&'static Allowed> {
    let here = ALLOWED.iter();
    here.filter(|allowed| allowed.backends.contains(&backend))
        .collect()
}
