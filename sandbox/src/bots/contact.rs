//! A contact, as messages carry it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A contact in a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Contact {
    /// The number, digits only.
    pub phone_number: String,
    /// The first name.
    pub first_name: String,
    /// The last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Telegram's user id.
    pub user_id: i64,
}
