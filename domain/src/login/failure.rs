//! Why a login failed.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Why a login failed. Each reason has its own words and its own way on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Failure {
    /// Someone else's account was scanned. It was logged out again.
    WrongAccount,
    /// Telegram wants us to wait.
    Flood {
        /// Until then.
        until: Timestamp,
    },
    /// Telegram froze the account.
    Frozen,
    /// Telegram banned the account.
    Banned,
    /// The account has had its logins for today.
    LoginBudget {
        /// When there is one again.
        until: Timestamp,
    },
    /// Telegram could not be reached.
    TelegramUnavailable,
    /// The password was wrong too often.
    PasswordAttempts,
    /// The cloud password was removed while it was asked for, and Telegram does
    /// not let this sign-in go on without it.
    PasswordRemoved,
    /// The sign-in was ended from the person's other device ("it wasn't me").
    Revoked,
    /// Telegram does not take this application: a matter for its operator.
    AppRefused,
    /// Our fault. The log says more.
    Internal,
}

impl Failure {
    /// The stable code for the API, metrics and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::WrongAccount => "wrong_account",
            Self::Flood { .. } => "flood",
            Self::Frozen => "frozen",
            Self::Banned => "banned",
            Self::LoginBudget { .. } => "login_budget",
            Self::TelegramUnavailable => "telegram_unavailable",
            Self::PasswordAttempts => "password_attempts",
            Self::PasswordRemoved => "password_removed",
            Self::Revoked => "revoked",
            Self::AppRefused => "app_refused",
            Self::Internal => "internal",
        }
    }

    /// When trying again makes sense; `None`: at once, or never.
    pub fn retry_at(self) -> Option<Timestamp> {
        match self {
            Self::Flood { until } | Self::LoginBudget { until } => Some(until),
            Self::WrongAccount
            | Self::Frozen
            | Self::Banned
            | Self::TelegramUnavailable
            | Self::PasswordAttempts
            | Self::PasswordRemoved
            | Self::Revoked
            | Self::AppRefused
            | Self::Internal => None,
        }
    }

    /// The failure with this code, as the database keeps it.
    pub fn from_parts(code: &str, retry_at: Option<Timestamp>) -> Option<Self> {
        Some(match (code, retry_at) {
            ("wrong_account", None) => Self::WrongAccount,
            ("flood", Some(until)) => Self::Flood { until },
            ("frozen", None) => Self::Frozen,
            ("banned", None) => Self::Banned,
            ("login_budget", Some(until)) => Self::LoginBudget { until },
            ("telegram_unavailable", None) => Self::TelegramUnavailable,
            ("password_attempts", None) => Self::PasswordAttempts,
            ("password_removed", None) => Self::PasswordRemoved,
            ("revoked", None) => Self::Revoked,
            ("app_refused", None) => Self::AppRefused,
            ("internal", None) => Self::Internal,
            _ => return None,
        })
    }
}
