//! The command line as whoever looks after Sesame meets it: what fits a terminal,
//! what leaves no trace, what is said about mistakes.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

use std::collections::BTreeSet;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use rstest::rstest;
use serde_json::Value;
use sesame_test_support::sesame::{Program, Said};
use sesame_test_support::test_server::{Site, TestServer};

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
const WIDTH: usize = 80;
const WRONG_ARGUMENTS: i32 = 2;
const TAKEN: i32 = 5;

/// Everything that only looks.
const LOOKS: [&[&str]; 17] = [
    &["accounts"],
    &["accounts", "retention"],
    &["backup", "list"],
    &["backup", "verify"],
    &["config"],
    &["config", "check"],
    &["config", "dump"],
    &["dialogs", "list"],
    &["doctor"],
    &["doctor", "audit"],
    &["jobs", "list"],
    &["jobs", "show", "0190f7d2-0000-7000-8000-000000000000"],
    &["keys", "list"],
    &["keys", "status"],
    &["ready"],
    &["restore", "--dry-run"],
    &["import", "telethon", "--dry-run", "sessions"],
];

/// Each with what a real bot needs, none of which answers.
fn program(site: &Site) -> Program {
    Program::new(BINARY, site.folder(), "sesame")
        .set("API_ID", "12345")
        .set("API_HASH", "0123456789abcdef0123456789abcdef")
        .set("BOT_TOKEN", format!("7000000001:{}", "x".repeat(35)))
        .set("BOT_API_URL", "http://127.0.0.1:9/")
        .set("TELEGRAM_SANDBOX", "http://127.0.0.1:9/control")
        .set("LISTEN", "127.0.0.1:9")
        .set("PUBLIC_URL", "http://127.0.0.1:9/")
}

/// What lies in a folder and below it.
fn lies_in(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(lies_in(&path));
        }
        found.insert(path);
    }
    found
}

fn fits(said: &Said, what: &[&str]) {
    for line in said.out.lines().chain(said.err.lines()) {
        assert!(line.chars().count() <= WIDTH, "{what:?}: {line}");
    }
}

#[tokio::test]
async fn what_only_looks_makes_nothing_and_fits_a_terminal() {
    let site = Site::new(BINARY).unwrap();
    let sessions = site.folder().join("sessions");
    fs::write(&sessions, "1AAA\n").unwrap();
    fs::set_permissions(
        &sessions,
        std::os::unix::fs::PermissionsExt::from_mode(0o600),
    )
    .unwrap();
    let before = lies_in(site.folder());
    let below = |name: &str| site.folder().join(name).display().to_string();
    for (name, value) in [
        ("LOG", "debug".to_owned()),
        ("LOG_DIR", below("logs")),
        ("BACKUP_TO", below("backups")),
        ("KEY_FILE", below("keys/keys.json")),
    ] {
        let sesame = program(&site).set(name, value);
        for look in LOOKS {
            let said = sesame.instead(look.iter().copied()).run().await.unwrap();
            assert_eq!(lies_in(site.folder()), before, "{look:?}");
            if name != "LOG" {
                fits(&said, look);
            }
        }
    }
    let named = program(&site).set("DATABASE_URL", "sqlite://elsewhere/sesame.db");
    for look in LOOKS {
        let said = named.instead(look.iter().copied()).run().await.unwrap();
        assert_eq!(lies_in(site.folder()), before, "{look:?}");
        fits(&said, look);
    }
}

#[tokio::test]
async fn who_looks_where_nothing_is_yet_is_told_what_makes_it() {
    let site = Site::new(BINARY).unwrap();
    let said = program(&site).arg("accounts").run().await.unwrap();
    let complaint = said.complained();
    assert!(
        complaint.contains("there is no database data/sesame.db yet"),
        "{complaint}"
    );
    assert!(complaint.contains("`sesame serve` makes it"), "{complaint}");
}

