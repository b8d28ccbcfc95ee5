//! The names that Telegram gives to what it refuses, and what each means
//! (<https://core.telegram.org/api/errors>). One table; what follows from a
//! meaning stands at [`TelegramError`].

use std::time::Duration;

use grammers_mtsender::RpcError;
use sesame_domain::account::DeathCause;
use sesame_domain::time::Timestamp;

use super::error::{FloodKind, Later, Move, TelegramError, Unreached};

/// How long a flood is taken to last that names no time: Telegram counts
/// sign-ins by the day.
const UNNAMED_FLOOD: Duration = Duration::from_hours(24);
/// The code of Telegram's floods.
const FLOOD: i32 = 420;

/// What a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Means {
    /// A wait, of as many seconds as the name says.
    Flood(FloodKind),
    /// The same call works later.
    Later(Later),
    Frozen,
    Limited,
    Unregistered,
    Lost(DeathCause),
    KeyNotBound,
    Moved(Move),
    AppRefused,
    PasswordNeeded,
    /// What its name says, whatever its code.
    Refused,
}

/// The table: names without their numbers, which the library takes out. `*`
/// stands for whatever is before or behind. The first that fits counts.
pub(super) const NAMES: &[(&str, Means)] = &[
    // Also 420, but no wait helps.
    ("FROZEN_*", Means::Frozen),
    ("API_ID_*", Means::AppRefused),
    ("API_HASH_*", Means::AppRefused),
    ("CONNECTION_API_ID_*", Means::AppRefused),
    ("SESSION_PASSWORD_NEEDED", Means::PasswordNeeded),
    ("AUTH_KEY_UNREGISTERED", Means::Unregistered),
    ("AUTH_KEY_INVALID", Means::Lost(DeathCause::Revoked)),
    ("AUTH_KEY_DUPLICATED", Means::Lost(DeathCause::Duplicated)),
    ("AUTH_KEY_PERM_EMPTY", Means::KeyNotBound),
    ("SESSION_REVOKED", Means::Lost(DeathCause::Revoked)),
    ("SESSION_EXPIRED", Means::Lost(DeathCause::Expired)),
    ("USER_DEACTIVATED_BAN", Means::Lost(DeathCause::Banned)),
    ("USER_DEACTIVATED", Means::Lost(DeathCause::Deleted)),
    ("PHONE_NUMBER_BANNED", Means::Lost(DeathCause::Banned)),
    ("PEER_FLOOD", Means::Limited),
    ("USER_RESTRICTED", Means::Limited),
    ("PHONE_MIGRATE", Means::Moved(Move::Phone)),
    ("USER_MIGRATE", Means::Moved(Move::User)),
    ("NETWORK_MIGRATE", Means::Moved(Move::Network)),
    ("FILE_MIGRATE", Means::Moved(Move::File)),
    ("STATS_MIGRATE", Means::Moved(Move::Stats)),
    ("SLOWMODE_WAIT", Means::Later(Later::SlowMode)),
    // The library takes the 2 for its number.
    ("2FA_CONFIRM_WAIT*", Means::Later(Later::ConfirmReset)),
    ("TAKEOUT_INIT_DELAY", Means::Later(Later::Takeout)),
    ("PASSWORD_TOO_FRESH", Means::Later(Later::TooFresh)),
    ("SESSION_TOO_FRESH", Means::Later(Later::TooFresh)),
    ("FLOOD_PREMIUM_WAIT", Means::Flood(FloodKind::Premium)),
    ("FLOOD_TEST_PHONE_WAIT", Means::Flood(FloodKind::TestPhone)),
    ("FLOOD_WAIT", Means::Flood(FloodKind::Calls)),
    // An answer of a sign-in, not of a data centre in trouble, though its code says 500.
    ("AUTH_RESTART", Means::Refused),
    ("PHONE_NUMBER_FLOOD", Means::Flood(FloodKind::Number)),
    // Too many sign-ins, or passwords, and no word of when again: 406
    // PHONE_PASSWORD_FLOOD.
    ("*_FLOOD", Means::Flood(FloodKind::Daily)),
];

