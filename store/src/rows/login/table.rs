//! The columns of the table `logins`.

use std::fmt;

use sea_orm::entity::prelude::*;

#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "logins")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: String,
    pub person: i64,
    pub method: String,
    pub device_model: String,
    pub device_system_version: String,
    pub device_app_version: String,
    pub device_app_name: String,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub version: i64,
    pub state: String,
    pub qr_token: Option<Vec<u8>>,
    pub qr_expires_at: Option<DateTimeUtc>,
    pub qr_renew_at: Option<DateTimeUtc>,
    pub ask_at: Option<DateTimeUtc>,
    pub dc: Option<i32>,
    pub password_hint: Option<Vec<u8>>,
    pub password_attempts_left: Option<i16>,
    pub password_rejected: Option<bool>,
    pub numbers_left: Option<i16>,
    pub code_handle: Option<Vec<u8>>,
    pub code_shown: Option<Vec<u8>>,
    pub code_way: Option<String>,
    pub code_next: Option<String>,
    pub code_again_at: Option<DateTimeUtc>,
    pub code_attempts_left: Option<i16>,
    pub answer_rejected: Option<String>,
    pub finish_by: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
    pub account_id: Option<Uuid>,
    pub failure_code: Option<String>,
    pub failure_retry_at: Option<DateTimeUtc>,
    pub setback_count: Option<i32>,
    pub setback_retry_at: Option<DateTimeUtc>,
    pub setback_dc: Option<i32>,
    pub scanned_at: Option<DateTimeUtc>,
    pub cleanup_at: Option<DateTimeUtc>,
    pub fence: i64,
    pub node: Option<String>,
    #[sea_orm(column_name = "wish")]
    pub intent: Option<String>,
    pub session_key_id: Option<String>,
    pub session_wrapped_key: Option<Vec<u8>>,
    pub session_ciphertext: Option<Vec<u8>>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Only the id: the rest is sealed, or about a person.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
