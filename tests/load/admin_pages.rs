//! How long every page of the operators takes over 100,000 accounts, people,
//! logins and jobs and 1,000,000 entries of the audit, of four tenants, in
//! PostgreSQL: each with each of its filters, its first page and one half a month
//! back.

#[path = "../../store/tests/ports/listing/scale/rows.rs"]
mod rows;

use std::time::{Duration, Instant};

use reqwest::header::{COOKIE, HeaderValue, ORIGIN, SET_COOKIE};
use reqwest::{Client, Response};
use sesame_test_support::http;
use sesame_test_support::phone::NewPerson;
use sesame_test_support::postgres::Postgres;
use sesame_test_support::test_server::TestServer;
use sesame_test_support::wait::poll;

use self::rows::{SPAN, tables};

/// The operator.
const OPERATOR: i64 = 4_410_297_756;

/// What no page may take longer than.
const LIMIT: Duration = Duration::from_millis(200);

/// What freezing what a list lets through may not take longer than: it writes down
/// every row, of which there are up to 100,000.
const FREEZING_LIMIT: Duration = Duration::from_secs(1);

/// How many lines of the audit as a file tell how fast it comes.
const ENOUGH_LINES: usize = 100_000;

/// How often each is asked for, after the first time.
const TIMES: usize = 9;

/// Pages, and what may be typed into their filters.
const PAGES: [(&str, &[&str]); 14] = [
    ("", &[]),
    (
        "/logins",
        &[
            "q=0123abcd",
            "person=7777",
            "node=node_1",
            "over=no",
            "over=yes",
            "status=failed&node=node_1",
        ],
    ),
    (
        "/jobs",
        &[
            "q=0123abcd",
            "kind=rehearse",
            "kind=export",
            "kind=none",
            "person=7777",
            "node=node_1",
            "node=gone",
            "code=bucket_refused",
            "code=none",
            "status=done",
            "status=failed",
            "status=waiting",
            "status=queued",
            "status=running",
            "status=cancelled",
            "status=done&kind=rehearse",
            "status=done&node=node_1",
            "kind=check_now&node=node_1",
        ],
    ),
    ("/schedules", &[]),
    ("/limits", &["q=7777", "reason=flood", "reason=none"]),
    (
        "/accounts",
        &[
            "q=7777",
            "q=ann_7777",
            "q=0123abcd",
            "key=k5",
            "key=k7",
            "key=k1",
            "health=alive&key=k5",
        ],
    ),
    (
        "/people",
        &[
            "q=7777",
            "language=pt",
            "language=xx",
            "linked=no&blocked=yes",
            "linked=no&language=en",
        ],
    ),
    ("/tenants", &[]),
    ("/operators", &[]),
    (
        "/audit",
        &[
            "q=7777",
            "action=key_rotated&actor=operator",
            "action=session_opened&outcome=refused",
            "actor=owner&outcome=failed",
            "actor=operator&outcome=failed",
            "subject=01234567-89ab-7def-8123-456789abcdef",
        ],
    ),
    ("/keys", &[]),
    ("/backups", &[]),
    ("/diagnostics", &[]),
    ("/configuration", &[]),
];

/// A browser of an operator who is signed in.
struct Operator {
    client: Client,
    base: String,
    cookie: String,
}

impl Operator {
    /// Signs in by a link from the chat.
    async fn sign_in(server: &TestServer) -> Self {
        let mut mara = NewPerson::of("Mara", 1);
        mara.id = Some(OPERATOR);
        let phones = &server.phones;
        phones.create(&mara).await.unwrap();
        phones.say(OPERATOR, "/admin").await.unwrap();
        let said = phones.hears(OPERATOR, "works once").await.unwrap();
        let link = &said.reply_markup["inline_keyboard"][0][0]["url"];
        let link = link.as_str().unwrap();
        let (client, base) = (http::client().unwrap(), server.base().to_owned());
        let opened = client
            .get(link)
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-dest", "document");
        let browser = cookie(&opened.send().await.unwrap());
        let signed_in = client.post(link).header(COOKIE, browser);
        let signed_in = signed_in.header(ORIGIN, &base).send().await.unwrap();
        Self {
            cookie: cookie(&signed_in),
            client,
            base,
        }
    }

