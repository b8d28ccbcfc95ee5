//! Settings as editors, shells and secret stores write them.

use std::collections::BTreeMap;

use rstest::rstest;
use secrecy::ExposeSecret;
use sesame_store::DatabaseAddress;

use super::{HASH, TOKEN, layers, map};
use crate::config::{Layers, Overview, Settings};

const SECRET: &str = "Zq3vR8sT1uW6xY0aB5cD9eF2gH7jK4mN";

/// One good value for settings of every kind.
const GOOD: [(&str, &str); 24] = [
    ("API_ID", "12345"),
    ("API_HASH", HASH),
    ("DEVICE_MODEL", "Living room"),
    ("TELEGRAM_SERVERS", "test"),
    ("BOT_TOKEN", TOKEN),
    ("TENANT", "acme"),
    ("LISTEN", "127.0.0.1:8081"),
    ("PUBLIC_URL", "https://sesame.example.org/"),
    ("WEBHOOK_SECRET", "sixteen-characters-or-more"),
    (
        "FRAME_ANCESTORS",
        "https://web.telegram.org https://a.example",
    ),
    ("QR_TTL_SECONDS", "300"),
    ("DATA_DIR", "/srv/sesame"),
    ("DATABASE_URL", "postgres://sesame:secret@db/sesame"),
    ("REDIS_URL", "redis://:secret@redis:6379/0"),
    ("KEY_PROVIDER", "secret"),
    ("KEY_SECRET", SECRET),
    ("KEY_MAX_AGE_DAYS", "90"),
    ("KMS_KEY", "alias/sesame"),
    ("KMS_REGION", "eu-central-1"),
    ("BACKUP_TO", "/srv/backups"),
    ("RETAIN_DEAD_DAYS", "30"),
    ("LOG", "info,sesame_sessions=debug"),
    ("LOG_FORMAT", "json"),
    ("LOG_DIR", "/var/log/sesame"),
];

fn effective(layers: &Layers) -> Vec<(&'static str, Option<String>)> {
    let overview = Overview::load(layers);
    assert!(overview.problems.is_empty(), "{}", overview.problems);
    let values = overview.effective.into_iter();
    values.map(|value| (value.name, value.value)).collect()
}

#[rstest]
#[case("{}\n")]
#[case("{}\r\n")]
#[case("  {}\t ")]
#[case("\"{}\"")]
#[case("'{}'")]
#[case("\"{}\"\n")]
#[case("\u{feff}{}")]
#[case("\u{a0}{}\u{200b}")]
fn whatever_tools_put_around_a_value_is_taken_off(#[case] around: &str) {
    let right = effective(&layers(&GOOD));
    let written: BTreeMap<String, String> = GOOD
        .iter()
        .map(|(name, value)| ((*name).to_owned(), around.replace("{}", value)))
        .collect();
    for layers in [
        Layers {
            environment: written.clone(),
            ..Layers::default()
        },
        Layers {
            file: written,
            ..Layers::default()
        },
    ] {
        assert_eq!(effective(&layers), right);
        let settings = Settings::load(&layers).unwrap();
        assert_eq!(settings.telegram.api_hash.expose_secret(), HASH);
        assert_eq!(settings.bot.bot_token.expose_secret(), TOKEN);
        let secret = settings.custody.key_secret.unwrap();
        assert_eq!(secret.expose_secret(), SECRET);
        let DatabaseAddress::Url(database) = settings.storage.database else {
            panic!("it is no file");
        };
        assert_eq!(
            database.expose_secret(),
            "postgres://sesame:secret@db/sesame"
        );
    }
}

#[test]
fn a_value_of_nothing_but_quotation_marks_or_blanks_is_none() {
    for nothing in ["", " ", "\"\"", "''", "\n", "\u{feff}"] {
        let settings = Settings::load(&layers(&[("LOG_DIR", nothing)])).unwrap();
        assert_eq!(settings.logs.log_dir, None, "{nothing:?}");
        let mut layers = layers(&[("TENANT", nothing)]);
        layers.file = map(&[("TENANT", "acme")]);
        let settings = Settings::load(&layers).unwrap();
        assert_eq!(settings.bot.tenant.as_str(), "acme", "{nothing:?}");
    }
}

/// Keys that were derived from a secret with its quotation marks still open,
/// however it is handed over now.
#[test]
fn a_key_secret_that_had_quotation_marks_goes_on_to_open() {
    for written in [
        SECRET.to_owned(),
        format!("\"{SECRET}\""),
        format!("'{SECRET}'\n"),
        format!("“{SECRET}”"),
    ] {
        let changes = [("KEY_PROVIDER", "secret"), ("KEY_SECRET", written.as_str())];
        let custody_settings = Settings::load(&layers(&changes))
            .unwrap()
            .custody
            .settings();
        assert_eq!(custody_settings.secret.unwrap().expose_secret(), SECRET);
        let former: Vec<_> = custody_settings
            .former_secrets
            .iter()
            .map(ExposeSecret::expose_secret)
            .collect();
        for once in [
            format!("\"{SECRET}\""),
            format!("'{SECRET}'"),
            written.trim().to_owned(),
        ] {
            assert!(once == SECRET || former.contains(&once.as_str()), "{once}");
        }
    }
}

