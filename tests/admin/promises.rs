//! What is promised, with figures of a month as a bot of some size has them.

use sesame_test_support::browser::{Browser, Scheme, Window};
use sesame_test_support::postgres::Postgres;

use super::looks::Looks;
use super::{server_with, sign_in};

/// A month of a bot at which some hundred people a day sign in, fewer at night and
/// at weekends: its promises, each in another state.
const MONTH: &str = "
    WITH hours AS (
        SELECT this - back AS hour, back,
            greatest(0, 12 + 9 * sin(((this - back) % 24 - 9) * pi() / 12)
                - CASE WHEN (this - back) / 24 % 7 IN (2, 3) THEN 5 ELSE 0 END
                + back % 5)::bigint AS people
        FROM generate_series(0, 29 * 24) AS back,
            (SELECT floor(extract(epoch FROM now()) / 3600)::bigint AS this) AS clock),
    counts (slo, hour, events, errors) AS (
        SELECT 'login', hour, people, CASE WHEN back IN (90, 250, 251, 430) THEN 1 ELSE 0 END
            FROM hours
        UNION ALL SELECT 'clean_up', hour, people,
            CASE WHEN back BETWEEN 300 AND 330 THEN 8 ELSE (back % 31 = 0)::int END FROM hours
        UNION ALL SELECT 'flood', hour, people * 9,
            CASE WHEN back BETWEEN 2 AND 14 THEN 60 ELSE (back % 9 = 0)::int END FROM hours
        UNION ALL SELECT 'expiry', hour, people * 5 / 4, people / 8 + back % 2 FROM hours)
    INSERT INTO slo_hours (tenant, hour, slo, events, errors)
        SELECT 'default', hour, slo, events, least(errors, events) FROM counts WHERE events > 0
        ON CONFLICT (tenant, hour, slo)
        DO UPDATE SET events = excluded.events, errors = excluded.errors";

#[tokio::test]
async fn each_promise_is_drawn_with_what_is_left_of_its_budget() {
    let postgres = Postgres::shared().await.unwrap();
    let database = postgres.create_database().await.unwrap();
    let server = server_with("viewer", |sesame| sesame.set("DATABASE_URL", &database)).await;
    postgres.execute(&database, MONTH).await.unwrap();
    let browser = Browser::start(Window::Desktop, Scheme::Light)
        .await
        .unwrap();
    sign_in(&server, &browser).await;
    for (slo, verdict) in [
        ("login", "kept"),
        ("clean_up", "kept"),
        ("flood", "burns too fast"),
        ("expiry", "broken"),
    ] {
        let row = format!("[data-slo={slo}]");
        browser.says(&row, verdict).await.unwrap();
        browser.shown(&format!("{row} svg.budget")).await.unwrap();
    }
    let looks = Looks::of(&browser);
    looks.at_place("promises", "#h-promises").await;
    browser
        .click("#h-promises ~ * summary, .more summary")
        .await
        .unwrap();
    browser
        .says("details[open] caption", "failed logins of")
        .await
        .unwrap();
    looks.at_place("promises-tables", ".more[open]").await;
}