/// What an error that Telegram gave means.
pub(super) fn meaning(error: RpcError, now: Timestamp) -> TelegramError {
    let wait = || wait_of(&error).unwrap_or(UNNAMED_FLOOD);
    let known = NAMES.iter().find(|(name, _)| fits(name, &error.name));
    match known.map(|(_, means)| *means) {
        Some(Means::Flood(kind)) => TelegramError::flood(kind, wait(), now),
        Some(Means::Later(what)) => TelegramError::Later {
            what,
            until: now + wait(),
        },
        Some(Means::Frozen) => TelegramError::Frozen,
        Some(Means::Limited) => TelegramError::Limited(error.name),
        Some(Means::Unregistered) => TelegramError::Unregistered,
        Some(Means::Lost(cause)) => TelegramError::Lost(cause),
        Some(Means::KeyNotBound) => TelegramError::KeyNotBound,
        Some(Means::Moved(what)) => TelegramError::Moved {
            what,
            dc: error.value.and_then(|dc| dc.try_into().ok()),
        },
        Some(Means::AppRefused) => TelegramError::AppRefused(error.name),
        Some(Means::PasswordNeeded) => TelegramError::PasswordNeeded,
        // A flood by a name of tomorrow.
        None if error.code == FLOOD => TelegramError::flood(FloodKind::Calls, wait(), now),
        // Telegram's own trouble; -503 is its time limit.
        None if error.code >= 500 || error.code == -503 => {
            TelegramError::Unreachable(Unreached::Internal)
        }
        Some(Means::Refused) | None => TelegramError::Refused {
            code: error.code,
            name: error.name,
        },
    }
}

fn fits(pattern: &str, name: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(end), _) => name.ends_with(end),
        (None, Some(start)) => name.starts_with(start),
        (None, None) => name == pattern,
    }
}

/// How long Telegram wants a wait, if it says so.
fn wait_of(error: &RpcError) -> Option<Duration> {
    let seconds = match error.name.strip_prefix("2FA_CONFIRM_WAIT") {
        Some(rest) => after_the_two(rest),
        None => error.value,
    };
    seconds.map(|seconds| Duration::from_secs(seconds.into()))
}