#[rstest]
#[case("API_ID", "0", "is lower than 1")]
#[case("API_ID", "-5", "is lower than 1")]
#[case("API_ID", "１２３４５", "wide")]
#[case("API_ID", "12345 # mine", "blank")]
#[case("API_ID", HASH, "exchanged")]
#[case("API_ID", TOKEN, "token of a bot")]
#[case("API_ID", "99999999999", "too large")]
#[case("API_HASH", "12345", "exchanged")]
#[case(
    "API_HASH",
    "0123456789abcdef0123456789abcde",
    "has 31 characters, not 32"
)]
#[case("API_HASH", "0123456789abcdef0123456789abcdeg", "(number 32)")]
#[case("API_HASH", "0123456789abcdef 0123456789abcdef", "blank")]
#[case("BOT_TOKEN", "7000000001", "no colon")]
#[case("BOT_TOKEN", "@my_bot", "name of a bot")]
#[case(
    "BOT_TOKEN",
    "bot7000000001:AAF0sandboxsandboxsandboxsandboxsan",
    "begins with `bot`"
)]
#[case(
    "BOT_TOKEN",
    "https://api.telegram.org/bot7:secret/getMe",
    "is an address"
)]
#[case("BOT_TOKEN", "7000000001:secret", "cut off")]
#[case(
    "BOT_TOKEN",
    "7000000001:AАF0sandboxsandboxsandboxsandboxsan",
    "Cyrillic"
)]
#[case(
    "BOT_TOKEN",
    "7000000001:AAF0sandboxsandboxsandbox sandboxsan",
    "blank"
)]
#[case("BOT_TOKEN", "7000000001:AAF0…", "shortened")]
#[case("WEBHOOK_SECRET", "secret", "fewer than 16")]
#[case("KEY_SECRET", "too-short-a-secret", "fewer than 32")]
#[case("KEY_SECRET", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "not random")]
#[case("KEY_SECRET", "Zq3vR8sT1uW6xY0a\nB5cD9eF2gH7jK4mN", "line end")]
#[case("DEVICE_MODEL", "two\nlines", "line end")]
#[case("LISTEN", "8080", "port alone")]
#[case("LISTEN", "localhost:8080", "a name")]
#[case("PUBLIC_URL", "a.example.net", "does not begin with http")]
#[case("QR_TTL_SECONDS", "10 minutes", "blank")]
#[case("QR_TTL_SECONDS", "10m", "leave out")]
#[case("QR_TTL_SECONDS", "7", "is lower than 30")]
#[case("DATABASE_URL", "mysql://u:secret@h/d", "begins with mysql://")]
#[case("DATABASE_URL", "postgresql+asyncpg://u:secret@h/d", "names a driver")]
#[case("REDIS_URL", "127.0.0.1:6379", "does not begin with redis://")]
#[case("LOG_KEEP", "two\u{fffd}", "no text in UTF-8")]
fn each_problem_says_what_is_wrong_and_no_secret(
    #[case] name: &str,
    #[case] value: &str,
    #[case] what: &str,
) {
    let said = Settings::load(&layers(&[(name, value)])).unwrap_err();
    assert!(said.name(name), "{said}");
    let said = said.to_string();
    assert!(said.contains(what), "{said}");
    for word in [
        "does not look right",
        "secret@",
        "7:secret",
        "sandbox",
        value,
    ] {
        let shown = name == "QR_TTL_SECONDS" || name == "API_ID" || word.len() < 6;
        assert!(shown || !said.contains(word), "{said}");
    }
    let lines = said
        .lines()
        .filter(|line| line.trim_start().starts_with(name));
    assert_eq!(lines.count(), 1, "{said}");
}

#[test]
fn a_name_in_small_letters_is_found() {
    let layers = Layers {
        file: map(&[("api_id", "12345"), ("Bot_Token", TOKEN)]),
        ..Layers::default()
    };
    let said = Settings::load(&layers).unwrap_err().to_string();
    assert!(
        said.contains("API_ID is not set, but .env has api_id"),
        "{said}"
    );
    assert!(
        said.contains("BOT_TOKEN is not set, but .env has Bot_Token"),
        "{said}"
    );
}

#[test]
fn no_problem_is_told_in_words_that_help_no_one() {
    for name in crate::config::list::names() {
        let Err(problems) = Settings::load(&layers(&[(name, "–\u{1}×")])) else {
            continue;
        };
        let said = problems.to_string();
        for words in [
            "does not look right",
            "does not fit",
            "digit found in string",
        ] {
            assert!(!said.contains(words), "{name}: {said}");
        }
    }
}
