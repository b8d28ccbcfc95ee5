//! What is read, what is refused, what is shown.

mod declaring;
mod example;
mod keeping;
mod mistaken;
mod written;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use rstest::rstest;
use sesame_store::DatabaseAddress;

use super::about::{Holds, Visibility};
use super::env_file::read_file;
use super::list::{all, names};
use super::origin::Origin;
use super::*;

const TOKEN: &str = "7000000001:AAF0sandboxsandboxsandboxsandboxsan";
const HASH: &str = "0123456789abcdef0123456789abcdef";

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// A configuration that is complete, with changes.
fn layers(changes: &[(&str, &str)]) -> Layers {
    let mut environment = map(&[
        ("API_ID", "12345"),
        ("API_HASH", HASH),
        ("BOT_TOKEN", TOKEN),
        ("PUBLIC_URL", "https://sesame.example.org"),
    ]);
    environment.extend(map(changes));
    Layers {
        environment,
        ..Layers::default()
    }
}

#[test]
fn what_is_not_set_has_its_default() {
    let settings = Settings::load(&layers(&[])).unwrap();
    assert_eq!(settings.web.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.login.qr_ttl_seconds, 600);
    assert_eq!(settings.bot.tenant.as_str(), "default");
    assert_eq!(settings.telegram.telegram_servers, Servers::Production);
    assert_eq!(settings.custody.key_file, PathBuf::from("data/keys.json"));
    assert_eq!(file(&settings.storage), "data/sesame.db");
    assert_eq!(settings.logs.log_format, LogFormat::Pretty);
}

#[test]
fn the_command_wins_over_the_environment_and_that_over_the_file() {
    let settings = |command, environment, file| {
        let mut layers = layers(environment);
        layers.command = map(command);
        layers.file = map(file);
        Settings::load(&layers).unwrap().login.qr_ttl_seconds
    };
    let (a, b, c) = (
        [("QR_TTL_SECONDS", "100")],
        [("QR_TTL_SECONDS", "200")],
        [("QR_TTL_SECONDS", "300")],
    );
    assert_eq!(settings(&a, &b, &c), 100);
    assert_eq!(settings(&[], &b, &c), 200);
    assert_eq!(settings(&[], &[], &c), 300);
    assert_eq!(settings(&[], &[("QR_TTL_SECONDS", "")], &c), 300);
}

#[test]
fn what_a_command_brings_for_what_no_one_sets_wins_over_the_default_alone() {
    let log = |changes| {
        let mut layers = layers(changes);
        layers.fallback = map(&[("LOG", "warn")]);
        Settings::load(&layers).unwrap().logs.log
    };
    assert_eq!(log(&[]), "warn");
    assert_eq!(log(&[("LOG", "debug")]), "debug");
}

#[test]
fn what_follows_from_another_setting_wins_over_the_default_alone() {
    let sandbox = ("TELEGRAM_SANDBOX", "http://127.0.0.1:9000/control");
    let script = |changes: &[(&str, &str)]| {
        let mut layers = layers(&[]);
        layers.file = map(changes);
        let overview = Overview::load(&layers);
        let script = overview.effective.into_iter();
        let mut script = script.filter(|it| it.name == "WEBAPP_SCRIPT_URL");
        let script = script.next().unwrap();
        (script.value.unwrap(), script.origin)
    };
    let of_sandbox = "http://127.0.0.1:9000/phone/telegram-web-app.js";
    assert_eq!(script(&[sandbox]), (of_sandbox.to_owned(), Origin::Default));
    let own = "https://e.org/script.js";
    let set = script(&[sandbox, ("WEBAPP_SCRIPT_URL", own)]);
    assert_eq!(set, (own.to_owned(), Origin::File));
}

#[test]
fn each_default_fits_its_own_rule() {
    for setting in all() {
        let Some(default) = setting.default else {
            continue;
        };
        let layers = layers(&[(setting.name, default)]);
        let problems = Overview::load(&layers).problems;
        assert!(problems.is_empty(), "{problems}");
    }
}

#[test]
fn the_data_directory_moves_the_database_and_the_keys() {
    let settings = Settings::load(&layers(&[("DATA_DIR", "/srv/sesame")])).unwrap();
    assert_eq!(
        settings.custody.key_file,
        PathBuf::from("/srv/sesame/keys.json")
    );
    assert_eq!(file(&settings.storage), "/srv/sesame/sesame.db");
}

/// The path of the database's file.
fn file(storage: &Storage) -> String {
    match &storage.database {
        DatabaseAddress::File(path) => path.display().to_string(),
        DatabaseAddress::Url(_) => panic!("it is an address"),
    }
}

