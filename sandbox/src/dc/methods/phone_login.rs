//! Logging in with a phone number and a code
//! (<https://core.telegram.org/api/auth>).

use grammers_tl_types::{enums, functions::auth, types};

use super::login_token::{PASSWORD_NEEDED, check_app};
use crate::dc::rpc::{Access, Call, Handle, Method, RpcError, RpcResult, method};
use crate::dc::schema;
use crate::world::{
    AccountState, AuthorizationState, CODE_DIGITS, CodeError, Person, SentCode, seconds, wire,
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

    async fn handle(self, call: Call) -> RpcResult<enums::auth::SentCode> {
        check_app(&call, self.api_id, &self.api_hash)?;
        // This method alone answers 406 to a bad number.
        let phone = digits(&self.phone_number).ok_or(RpcError::new(406, "PHONE_NUMBER_INVALID"))?;
        let person = owner(&call, &phone)?;
        Ok(send(&call, &phone, person.as_ref()))
    }
}

impl Handle for auth::ResendCode {
    const ACCESS: Access = Access::Open;

    async fn handle(self, call: Call) -> RpcResult<enums::auth::SentCode> {
        let phone = digits(&self.phone_number).ok_or(BAD_NUMBER)?;
        let person = owner(&call, &phone)?;
        if !call.world().codes().cancel(&phone, &self.phone_code_hash) {
            return Err(RpcError::bad_request("PHONE_CODE_EXPIRED"));
        }
        Ok(send(&call, &phone, person.as_ref()))
    }
}

impl Handle for auth::CancelCode {
    const ACCESS: Access = Access::Open;

    async fn handle(self, call: Call) -> RpcResult<bool> {
        let phone = digits(&self.phone_number).ok_or(BAD_NUMBER)?;
        let codes = call.world().codes();
        if codes.cancel(&phone, &self.phone_code_hash) {
            Ok(true)
        } else {
            Err(RpcError::bad_request("PHONE_CODE_EXPIRED"))
        }
    }
}

impl Handle for auth::SignIn {
    const ACCESS: Access = Access::Open;

    async fn handle(self, call: Call) -> RpcResult<enums::auth::Authorization> {
        let phone = digits(&self.phone_number).ok_or(BAD_NUMBER)?;
        let code = self.phone_code.filter(|code| !code.is_empty());
        let code = code.ok_or(RpcError::bad_request("PHONE_CODE_EMPTY"))?;
        let person = owner(&call, &phone)?;
        let (world, now) = (call.world(), call.now());
        world
            .codes()
            .redeem(&phone, &self.phone_code_hash, &code, now)
            .map_err(|error| match error {
                CodeError::Invalid => RpcError::bad_request("PHONE_CODE_INVALID"),
                CodeError::Expired => RpcError::bad_request("PHONE_CODE_EXPIRED"),
            })?;
        let Some(person) = person else {
            let terms_of_service = None;
            let sign_up = types::auth::AuthorizationSignUpRequired { terms_of_service };
            return Ok(enums::auth::Authorization::SignUpRequired(sign_up));
        };
        let authorization = world.begin_login(call.key(), person.id);
        match world.seat_login(call.key(), authorization) {
            Some(AuthorizationState::Complete) => Ok(schema::logged_in(&person)),
            Some(_) => Err(PASSWORD_NEEDED),
            None => Err(RpcError::bad_request("PHONE_CODE_EXPIRED")),
        }
    }
}

const BAD_NUMBER: RpcError = RpcError::bad_request("PHONE_NUMBER_INVALID");

fn send(call: &Call, phone: &str, person: Option<&Person>) -> enums::auth::SentCode {
    let options = call.world().options();
    let sent = call.world().codes().send(
        phone,
        person.map(|person| person.id),
        call.key().id,
        options.code_attempts,
        (call.now(), seconds(options.code_life)),
    );
    describe(call, sent)
}

fn describe(call: &Call, sent: SentCode) -> enums::auth::SentCode {
    let app = types::auth::SentCodeTypeApp {
        length: schema::count(CODE_DIGITS),
    };
    enums::auth::SentCode::Code(types::auth::SentCode {
        r#type: enums::auth::SentCodeType::App(app),
        phone_code_hash: sent.hash,
        next_type: None,
        timeout: Some(wire(sent.expires_at - call.now())),
    })
}

/// The digits of a phone number, if it can be one.
fn digits(phone: &str) -> Option<String> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let punctuation = |c: char| c.is_ascii_digit() || "+-() .".contains(c);
    let plausible = (5..=15).contains(&digits.len()) && phone.chars().all(punctuation);
    plausible.then_some(digits)
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
