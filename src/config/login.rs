//! How long a login lives, and how often what it linked is looked at.

use chrono::TimeDelta;
use sesame_domain::check_pace::CheckPace;
use sesame_domain::login::Policy;
use sesame_domain::login_budget::LoginBudget;

use super::section::section;
use super::setting::{setting, understood, within};

section! {
    /// How long a login lives, and how often what it linked is looked at.
    pub(crate) struct Login: "Logins" {
        /// How long a login by QR code may take, in seconds (30 to 3600). Every other
        /// deadline follows from it.
        qr_ttl_seconds: u32 = setting(
            "QR_TTL_SECONDS",
            "the life of a login in seconds, 30 to 3600",
        )
        .default("600")
        .check(within(30..=3600)),

        /// Whether people may sign in by phone number and code (`on` or `off`), for whom a
        /// QR code cannot work: who has one phone and no other screen.
        phone_login: bool = understood("PHONE_LOGIN", "on or off", on_or_off).default("on"),

        /// How many logins a person may begin in 24 hours (1 to 1000), scanned or not: each
        /// costs the application a key and tokens at Telegram.
        logins_per_day: u32 = setting("LOGINS_PER_DAY", "logins a person and day, 1 to 1000")
            .default("20")
            .check(within(1..=1_000)),

        /// How many sign-ins an account may have in 24 hours (1 to 100): codes that it
        /// scanned. Telegram locks out for a day who signs in too often.
        sign_ins_per_day: u32 = setting(
            "SIGN_INS_PER_DAY",
            "sign-ins an account and day, 1 to 100",
        )
        .default("4")
        .check(within(1..=100)),

        /// How often each linked account is looked at, at least, in seconds (5 to 86400):
        /// whether its session still works and the account is not frozen. Its owner is
        /// told of a change.
        check_every_seconds: u32 = setting(
            "CHECK_EVERY_SECONDS",
            "how often an account is looked at in seconds, 5 to 86400",
        )
        .default("900")
        .check(within(5..=86_400)),
    }
}

/// What stands there, as a yes or no.
fn on_or_off(text: &str) -> Result<bool, &'static str> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("it is neither on nor off"),
    }
}

impl Login {
    /// How often linked accounts are looked at.
    pub(crate) fn check_pace(&self) -> CheckPace {
        CheckPace::every(TimeDelta::seconds(self.check_every_seconds.into()))
    }

    /// How many logins a person and an account may have a day.
    pub(crate) fn budget(&self) -> LoginBudget {
        LoginBudget {
            logins: self.logins_per_day,
            scans: self.sign_ins_per_day,
        }
    }

    /// The deadlines.
    pub(crate) fn policy(&self) -> Policy {
        Policy::new(TimeDelta::seconds(self.qr_ttl_seconds.into()))
    }
}