#[test]
fn every_letter_of_the_data_directory_means_itself() {
    for name in ["try%2Fme", "what?", "a#b?mode=memory", ":memory:", "file:x"] {
        let layers = layers(&[("DATA_DIR", name)]);
        let settings = Settings::load(&layers).unwrap();
        assert_eq!(file(&settings.storage), format!("{name}/sesame.db"));
        assert_eq!(settings.custody.key_file, Path::new(name).join("keys.json"));
        let overview = Overview::load(&layers);
        let shown = overview
            .effective
            .iter()
            .find(|it| it.name == "DATABASE_URL");
        assert_eq!(shown.unwrap().value, Some(format!("{name}/sesame.db")));
    }
}

#[test]
fn everything_that_is_missing_or_wrong_is_listed_at_once() {
    let layers = Layers {
        environment: map(&[
            ("LISTEN", "localhost"),
            ("QR_TTL_SECONDS", "5"),
            ("TENANT", "Not A Tenant"),
            ("LOG_KEEP", "many"),
        ]),
        ..Layers::default()
    };
    let problems = Settings::load(&layers).unwrap_err();
    let text = problems.to_string();
    for name in [
        "API_ID",
        "API_HASH",
        "BOT_TOKEN",
        "LISTEN",
        "QR_TTL_SECONDS",
        "TENANT",
        "LOG_KEEP",
    ] {
        let lines = text
            .lines()
            .filter(|line| line.trim_start().starts_with(&format!("{name} ")));
        assert_eq!(lines.count(), 1, "{name} in:\n{text}");
    }
    assert!(text.contains("https://my.telegram.org/apps"), "{text}");
}

#[rstest]
#[case("API_ID", "0")]
#[case("API_ID", "-5")]
#[case("API_ID", "99999999999")]
#[case("API_HASH", "abc")]
#[case("BOT_TOKEN", "no token")]
#[case("APP_NAME", "two\nlines")]
#[case("TELEGRAM_SERVERS", "staging")]
#[case("TELEGRAM_SANDBOX", "ftp://127.0.0.1")]
#[case("BOT_API_URL", "127.0.0.1:80")]
#[case("PUBLIC_URL", "sesame.example.org")]
#[case("PUBLIC_URL", "https://example.org/sesame?x=1")]
#[case("PUBLIC_URL", "https://example.org/sesame#app")]
#[case("PUBLIC_URL", "https://example.org//sesame/")]
#[case("PUBLIC_URL", "https://me:secret@example.org/sesame/")]
#[case("INIT_DATA_SIGNATURE", "no")]
#[case("WEBHOOK_SECRET", "short")]
#[case("WEBHOOK_SECRET", "sixteen characters and a space")]
#[case("FRAME_ANCESTORS", "https://web.telegram.org/k/")]
#[case("FRAME_ANCESTORS", "https://a.example; script-src *")]
#[case("QR_TTL_SECONDS", "3601")]
#[case("DATABASE_URL", "mysql://localhost/sesame")]
#[case("REDIS_URL", "127.0.0.1:6379")]
#[case("LOG", "info,=[")]
#[case("LOG_FORMAT", "xml")]
#[case("LOG_KEEP", "0")]
fn a_value_that_does_not_fit_is_refused_by_name(#[case] name: &str, #[case] value: &str) {
    let problems = Settings::load(&layers(&[(name, value)])).unwrap_err();
    assert!(problems.name(name), "{problems}");
}

#[test]
fn no_problem_quotes_a_secret() {
    let secrets = [
        ("API_HASH", "hash-secret"),
        ("BOT_TOKEN", "token-secret"),
        ("WEBHOOK_SECRET", "web secret"),
        ("DATABASE_URL", "mysql://u:base-secret@h/d"),
        ("REDIS_URL", "http://u:redis-secret@h"),
    ];
    let problems = Settings::load(&layers(&secrets)).unwrap_err();
    for (name, value) in secrets {
        assert!(problems.name(name), "{name}");
        assert!(!problems.to_string().contains(value));
        assert!(!problems.to_string().contains("secret@"));
    }
}

#[test]
fn a_webhook_needs_an_https_address() {
    let secret = ("WEBHOOK_SECRET", "sixteen-characters-or-more");
    for url in ["", "http://sesame.example.org"] {
        let problems = Settings::load(&layers(&[secret, ("PUBLIC_URL", url)])).unwrap_err();
        assert!(problems.name("PUBLIC_URL"), "{problems}");
        Settings::load(&layers(&[("PUBLIC_URL", url)])).unwrap();
    }
    Settings::load(&layers(&[secret])).unwrap();
}

#[test]
fn a_sandbox_brings_its_bot_api_and_needs_no_https() {
    let sandbox = ("TELEGRAM_SANDBOX", "http://127.0.0.1:9000/control");
    let settings = Settings::load(&layers(&[sandbox, ("PUBLIC_URL", "")])).unwrap();
    let url = settings.bot.bot_api_url.unwrap();
    assert_eq!(url.as_str(), "http://127.0.0.1:9000/");
    let other = ("BOT_API_URL", "http://127.0.0.1:9001");
    let settings = Settings::load(&layers(&[sandbox, other])).unwrap();
    assert_eq!(settings.bot.bot_api_url.unwrap().port(), Some(9001));
}

