//! A person with a Telegram account.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::code_delivery::CodeDelivery;

/// What Telegram lets an account do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// Everything works.
    #[default]
    Active,
    /// Reading works, most calls answer `FROZEN_METHOD_INVALID` (code 420).
    Frozen,
    /// The account is gone: calls answer `USER_DEACTIVATED_BAN` (code 401).
    Banned,
}

/// A person with a Telegram account, as other people see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Person {
    /// Telegram's user id.
    pub id: i64,
    /// First name; never empty.
    pub first_name: String,
    /// Last name.
    pub last_name: Option<String>,
    /// Public name, without the `@`.
    pub username: Option<String>,
    /// Phone number in international format, digits only.
    pub phone: String,
    /// IETF language tag of the person's Telegram app, as in `language_code`.
    pub language: String,
    /// The data centre that holds the account.
    pub home_dc: i32,
    /// What the account may do.
    pub state: AccountState,
    /// Whether a cloud password (two-step verification) is set.
    pub has_password: bool,
    /// How login codes reach the person.
    #[serde(default)]
    pub code_delivery: CodeDelivery,
}