#[tokio::test]
async fn lists_with_something_in_them_fit_a_terminal() {
    let server = TestServer::open(BINARY).await.unwrap();
    server.linked(1).await.unwrap();
    let backups = server.site.folder().join("backups").display().to_string();
    let sesame = server.program.clone().set("BACKUP_TO", backups);
    sesame.instead(["backup"]).must().await.unwrap();
    for look in LOOKS {
        let said = sesame.instead(look.iter().copied()).run().await.unwrap();
        if look.first() != Some(&"import") && look.get(1) != Some(&"show") {
            assert!(!said.out.is_empty(), "{look:?}: {said:?}");
        }
        fits(&said, look);
    }
}

/// Also with a log that says everything: people came for the answer.
#[tokio::test]
async fn the_answer_comes_before_the_log() {
    let server = TestServer::open(BINARY).await.unwrap();
    let folder = server.site.folder();
    for (act, answer) in [
        (["keys", "rotate"], "is active"),
        (["keys", "rewrap"], "wrapped anew under"),
    ] {
        let quiet = server.program.clone().set("LOG", "");
        let quiet = quiet.instead(act).run().await.unwrap();
        assert_eq!(quiet.err, "", "{act:?}");
        // Both into one file, in the order in which they are written.
        let file = folder.join("said");
        let both = fs::File::create(&file).unwrap();
        let settings = server.program.clone().set("LOG", "trace");
        let done = settings.instead(act).run_into(both).await.unwrap();
        assert!(done.success(), "{act:?}");
        let said = fs::read_to_string(&file).unwrap();
        let logged = said.find(" INFO ");
        let answered = said.find(answer);
        assert!(answered.is_some() && answered < logged, "{act:?}: {said}");
    }
}

#[tokio::test]
async fn an_address_that_is_taken_is_told_with_what_names_another() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let site = Site::new(BINARY).unwrap();
    let serve = program(&site).set("LISTEN", address.clone()).arg("serve");
    let said = serve.run().await.unwrap();
    assert_eq!(said.status.code(), Some(TAKEN), "{said:?}");
    let complaint = said.complained();
    assert!(complaint.contains("with LISTEN"), "{complaint}");
    assert!(!complaint.contains("--listen"), "{complaint}");

    for alone in [&["sandbox"][..], &["sandbox", "--telegram-only"]] {
        let sandbox = Program::new(BINARY, site.folder(), "sandbox");
        let sandbox = sandbox.args(alone.iter().copied());
        let said = sandbox.args(["--listen", &address]).run().await.unwrap();
        assert_eq!(said.status.code(), Some(TAKEN), "{said:?}");
        let complaint = said.complained();
        assert!(complaint.contains("with --listen"), "{complaint}");
        assert!(!complaint.contains("LISTEN"), "{complaint}");
    }
}

#[rstest]
#[case(&["sandbox", "--listen", "8080"], "an IP address and a port")]
#[case(&["sandbox", "--token-life", "long"], "a whole number from 1 to 3600")]
#[case(&["sandbox", "--token-life", "0"], "a whole number from 1 to 3600")]
#[case(&["jobs", "list", "--limit", "all"], "a whole number from 1 to 10000")]
#[case(&["jobs", "list", "--limit", "99999999999999999999"], "a whole number from 1 to 10000")]
#[case(&["jobs", "list", "--state", "well"], "queued, waiting, running")]
#[case(&["accounts", "check", "--id", "7"], "`sesame accounts --json` shows it")]
#[case(&["dialogs", "list", "--kind", "chat"], "user, group, channel, bot")]
#[case(&["dialogs", "list", "--account", "7"], "`sesame accounts --json` shows it")]
#[case(&["import", "telethon", "--tenant", "A B", "x"], "1 to 32 characters out of a-z")]
#[tokio::test]
async fn a_wrong_argument_is_told_with_what_to_write(
    #[case] arguments: &[&str],
    #[case] instead: &str,
) {
    let server = Site::new(BINARY).unwrap();
    let said = program(&server).args(arguments.iter().copied());
    let said = said.run().await.unwrap();
    assert_eq!(said.status.code(), Some(WRONG_ARGUMENTS), "{said:?}");
    let complaint = said.complained();
    assert!(complaint.contains(instead), "{complaint}");
    for parser in [
        "invalid digit",
        "too large to fit",
        "invalid socket",
        "UUID",
        "uuid",
    ] {
        assert!(!complaint.contains(parser), "{complaint}");
    }
    fits(&said, arguments);
}