#[test]
fn a_sandbox_brings_its_script_unless_another_is_named() {
    let sandbox = ("TELEGRAM_SANDBOX", "http://127.0.0.1:9000/control");
    let settings = Settings::load(&layers(&[sandbox])).unwrap();
    let url = settings.web.webapp_script_url;
    assert_eq!(
        url.as_str(),
        "http://127.0.0.1:9000/phone/telegram-web-app.js"
    );
    let other = ("WEBAPP_SCRIPT_URL", "http://127.0.0.1:9001/other.js");
    let settings = Settings::load(&layers(&[sandbox, other])).unwrap();
    assert_eq!(settings.web.webapp_script_url.port(), Some(9001));
}

#[test]
fn the_database_can_be_worked_on_without_a_bot() {
    let settings = StorageSettings::load(&Layers::default()).unwrap();
    assert_eq!(file(&settings.storage), "data/sesame.db");
}

#[test]
fn the_overview_shows_every_value_and_where_it_comes_from_but_no_secret() {
    let mut layers = layers(&[
        (
            "DATABASE_URL",
            "postgres://sesame:base-secret@db/sesame?password=also-secret",
        ),
        ("REDIS_URL", "redis://:redis-secret@redis:6379/0"),
        ("WEBHOOK_SECRET", "a-secret-of-the-webhook"),
    ]);
    layers.file = map(&[("DEVICE_MODEL", "Living room")]);
    layers.command = map(&[("LISTEN", "127.0.0.1:0")]);
    let overview = Overview::load(&layers);
    assert!(overview.problems.is_empty());

    let shown: Vec<&str> = overview.effective.iter().map(|value| value.name).collect();
    assert_eq!(shown, names().collect::<Vec<_>>());
    let find = |name: &str| {
        let value = overview
            .effective
            .iter()
            .find(|value| value.name == name)
            .unwrap();
        (value.value.as_deref(), value.origin)
    };
    assert_eq!(find("LISTEN"), (Some("127.0.0.1:0"), Origin::Command));
    assert_eq!(find("API_ID"), (Some("12345"), Origin::Environment));
    assert_eq!(find("DEVICE_MODEL"), (Some("Living room"), Origin::File));
    assert_eq!(find("QR_TTL_SECONDS"), (Some("600"), Origin::Default));
    assert_eq!(find("KEY_FILE"), (Some("data/keys.json"), Origin::Default));
    assert_eq!(find("LOG_DIR"), (None, Origin::Unset));
    assert_eq!(find("BOT_TOKEN"), (Some("(hidden)"), Origin::Environment));

    let text = format!("{overview:?}");
    for secret in [
        TOKEN,
        HASH,
        "base-secret",
        "also-secret",
        "redis-secret",
        "a-secret",
    ] {
        assert!(!text.contains(secret), "{secret}");
    }
    assert!(
        text.contains("postgres://sesame:hidden@db/sesame"),
        "{text}"
    );
}

#[test]
fn no_debug_shows_a_secret() {
    let layers = layers(&[
        ("DATABASE_URL", "postgres://u:base-secret@h/d"),
        ("REDIS_URL", "redis://:redis-secret@h"),
        ("WEBHOOK_SECRET", "a-secret-of-the-webhook"),
    ]);
    let text = format!("{layers:?} {:?}", Settings::load(&layers).unwrap());
    for secret in [TOKEN, HASH, "base-secret", "redis-secret", "a-secret"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[test]
fn secrets_are_known_as_such() {
    for setting in all() {
        let secretive = ["TOKEN", "HASH", "SECRET", "PASSWORD"];
        if secretive.iter().any(|word| setting.name.contains(word)) {
            assert_eq!(setting.shown, Visibility::Never, "{}", setting.name);
        }
    }
}

#[test]
fn a_file_that_is_not_there_sets_nothing() {
    assert!(read_file(Path::new("/nowhere/.env")).unwrap().is_empty());
}

#[test]
fn a_broken_line_is_named_by_its_number_and_not_quoted() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"API_ID=1\n# a comment\nBOT_TOKEN=very secret token\n")
        .unwrap();
    let problems = read_file(file.path()).unwrap_err().to_string();
    assert!(problems.contains("line 3"), "{problems}");
    assert!(!problems.contains("very secret"), "{problems}");
}

#[test]
fn misspelt_names_in_the_file_are_found() {
    let layers = Layers {
        file: map(&[("QR_TTL_SECOND", "60"), ("LOG", "info")]),
        ..Layers::default()
    };
    let unknown: Vec<_> = layers.unknown().iter().map(ToString::to_string).collect();
    let said = "QR_TTL_SECOND in .env is not known to Sesame: is QR_TTL_SECONDS meant?";
    assert_eq!(unknown, [said]);
}
