//! Logging in with a phone number and a code
//! (<https://core.telegram.org/api/auth>).

use grammers_tl_types::{enums, functions::auth, types};

use super::login_token::{PASSWORD_NEEDED, check_app};
use crate::dc::rpc::{Access, Call, Handle, Method, RpcError, RpcResult, method};
use crate::dc::schema;
use crate::world::{
    AccountState, AuthorizationState, CodeDelivery, CodeError, CodeOrder, CodeTerm, CodeWay,
    Person, ResendError, TakenCalls, TypedCode, phone_digits, seconds,
};

pub(super) fn methods() -> Vec<Method> {
    vec![
        method::<auth::SendCode>(),
        method::<auth::ResendCode>(),
        method::<auth::CancelCode>(),
        method::<auth::SignIn>(),
    ]
}

impl Handle for auth::SendCode {
    const ACCESS: Access = Access::Open;

    fn phone(&self) -> Option<&str> {
        Some(&self.phone_number)
    }

    async fn handle(self, call: Call) -> RpcResult<enums::auth::SentCode> {
        check_app(&call, self.api_id, &self.api_hash)?;
        let phone = digits(&self.phone_number)?;
        let person = owner(&call, &phone)?;
        let enums::CodeSettings::Settings(settings) = self.settings;
        let without_account = CodeDelivery::without_account();
        let delivery = person.as_ref().map(|person| &person.code_delivery);
        let sent = call.world().codes().send(&CodeOrder {
            phone: &phone,
            person: person.as_ref().map(|person| person.id),
            key: call.key().id,
            delivery: delivery.unwrap_or(&without_account),
            calls: TakenCalls {
                flash: settings.allow_flashcall,
                missed: settings.allow_missed_call,
            },
            term: term(&call),
        });
        if let (Some(person), CodeWay::App) = (sent.person, sent.way) {
            call.world().tell_code(person, &sent.code);
        }
        Ok(schema::sent_code(&sent))
    }
}

impl Handle for auth::ResendCode {
    const ACCESS: Access = Access::Open;

    fn phone(&self) -> Option<&str> {
        Some(&self.phone_number)
    }

    async fn handle(self, call: Call) -> RpcResult<enums::auth::SentCode> {
        let phone = digits(&self.phone_number)?;
        let sending = sending(&call, &self.phone_code_hash)?;
        owner(&call, &phone)?;
        let sent = call.world().codes().resend(&phone, sending, term(&call));
        match sent {
            Ok(sent) => Ok(schema::sent_code(&sent)),
            Err(ResendError::Expired) => Err(EXPIRED),
            Err(ResendError::Unavailable) => Err(RpcError::new(406, "SEND_CODE_UNAVAILABLE")),
            // What Telegram says to a client that does not wait is not known.
            Err(ResendError::Early { seconds }) => Err(RpcError {
                code: 420,
                message: format!("FLOOD_WAIT_{seconds}").into(),
            }),
        }
    }
}

impl Handle for auth::CancelCode {
    const ACCESS: Access = Access::Open;

    fn phone(&self) -> Option<&str> {
        Some(&self.phone_number)
    }

    async fn handle(self, call: Call) -> RpcResult<bool> {
        let phone = digits(&self.phone_number)?;
        let sending = sending(&call, &self.phone_code_hash)?;
        if call.world().codes().cancel(&phone, sending, call.now()) {
            Ok(true)
        } else {
            Err(EXPIRED)
        }
    }
}

impl Handle for auth::SignIn {
    const ACCESS: Access = Access::Open;

    fn phone(&self) -> Option<&str> {
        Some(&self.phone_number)
    }

    async fn handle(self, call: Call) -> RpcResult<enums::auth::Authorization> {
        let phone = digits(&self.phone_number)?;
        let typed = typed(self.phone_code, self.email_verification)?;
        let sending = sending(&call, &self.phone_code_hash)?;
        let person = owner(&call, &phone)?;
        let (world, now) = (call.world(), call.now());
        let redeemed = world.codes().redeem(&phone, sending, &typed, now);
        redeemed.map_err(|error| match error {
            CodeError::Invalid => INVALID,
            CodeError::Expired => EXPIRED,
        })?;
        let Some(person) = person else {
            let terms_of_service = None;
            let sign_up = types::auth::AuthorizationSignUpRequired { terms_of_service };
            return Ok(enums::auth::Authorization::SignUpRequired(sign_up));
        };
        let authorization = world.begin_login(call.key(), person.id);
        match world.seat_login(call.key(), authorization) {
            Some(AuthorizationState::Complete) => Ok(schema::logged_in(call.world(), &person)),
            Some(_) => Err(PASSWORD_NEEDED),
            None => Err(EXPIRED),
        }
    }
}

const INVALID: RpcError = RpcError::bad_request("PHONE_CODE_INVALID");
const EXPIRED: RpcError = RpcError::bad_request("PHONE_CODE_EXPIRED");

fn term(call: &Call) -> CodeTerm {
    let options = call.world().options();
    CodeTerm {
        now: call.now(),
        life: seconds(options.code_life),
        attempts: options.code_attempts,
    }
}

fn digits(phone: &str) -> RpcResult<String> {
    phone_digits(phone).ok_or(RpcError::new(406, "PHONE_NUMBER_INVALID"))
}

/// What names a sending: its hash, and the key of the client.
fn sending<'a>(call: &Call, hash: &'a str) -> RpcResult<(&'a str, i64)> {
    if hash.is_empty() {
        return Err(RpcError::bad_request("PHONE_CODE_HASH_EMPTY"));
    }
    Ok((hash, call.key().id))
}

fn typed(
    phone_code: Option<String>,
    email: Option<enums::EmailVerification>,
) -> RpcResult<TypedCode> {
    let typed = match (email, phone_code) {
        (Some(enums::EmailVerification::Code(it)), _) => TypedCode::Email(it.code),
        (Some(_), _) => return Err(INVALID),
        (None, code) => TypedCode::Phone(code.unwrap_or_default()),
    };
    let (TypedCode::Phone(code) | TypedCode::Email(code)) = &typed;
    if code.is_empty() {
        return Err(RpcError::bad_request("PHONE_CODE_EMPTY"));
    }
    Ok(typed)
}

/// Whose number it is; an error if the call belongs elsewhere or the number is
/// banned.
fn owner(call: &Call, phone: &str) -> RpcResult<Option<Person>> {
    let Some(person) = call.world().people().by_phone(phone) else {
        return Ok(None);
    };
    if person.state == AccountState::Banned {
        return Err(RpcError::bad_request("PHONE_NUMBER_BANNED"));
    }
    if person.home_dc != call.dc().id {
        return Err(RpcError::migrate("PHONE", person.home_dc));
    }
    Ok(Some(person))
}