    async fn open(&self, path: &str) -> Response {
        let request = self.client.get(format!("{}/admin{path}", self.base));
        let request = request.header(COOKIE, &self.cookie);
        request.send().await.unwrap()
    }

    /// Sends a form.
    async fn post(&self, path: &str, fields: &[(&str, String)]) {
        let request = self.client.post(format!("{}/admin{path}", self.base));
        let request = request.header(COOKIE, &self.cookie);
        let request = request.header(ORIGIN, &self.base).form(fields);
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert_eq!(status, 200, "{path} {fields:?}: {text}");
        assert!(text.contains("name=\"reason\""), "{path}: {text}");
    }

    /// The text of a page.
    async fn page(&self, path: &str) -> String {
        let answer = self.open(path).await;
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert_eq!(status, 200, "{path}: {text}");
        text
    }
}

/// The first cookie of an answer.
fn cookie(answer: &Response) -> String {
    let cookie = answer.headers().get(SET_COOKIE).map(HeaderValue::to_str);
    let cookie = cookie.unwrap().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

/// What took how long.
struct Measured {
    what: String,
    limit: Duration,
    median: Duration,
    longest: Duration,
}

impl Measured {
    fn is_slow(&self) -> bool {
        self.longest > self.limit
    }
}

/// How long a page takes, the first time and again and again.
async fn measured(operator: &Operator, path: &str) -> Measured {
    let what = format!("/admin{path}");
    timed(what, LIMIT, async || {
        operator.page(path).await;
    })
    .await
}

/// How long it takes to count, freeze and show all that a filter of a list lets
/// through, before anything is done to it; `None`: the list has nothing of the kind.
async fn previewed(operator: &Operator, path: &str) -> Option<Measured> {
    let page = operator.page(path).await;
    let form = between(&page, "class=\"group\" method=\"post\"", "</form>").next()?;
    let action = between(form, "name=\"action\" value=\"", "\"").next()?;
    let fields = ["csrf", "filter"].map(|name| {
        let begin = format!("name=\"{name}\" value=\"");
        let value = between(form, &begin, "\"").next().unwrap();
        (name, value.replace("&#38;", "&").replace("&amp;", "&"))
    });
    let mut fields = Vec::from(fields);
    fields.push(("action", action.to_owned()));
    let (list, _) = path.split_once('?').unwrap_or((path, ""));
    let many = format!("{list}/many");
    let what = format!("{action} of /admin{path}");
    let measured = timed(what, FREEZING_LIMIT, async || {
        operator.post(&many, &fields).await;
    });
    Some(measured.await)
}

async fn timed(what: String, limit: Duration, ask: impl AsyncFn()) -> Measured {
    let mut times = Vec::new();
    for _ in 0..=TIMES {
        let begun = Instant::now();
        ask().await;
        times.push(begun.elapsed());
    }
    times.sort();
    let measured = Measured {
        what,
        limit,
        median: times[TIMES / 2],
        longest: times[TIMES],
    };
    let late = if measured.is_slow() { " TOO SLOW" } else { "" };
    println!(
        "| `{}` | {:.1?} | {:.1?} |{late}",
        measured.what, measured.median, measured.longest
    );
    measured
}

/// What stands between two marks, wherever it does.
fn between<'a>(text: &'a str, begin: &'a str, end: &'a str) -> impl Iterator<Item = &'a str> {
    let parts = text.split(begin).skip(1);
    parts.map(move |part| part.split(end).next().unwrap_or_default())
}

/// Every choice that the filters of a page offer: `name=value`.
fn choices(page: &str) -> Vec<String> {
    let selects = between(page, "<select ", "</select>");
    let choices = selects.flat_map(|select| {
        let name = between(select, "name=\"", "\"").next().unwrap_or_default();
        let values = between(select, "<option value=\"", "\"").filter(|it| !it.is_empty());
        values.map(move |value| format!("{name}={value}"))
    });
    choices.collect()
}

