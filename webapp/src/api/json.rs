//! A login as JSON.

use serde::Serialize;
use sesame_domain::login::{CodeWay, Ending, Failure, Rejection};
use sesame_domain::time::Timestamp;
use sesame_words::Language;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, SchemaType, Type};
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
    /// `starting`, `pending`, `scanned`, `migrating`, `number_required`,
    /// `code_required`, `password_required`, `verifying`, `authorized`, `expired`, `cancelled`, `superseded` or `failed`.
    status: &'static str,
    /// By which way the person signs in: `qr` or `phone`.
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
    /// The question for the phone number, while it is asked.
    number: Option<NumberJson>,
    /// The question for the code that was sent, while it is asked.
    code: Option<CodeJson>,
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

/// The question for the phone number.
#[derive(Debug, Serialize, ToSchema)]
struct NumberJson {
    /// To how many more numbers a code may be sent.
    attempts_left: u8,
    /// Why the last answer was not taken.
    #[schema(schema_with = rejection)]
    rejected: Option<&'static str>,
    /// Whether a code is being sent now.
    checking: bool,
}

/// The question for the code that was sent.
#[derive(Debug, Serialize, ToSchema)]
struct CodeJson {
    /// The last digits of the number that it was sent to.
    number_ends: String,
    /// By which way.
    #[schema(schema_with = code_way)]
    way: &'static str,
    /// How many digits it has, if Telegram says so.
    digits: Option<u8>,
    /// What is known of where it went or how it looks: the pattern of an e-mail
    /// address, the first digits of the number that calls, the first letter or words,
    /// the page on fragment.com.
    detail: Option<String>,
    /// By which way the next one would be sent; without it, there is none.
    #[schema(schema_with = next_code_way)]
    next: Option<&'static str>,
    /// From when on another one may be asked for.
    #[schema(value_type = String, format = DateTime)]
    again_at: Timestamp,
    /// How many more codes may be typed.
    attempts_left: u8,
    /// Why the last answer was not taken. After `code_expired` only another code
    /// leads on.
    #[schema(schema_with = rejection)]
    rejected: Option<&'static str>,
    /// Whether one is being checked, or sent, now.
    checking: bool,
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
        json.number = login_view::number(&login.state).map(|number| NumberJson {
            attempts_left: number.attempts_left,
            rejected: number.rejected.map(Rejection::code),
            checking: login.state.is_checking(),
        });
        json.code = shown.sent_code().map(|(code, shown)| CodeJson {
            number_ends: shown.number_ends.clone(),
            way: code.sent.way.as_str(),
            digits: shown.digits,
            detail: shown.detail.clone(),
            next: code.sent.next.map(CodeWay::as_str),
            again_at: code.sent.again_at,
            attempts_left: code.attempts_left,
            rejected: code.rejected.map(Rejection::code),
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
            number: None,
            code: None,
            password: None,
            account: None,
            failure: None,
        }
    }
}

/// Described by the codes that there are; a newer version may have more.
fn failure_code() -> Object {
    one_of(Failure::CODES.iter().copied(), &[Type::String])
}

fn rejection() -> Object {
    let codes = Rejection::ALL.iter().map(|why| why.code());
    one_of(codes, &[Type::String, Type::Null])
}

fn code_way() -> Object {
    one_of(CodeWay::ALL.iter().map(|way| way.as_str()), &[Type::String])
}

fn next_code_way() -> Object {
    let ways = CodeWay::ALL.iter().map(|way| way.as_str());
    one_of(ways, &[Type::String, Type::Null])
}

fn one_of(codes: impl Iterator<Item = &'static str>, types: &[Type]) -> Object {
    let codes: Vec<_> = codes.map(|it| format!("`{it}`")).collect();
    let schema_type = match types {
        [single] => SchemaType::Type(single.clone()),
        several => SchemaType::Array(several.to_vec()),
    };
    ObjectBuilder::new()
        .schema_type(schema_type)
        .description(Some(codes.join(", ")))
        .build()
}