/// The number in what the library left of `2FA_CONFIRM_WAIT_X`: it takes the
/// first 2 for a number and removes each `_2`, also that of `_2592000`.
fn after_the_two(rest: &str) -> Option<u32> {
    match rest.strip_prefix('_') {
        Some(whole) => whole.parse().ok(),
        None => format!("2{rest}").parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use grammers_tl_types::types;
    use sesame_domain::account::Sign;
    use sesame_domain::login::{CallFailure, Failure};

    use super::*;

    fn now() -> Timestamp {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn given(code: i32, message: &str) -> TelegramError {
        let error = types::RpcError {
            error_code: code,
            error_message: message.to_owned(),
        };
        meaning(error.into(), now())
    }

    /// What is expected: the code and name that Telegram gives, the variant, what
    /// it says of the session, and what a person reads whose login it meets.
    type Row = (i32, &'static str, TelegramError, Sign, CallFailure);

    fn expected() -> impl Iterator<Item = Row> {
        let rows = [floods(), later(), of_the_session(), of_the_call()];
        rows.into_iter().flatten()
    }

    fn floods() -> Vec<Row> {
        let row = |code, name, kind, seconds| {
            let wait = Duration::from_secs(seconds);
            let error = TelegramError::flood(kind, wait, now());
            let until = now() + wait;
            let failure = CallFailure::Failed(Failure::Flood { until });
            (code, name, error, Sign::Unclear, failure)
        };
        vec![
            row(420, "FLOOD_WAIT_31", FloodKind::Calls, 31),
            row(420, "FLOOD_WAIT", FloodKind::Calls, 86_400),
            row(420, "FLOOD_PREMIUM_WAIT_3", FloodKind::Premium, 3),
            row(420, "FLOOD_TEST_PHONE_WAIT_7", FloodKind::TestPhone, 7),
            row(406, "PHONE_PASSWORD_FLOOD", FloodKind::Daily, 86_400),
            row(400, "PHONE_NUMBER_FLOOD", FloodKind::Number, 86_400),
        ]
    }

    fn later() -> Vec<Row> {
        let row = |code, name, what, seconds| {
            let until = now() + Duration::from_secs(seconds);
            let failure = CallFailure::Failed(Failure::Flood { until });
            let error = TelegramError::Later { what, until };
            (code, name, error, Sign::Unclear, failure)
        };
        vec![
            row(420, "SLOWMODE_WAIT_10", Later::SlowMode, 10),
            row(420, "2FA_CONFIRM_WAIT_9", Later::ConfirmReset, 9),
            row(420, "2FA_CONFIRM_WAIT_604800", Later::ConfirmReset, 604_800),
            row(420, "2FA_CONFIRM_WAIT_259200", Later::ConfirmReset, 259_200),
            row(420, "TAKEOUT_INIT_DELAY_86400", Later::Takeout, 86_400),
            row(400, "PASSWORD_TOO_FRESH_3600", Later::TooFresh, 3_600),
            row(400, "SESSION_TOO_FRESH_3600", Later::TooFresh, 3_600),
        ]
    }

    fn of_the_session() -> Vec<Row> {
        let lost = |code, name, cause| {
            let (error, sign) = (TelegramError::Lost(cause), Sign::Dead(cause));
            (code, name, error, sign, CallFailure::Lost(cause))
        };
        let frozen = |code, name| {
            let failure = CallFailure::Failed(Failure::Frozen);
            (code, name, TelegramError::Frozen, Sign::Frozen, failure)
        };
        let (_, _, _, dead, gone) = lost(401, "", DeathCause::Revoked);
        let unregistered = TelegramError::Unregistered;
        vec![
            (401, "AUTH_KEY_UNREGISTERED", unregistered, dead, gone),
            lost(401, "AUTH_KEY_INVALID", DeathCause::Revoked),
            lost(401, "SESSION_REVOKED", DeathCause::Revoked),
            lost(401, "SESSION_EXPIRED", DeathCause::Expired),
            lost(406, "AUTH_KEY_DUPLICATED", DeathCause::Duplicated),
            lost(401, "USER_DEACTIVATED_BAN", DeathCause::Banned),
            lost(400, "PHONE_NUMBER_BANNED", DeathCause::Banned),
            lost(401, "USER_DEACTIVATED", DeathCause::Deleted),
            frozen(420, "FROZEN_METHOD_INVALID"),
            frozen(400, "FROZEN_PARTICIPANT_MISSING"),
        ]
    }

    fn of_the_call() -> Vec<Row> {
        use TelegramError as E;
        let internal = CallFailure::Failed(Failure::Internal);
        let row = |code, name, error| (code, name, error, Sign::Unclear, internal);
        let limited = |code, name: &'static str| {
            let error = E::Limited(name.to_owned());
            (code, name, error, Sign::Alive, internal)
        };
        let moved = |name, what, dc| row(303, name, E::Moved { what, dc: Some(dc) });
        let app = |code, name: &'static str| {
            let failure = CallFailure::Failed(Failure::AppRefused);
            let error = E::AppRefused(name.to_owned());
            (code, name, error, Sign::Unclear, failure)
        };
        let restart = E::Refused {
            code: 500,
            name: "AUTH_RESTART".to_owned(),
        };
        let not_bound = (E::KeyNotBound, Sign::Unclear, CallFailure::Unavailable);
        vec![
            (
                401,
                "AUTH_KEY_PERM_EMPTY",
                not_bound.0,
                not_bound.1,
                not_bound.2,
            ),
            row(401, "SESSION_PASSWORD_NEEDED", E::PasswordNeeded),
            row(500, "AUTH_RESTART", restart),
            limited(400, "PEER_FLOOD"),
            limited(403, "USER_RESTRICTED"),
            moved("PHONE_MIGRATE_4", Move::Phone, 4),
            moved("USER_MIGRATE_2", Move::User, 2),
            moved("NETWORK_MIGRATE_5", Move::Network, 5),
            moved("FILE_MIGRATE_3", Move::File, 3),
            moved("STATS_MIGRATE_1", Move::Stats, 1),
            app(400, "API_ID_INVALID"),
            app(420, "API_ID_PUBLISHED_FLOOD"),
            app(400, "API_HASH_INVALID"),
            app(400, "CONNECTION_API_ID_INVALID"),
        ]
    }

    #[test]
    fn every_name_has_its_meaning() {
        for (code, name, error, sign, failure) in expected() {
            let given = given(code, name);
            assert_eq!(given, error, "{name}");
            assert_eq!(given.sign(), sign, "{name}");
            assert_eq!(given.failure(), failure, "{name}");
        }
    }

    /// A row that is added to the table is to be added to what is expected.
    #[test]
    fn every_row_of_the_table_is_expected() {
        let names: Vec<String> = expected()
            .map(|(code, name, ..)| {
                let error = types::RpcError {
                    error_code: code,
                    error_message: name.to_owned(),
                };
                RpcError::from(error).name
            })
            .collect();
        for (pattern, _) in NAMES {
            // The first that fits counts, so that each is reached.
            let reached = names.iter().any(|name| {
                let first = NAMES.iter().find(|(row, _)| fits(row, name));
                first.is_some_and(|(row, _)| row == pattern)
            });
            assert!(reached, "nothing is expected of {pattern}");
        }
    }

    #[test]
    fn a_flood_by_a_name_of_tomorrow_is_a_flood() {
        let error = given(420, "FLOOD_TOMORROW_WAIT_9");
        let nine = Duration::from_secs(9);
        assert_eq!(error, TelegramError::flood(FloodKind::Calls, nine, now()));
    }

    #[test]
    fn what_is_not_known_is_named() {
        assert!(given(400, "PASSWORD_HASH_INVALID").is("PASSWORD_HASH_INVALID"));
        let strange = given(400, "STRANGE");
        assert_eq!(strange.failure(), CallFailure::Failed(Failure::Internal));
        // Of someone else, whom the call was about.
        assert_eq!(given(400, "INPUT_USER_DEACTIVATED").sign(), Sign::Unclear);
        for code in [500, -503] {
            assert_eq!(given(code, "INTERNAL").failure(), CallFailure::Unavailable);
        }
    }
}