/// The address of a page of the same list that is half a month back.
fn deep(page: &str) -> Option<String> {
    let pager = between(page, "class=\"pager\"", "</p>").next()?;
    let after = between(pager, "after=", "\"").next()?;
    let (at, key) = after.split('&').next()?.split_once('.')?;
    let at: i64 = at.parse().ok()?;
    let half = SPAN / 2 * 1_000_000;
    // What waits is in the order of what comes first.
    let back = if page.contains("which ends first") {
        half
    } else {
        -half
    };
    Some(format!("after={}.{key}", at + back))
}

/// What leads from a list to the page of its first row.
fn first_of(page: &str) -> Option<&str> {
    let lead = between(page, "class=\"lead\"><a href=\"", "\"").next()?;
    lead.split_once("/admin").map(|(_, path)| path)
}

async fn filled() -> (TestServer, Operator) {
    let postgres = Postgres::shared().await.unwrap();
    let database = postgres.create_database().await.unwrap();
    let server = super::unlimited(|program| {
        program
            .set("DATABASE_URL", database.as_str())
            .set("OPERATORS", format!("{OPERATOR}:owner"))
    });
    let server = server.await;
    let operator = Operator::sign_in(&server).await;
    for statement in tables("(date_trunc('second', now()) - interval '30 days')") {
        postgres.execute(&database, &statement).await.unwrap();
    }
    (server, operator)
}

#[tokio::test]
#[ignore = "a measurement, for a quiet machine and a release build"]
async fn admin_pages() {
    let (_server, operator) = filled().await;
    // Diagnostics has something to show once everything was looked at.
    let looked = poll(Duration::from_mins(2), async || {
        let page = operator.page("/diagnostics").await;
        page.contains("data-check").then_some(())
    });
    looked.await.unwrap();
    let mut all = Vec::new();
    println!("| page | median | longest |\n| --- | --- | --- |");
    for (path, typed) in PAGES {
        let page = operator.page(path).await;
        assert!(!page.contains("cannot be read"), "{path}");
        let mut filters = vec![String::new()];
        if page.contains("class=\"filters\"") {
            filters.extend(choices(&page));
        }
        filters.extend(typed.iter().map(|it| (*it).to_owned()));
        for filter in filters {
            let first = format!("{path}?{filter}");
            let first = first.trim_end_matches('?');
            all.push(measured(&operator, first).await);
            all.extend(previewed(&operator, first).await);
            if let Some(after) = deep(&operator.page(first).await) {
                let deep = format!("{path}?{filter}&{after}");
                all.push(measured(&operator, &deep.replace("?&", "?")).await);
            }
        }
        if let Some(first) = first_of(&page).filter(|it| it.starts_with(path)) {
            all.push(measured(&operator, first).await);
        }
    }
    file(&operator).await;
    let slow = all.iter().filter(|it| it.is_slow());
    let slow: Vec<&str> = slow.map(|it| it.what.as_str()).collect();
    let longest = all.iter().map(|it| it.longest).max().unwrap();
    println!("{} pages, the longest {longest:.1?}", all.len());
    assert!(
        cfg!(debug_assertions) || slow.is_empty(),
        "longer than they may: {slow:#?}"
    );
}

/// How long the audit as a file takes to begin, and how fast it comes.
async fn file(operator: &Operator) {
    let begun = Instant::now();
    let mut file = operator.open("/audit.csv").await;
    let (mut lines, mut first) = (0, None);
    while lines < ENOUGH_LINES
        && let Some(part) = file.chunk().await.unwrap()
    {
        first.get_or_insert_with(|| begun.elapsed());
        lines += part.split(|byte| *byte == b'\n').count() - 1;
    }
    let (first, took) = (first.unwrap_or_default(), begun.elapsed());
    println!("`/admin/audit.csv`: begins after {first:.1?}, {lines} lines after {took:.1?}");
}
