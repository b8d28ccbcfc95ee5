//! A login as JSON.

use serde::Serialize;
use sesame_domain::login::{Ending, Failure};
use sesame_domain::time::Timestamp;
use sesame_words::Language;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use uuid::Uuid;

use super::accounts::AccountJson;
use super::device::DeviceJson;
use crate::app::App;
use crate::login_view::{self, LoginView};
use crate::problem::ApiError;

/// One attempt to link an account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoginJson {
    /// Its id.
    id: Uuid,
    /// Grows with every change.
    version: i64,
    /// `starting`, `pending`, `scanned`, `migrating`, `password_required`,
    /// `verifying`, `authorized`, `expired`, `cancelled`, `superseded` or `failed`.
    status: &'static str,
    /// By which way the person signs in: `qr`.
    method: &'static str,
    /// When it is over.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// How the session will show up in Settings > Devices.
    device: DeviceJson,
    /// That Telegram does not answer, and when it is asked again.
    retry: Option<RetryJson>,
    /// The code on show, while it waits to be scanned.
    qr: Option<QrJson>,
    /// The question for the cloud password, while it is asked.
    password: Option<PasswordJson>,
    /// The account, once it is linked.
    account: Option<AccountJson>,
    /// Why it failed, if it did.
    failure: Option<FailureJson>,
}

/// Telegram does not answer.
#[derive(Debug, Serialize, ToSchema)]
struct RetryJson {
    /// When it is asked again.
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
    /// The data centre that is left alone until then, since it did not answer again
    /// and again; without it, it is not known to be one's fault.
    data_centre: Option<i32>,
}

/// The code on show.
#[derive(Debug, Serialize, ToSchema)]
struct QrJson {
    /// What the code says.
    url: String,
    /// When Telegram forgets it; a newer one comes before that.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// The question for the cloud password.
#[derive(Debug, Serialize, ToSchema)]
struct PasswordJson {
    /// The hint the person once chose.
    hint: Option<String>,
    /// How many more passwords may be tried.
    attempts_left: u8,
    /// Whether the last one was wrong.
    rejected: bool,
    /// Whether one is being checked now.
    checking: bool,
}

/// Why a login failed.
#[derive(Debug, Serialize, ToSchema)]
struct FailureJson {
    /// Which reason it is.
    #[schema(schema_with = failure_code)]
    code: &'static str,
    /// Words for a developer.
    message: String,
    /// When trying again makes sense.
    #[schema(value_type = Option<String>, format = DateTime)]
    retry_at: Option<Timestamp>,
}

impl LoginJson {
    /// What its owner sees.
    pub(crate) async fn for_owner(app: &App, shown: &LoginView) -> Result<Self, ApiError> {
        let login = &shown.login;
        let mut json = Self::for_screen(shown);
        json.password = login_view::password(&login.state).map(|password| PasswordJson {
            hint: shown.hint.clone(),
            attempts_left: password.attempts_left,
            rejected: password.rejected,
            checking: login.state.is_checking(),
        });
        match login.ending() {
            Some(Ending::Authorized { account }) => {
                let linked = app.ports.accounts.linked(&login.owner).await?;
                let linked = linked.as_ref().filter(|linked| linked.id == account);
                json.account = linked.map(AccountJson::from);
            }
            Some(Ending::Failed(failure)) => {
                json.failure = Some(FailureJson {
                    code: failure.code(),
                    message: Language::ENGLISH.failure(failure).developer().into(),
                    retry_at: failure.retry_at(),
                });
            }
            Some(Ending::Expired | Ending::Cancelled | Ending::Superseded) | None => {}
        }
        Ok(json)
    }

    /// What another screen sees: the code and how far it is, nothing of the
    /// person.
    pub(crate) fn for_screen(shown: &LoginView) -> Self {
        let login = &shown.login;
        Self {
            id: login.id.as_uuid(),
            version: login.version,
            status: login.state.status().as_str(),
            method: login.method.as_str(),
            expires_at: login.expires_at,
            device: DeviceJson::from(&login.device),
            retry: login.retry.map(|retry| RetryJson {
                until: retry.retry_at,
                data_centre: retry.dc,
            }),
            qr: shown.code.as_ref().map(|code| QrJson {
                url: code.url.to_string(),
                expires_at: code.expires_at,
            }),
            password: None,
            account: None,
            failure: None,
        }
    }
}

/// Described by the codes that there are; a newer version may have more.
fn failure_code() -> Object {
    let codes: Vec<_> = Failure::CODES.iter().map(|it| format!("`{it}`")).collect();
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(codes.join(", ")))
        .build()
}