#[tokio::test]
async fn what_is_misspelt_is_told_with_what_was_meant() {
    let site = Site::new(BINARY).unwrap();
    fs::write(site.folder().join(".env"), "QR_TTL_SECOND=300\n").unwrap();
    let sesame = program(&site)
        .set("SESAME_LISTEN", "127.0.0.1:1")
        .set("REDIS_URI", "redis://127.0.0.1")
        .set("RUST_LOG", "info");
    let expected = [
        "QR_TTL_SECOND in .env is not known to Sesame: is QR_TTL_SECONDS meant?",
        "SESAME_LISTEN in the environment is not known to Sesame: is LISTEN meant?",
        "REDIS_URI in the environment is not known to Sesame: is REDIS_URL meant?",
    ];
    for look in [&["config"][..], &["config", "check"], &["doctor"]] {
        let said = sesame.instead(look.iter().copied()).run().await.unwrap();
        let all = format!("{} {}", said.answered(), said.complained());
        for words in expected {
            assert!(all.contains(words), "{look:?}: {all}");
        }
        assert!(!all.contains("RUST_LOG"), "{look:?}: {all}");
    }
    let level = sesame.set("LOG", "inof").arg("config").run().await.unwrap();
    let complaint = level.complained();
    assert!(
        complaint.contains("`inof`, which is no level: is `info` meant?"),
        "{complaint}"
    );
}

/// The verdict on the Mini App.
async fn mini_app(sesame: &Program) -> Value {
    let said = sesame.instead(["doctor", "--json"]).run().await.unwrap();
    let findings: Vec<Value> = serde_json::from_str(&said.out).unwrap();
    let found = findings.into_iter().find(|it| it["about"] == "mini app");
    found.unwrap_or_default()
}

#[tokio::test]
async fn an_address_that_telegram_does_not_open_is_bad_but_for_a_sandbox() {
    let site = Site::new(BINARY).unwrap();
    let sandbox = program(&site);
    assert_eq!(mini_app(&sandbox).await["reason"], "not_reached");
    let real = sandbox.set("TELEGRAM_SANDBOX", "");
    for (address, reason) in [
        ("http://127.0.0.1:9/", "not_https"),
        ("http://sesame.example.org", "not_https"),
        ("", "not_set"),
    ] {
        let real = real.clone().set("PUBLIC_URL", address);
        // Whatever else is wrong.
        for real in [real.clone(), real.clone().set("API_ID", "none")] {
            let found = mini_app(&real).await;
            assert_eq!(found["reason"], reason, "{found}");
            assert_eq!(found["verdict"], "bad", "{found}");
        }
        let said = real.instead(["config", "check"]).run().await.unwrap();
        assert!(said.complained().contains("PUBLIC_URL is"), "{said:?}");
    }
}

/// What a terminal gets that `script` stands for.
fn on_a_terminal(sesame: &Program, settings: &[(&str, &str)]) -> String {
    let mut script = Command::new("script");
    let command = format!("{BINARY} doctor");
    script.args(["--quiet", "--command", &command, "/dev/null"]);
    script.current_dir(sesame.log().parent().unwrap());
    #[allow(
        clippy::disallowed_methods,
        reason = "it is where programs are, not a setting"
    )]
    let path = std::env::var_os("PATH").unwrap_or_default();
    script.env_clear().env("PATH", path).env("TERM", "xterm");
    script.envs(settings.iter().copied());
    String::from_utf8(script.output().unwrap().stdout).unwrap()
}

#[tokio::test]
async fn the_doctor_has_colours_on_a_terminal_alone() {
    let site = Site::new(BINARY).unwrap();
    let sesame = program(&site);
    let red = "\u{1b}[31m";
    let coloured = on_a_terminal(&sesame, &[]);
    assert!(
        coloured.contains(red) && coloured.contains("BAD"),
        "{coloured}"
    );
    for plain in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let said = on_a_terminal(&sesame, &[plain]);
        assert!(said.contains("BAD") && !said.contains('\u{1b}'), "{said}");
    }
    let piped = sesame.arg("doctor").run().await.unwrap();
    assert!(
        piped.out.contains("BAD") && !piped.out.contains('\u{1b}'),
        "{piped:?}"
    );
}
