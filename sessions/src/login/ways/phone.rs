//! The way by phone number and code, as a driver goes it
//! (<https://core.telegram.org/api/auth>): a code is sent to the number, and signs
//! in together with it.

use std::fmt;

use chrono::TimeDelta;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use grammers_tl_types::{enums, functions, types};
use secrecy::{ExposeSecret as _, SecretString};
use sesame_domain::audit::AccessPurpose;
use sesame_domain::login::{
    CallFailure, Code, CodeSent, CodeShown, CodeWay, Event, Failure, Rejection,
};
use sesame_domain::ports::VaultError;
use sesame_domain::reason::Reason;
use sesame_domain::sealed::{Binding, Purpose};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::gate::{CallPolicy, FloodKind, Move, TelegramError};
use crate::me::whoami;
use crate::node::access;

use super::super::call::PhoneCall;
use super::super::calls::{Answer, Asker, Outcome, failed_by};

/// How long a code is waited for before another one is offered, if Telegram does
/// not say.
const WAIT: TimeDelta = TimeDelta::seconds(60);
/// The longest such wait: more comes from a fault.
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(10);
/// How often the same request is made when Telegram sends it elsewhere
/// (`PHONE_MIGRATE_X`) or wants it from the start (`AUTH_RESTART`).
const TRIES: u32 = 3;
/// How much of a number is shown.
const SHOWN_DIGITS: usize = 2;

/// What signs in together with a code: never shown, and sealed while it is kept.
#[derive(Zeroize, ZeroizeOnDrop)]
struct Handle {
    number: String,
    hash: String,
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handle(…)")
    }
}

impl Handle {
    /// As it is sealed: the number, a line's end, what Telegram calls the code.
    fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(format!("{}\n{}", self.number, self.hash).into_bytes())
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (number, hash) = std::str::from_utf8(bytes).ok()?.split_once('\n')?;
        Some(Self {
            number: number.to_owned(),
            hash: hash.to_owned(),
        })
    }
}

/// What a code that was sent is like.
struct Sent {
    hash: String,
    way: CodeWay,
    next: Option<CodeWay>,
    digits: Option<u8>,
    detail: Option<String>,
    wait: TimeDelta,
}

/// What came of asking for a code.
enum Asked {
    Sent(Sent),
    /// Signed in without one.
    SignedIn,
    /// By no way that leads on here.
    Not(Failure),
}

/// Makes a call of the way.
pub(super) fn make(call: PhoneCall, asker: Asker) -> BoxFuture<'static, Answer> {
    match call {
        PhoneCall::WithoutPassword => asker.signed_in_or_over().boxed(),
        PhoneCall::Cancel(sent) => asker.cancel_code(sent).boxed(),
    }
}

impl Asker {
    /// Has a code sent to a number.
    pub(in super::super) async fn send_code(self, number: SecretString) -> Answer {
        let number = Zeroizing::new(number.expose_secret().to_owned());
        match self.ask_for_code(&number).await {
            Ok(asked) => self.code_asked(&number, asked).await,
            Err(error) => Ok(self.no_code("auth.sendCode", &error)),
        }
    }

    /// Has another code sent to the number of the one before it: by another way, or
    /// from the start if that one is void.
    pub(in super::super) async fn another_code(self, code: Code) -> Answer {
        let Some(handle) = self.handle(&code.sent).await? else {
            return Ok(Outcome::Event(Event::AnswerRejected(
                Rejection::CodeExpired,
            )));
        };
        let number = Zeroizing::new(handle.number.clone());
        let asked = if code.is_expired() {
            self.ask_for_code(&number).await
        } else {
            self.ask_again(&handle).await
        };
        match asked {
            Ok(asked) => self.code_asked(&number, asked).await,
            Err(error) => Ok(self.no_code("auth.resendCode", &error)),
        }
    }

    /// Signs in with a code. What became of it, if its answer was lost, the login asks
    /// before anyone types it again.
    pub(in super::super) async fn sign_in(self, code: Code, typed: SecretString) -> Answer {
        let Some(handle) = self.handle(&code.sent).await? else {
            return Ok(Outcome::Event(Event::AnswerRejected(
                Rejection::CodeExpired,
            )));
        };
        let typed = typed.expose_secret().to_owned();
        let is_email = code.sent.way == CodeWay::Email;
        let (phone_code, email_verification) = if is_email {
            let code = types::EmailVerificationCode { code: typed };
            (None, Some(code.into()))
        } else {
            (Some(typed), None)
        };
        let request = functions::auth::SignIn {
            phone_number: handle.number.clone(),
            phone_code_hash: handle.hash.clone(),
            phone_code,
            email_verification,
        };
        let gate = &self.node.gate;
        let answer = gate.call(&self.caller, &request, CallPolicy::INTERACTIVE);
        let error = match answer.await {
            Ok(enums::auth::Authorization::Authorization(_)) => {
                return Ok(Outcome::Event(Event::SignedIn));
            }
            Ok(enums::auth::Authorization::SignUpRequired(_)) => {
                return Ok(rejected(Rejection::NumberUnoccupied));
            }
            Err(TelegramError::PasswordNeeded) => return self.password_asked().await,
            Err(error) => error,
        };
        Ok(match code_rejected(&error) {
            Some(why) => rejected(why),
            None => self.not_signed_in("auth.signIn", &error),
        })
    }

    /// Asks whether the code that was being checked went through: its answer was lost.
    pub(in super::super) async fn find_sign_in(self) -> Answer {
        let gate = &self.node.gate;
        let policy = CallPolicy::INTERACTIVE.settling();
        match gate.call(&self.caller, &whoami(), policy).await {
            Err(TelegramError::Unregistered) => Ok(rejected(Rejection::Unheard)),
            // Told in full by what is asked of whoever is signed in.
            _ => self.identify().await,
        }
    }

    async fn ask_for_code(&self, number: &str) -> Result<Asked, TelegramError> {
        let settings = types::CodeSettings {
            allow_flashcall: false,
            current_number: false,
            allow_app_hash: false,
            // Its last digits can be typed.
            allow_missed_call: true,
            allow_firebase: false,
            unknown_number: false,
            logout_tokens: None,
            token: None,
            app_sandbox: None,
        };
        let request = functions::auth::SendCode {
            phone_number: number.to_owned(),
            api_id: self.node.settings.api_id,
            api_hash: self.node.settings.api_hash.expose_secret().to_owned(),
            settings: settings.into(),
        };
        let mut tries = 1;
        loop {
            let policy = CallPolicy::INTERACTIVE;
            let error = match self.node.gate.call(&self.caller, &request, policy).await {
                Ok(answer) => return Ok(asked(answer)),
                Err(error) => error,
            };
            match error {
                _ if tries == TRIES => return Err(error),
                // No one is signed in yet: nothing stays behind but the key.
                TelegramError::Moved {
                    what: Move::Phone | Move::User | Move::Network,
                    dc: Some(dc),
                } => self.moved_to(dc),
                error if error.is("AUTH_RESTART") => {}
                error => return Err(error),
            }
            tries += 1;
        }
    }

    async fn ask_again(&self, handle: &Handle) -> Result<Asked, TelegramError> {
        let request = functions::auth::ResendCode {
            phone_number: handle.number.clone(),
            phone_code_hash: handle.hash.clone(),
            reason: None,
        };
        let gate = &self.node.gate;
        let answer = gate.call(&self.caller, &request, CallPolicy::INTERACTIVE);
        match answer.await {
            Ok(answer) => Ok(asked(answer)),
            Err(error) if code_rejected(&error) == Some(Rejection::CodeExpired) => {
                self.ask_for_code(&handle.number).await
            }
            Err(error) => Err(error),
        }
    }

    /// What an answer to asking for a code means; sealed, what is to be kept of it.
    async fn code_asked(&self, number: &str, asked: Asked) -> Answer {
        let sent = match asked {
            Asked::Sent(sent) => sent,
            Asked::SignedIn => return Ok(Outcome::Event(Event::SignedIn)),
            Asked::Not(failure) => return Ok(failed_by(CallFailure::Failed(failure))),
        };
        let handle = Handle {
            number: number.to_owned(),
            hash: sent.hash,
        };
        let shown = CodeShown {
            number_ends: last_digits(number),
            digits: sent.digits,
            detail: sent.detail,
        };
        let sent = CodeSent {
            handle: self.seal(Purpose::CodeSent, &handle.to_bytes()).await?,
            shown: self.seal(Purpose::CodeShown, &shown.to_bytes()).await?,
            way: sent.way,
            next: sent.next,
            again_at: self.node.now() + sent.wait,
        };
        Ok(Outcome::Event(Event::CodeSent(sent)))
    }

    /// Why no code was sent.
    fn no_code(&self, method: &'static str, error: &TelegramError) -> Outcome {
        match error {
            TelegramError::Lost(sesame_domain::account::DeathCause::Banned) => {
                rejected(Rejection::NumberBanned)
            }
            TelegramError::Flood {
                kind: FloodKind::Number,
                until,
                ..
            } => failed_by(CallFailure::Failed(Failure::NumberFlood { until: *until })),
            // Perhaps one is on its way. A second would make it void.
            TelegramError::Unanswered => rejected(Rejection::Unheard),
            error if error.is("PHONE_NUMBER_INVALID") => rejected(Rejection::NumberInvalid),
            error if error.is("PHONE_NUMBER_UNOCCUPIED") => rejected(Rejection::NumberUnoccupied),
            error if error.is("SEND_CODE_UNAVAILABLE") => rejected(Rejection::NoOtherWay),
            // Too many of this login's own tries: it is to begin again.
            error if error.is("AUTH_RESTART") => failed_by(CallFailure::Unavailable),
            error => self.failed(method, error),
        }
    }

    /// The password that Telegram asked for is gone: whether it lets us in now.
    async fn signed_in_or_over(self) -> Answer {
        let gate = &self.node.gate;
        let policy = CallPolicy::INTERACTIVE.settling();
        Ok(match gate.call(&self.caller, &whoami(), policy).await {
            Ok(_) => Outcome::Event(Event::SignedIn),
            Err(TelegramError::PasswordNeeded | TelegramError::Unregistered) => {
                failed_by(CallFailure::Failed(Failure::PasswordRemoved))
            }
            Err(error) => self.failed("users.getUsers", &error),
        })
    }

    /// Lets Telegram forget a code that no one waits for any longer. It would lapse
    /// by itself: whatever comes of this, nothing follows.
    pub(in super::super) async fn cancel_code(self, sent: CodeSent) -> Answer {
        if let Some(handle) = self.handle(&sent).await? {
            let request = functions::auth::CancelCode {
                phone_number: handle.number.clone(),
                phone_code_hash: handle.hash.clone(),
            };
            let gate = &self.node.gate;
            let answer = gate.call(&self.caller, &request, CallPolicy::IMPATIENT);
            if let Err(error) = answer.await {
                tracing::debug!(error = %Reason::of(&error), login.id = %self.login, "a code was not cancelled");
            }
        }
        Ok(Outcome::Done)
    }

    /// What signs in together with a code; `None`: it cannot be read any more.
    async fn handle(&self, sent: &CodeSent) -> Result<Option<Handle>, VaultError> {
        let binding = Binding::login(&self.owner, self.login, Purpose::CodeSent);
        let access = access("login", AccessPurpose::UnderWay);
        let opened = self.node.ports.vault.open(&binding, &sent.handle, &access);
        match opened.await {
            Ok(bytes) => Ok(Handle::from_bytes(&bytes)),
            Err(error @ (VaultError::Tampered | VaultError::Format)) => {
                tracing::error!(error = %Reason::of(&error), login.id = %self.login, "what was kept of a code does not open");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

fn rejected(why: Rejection) -> Outcome {
    Outcome::Event(Event::AnswerRejected(why))
}

/// What Telegram says of a code.
fn code_rejected(error: &TelegramError) -> Option<Rejection> {
    const REJECTIONS: &[(&str, Rejection)] = &[
        ("PHONE_CODE_INVALID", Rejection::CodeInvalid),
        ("PHONE_CODE_EMPTY", Rejection::CodeInvalid),
        ("EMAIL_CODE_INVALID", Rejection::CodeInvalid),
        ("CODE_INVALID", Rejection::CodeInvalid),
        ("PHONE_CODE_EXPIRED", Rejection::CodeExpired),
        ("PHONE_CODE_HASH_EMPTY", Rejection::CodeExpired),
        ("EMAIL_VERIFY_EXPIRED", Rejection::CodeExpired),
        // Everything from the start: with another code.
        ("AUTH_RESTART", Rejection::CodeExpired),
        ("PHONE_NUMBER_UNOCCUPIED", Rejection::NumberUnoccupied),
    ];
    let known = REJECTIONS.iter().find(|(name, _)| error.is(name));
    known.map(|(_, why)| *why)
}

fn last_digits(number: &str) -> String {
    let from = number.len().saturating_sub(SHOWN_DIGITS);
    number.get(from..).unwrap_or_default().to_owned()
}

fn asked(answer: enums::auth::SentCode) -> Asked {
    let code = match answer {
        enums::auth::SentCode::Code(code) => code,
        enums::auth::SentCode::Success(success) => {
            return match success.authorization {
                enums::auth::Authorization::Authorization(_) => Asked::SignedIn,
                enums::auth::Authorization::SignUpRequired(_) => {
                    Asked::Not(Failure::CodeUnavailable)
                }
            };
        }
        enums::auth::SentCode::PaymentRequired(_) => return Asked::Not(Failure::CodeUnavailable),
    };
    let timeout = code
        .timeout
        .map(|seconds| TimeDelta::seconds(seconds.into()));
    match look(code.r#type) {
        Ok(Look {
            way,
            digits,
            detail,
        }) => Asked::Sent(Sent {
            hash: code.phone_code_hash,
            way,
            next: code.next_type.map(|next| next_way(&next)),
            digits: digits.and_then(|digits| digits.try_into().ok()),
            detail: detail.filter(|detail| !detail.is_empty()),
            wait: timeout
                .unwrap_or(WAIT)
                .clamp(TimeDelta::zero(), LONGEST_WAIT),
        }),
        Err(failure) => Asked::Not(failure),
    }
}

/// By which way a code went, and what is known of it.
struct Look {
    way: CodeWay,
    digits: Option<i32>,
    detail: Option<String>,
}

fn look(kind: enums::auth::SentCodeType) -> Result<Look, Failure> {
    use enums::auth::SentCodeType as Kind;
    let (way, digits, detail) = match kind {
        Kind::App(it) => (CodeWay::App, Some(it.length), None),
        Kind::Sms(it) => (CodeWay::Sms, Some(it.length), None),
        Kind::FirebaseSms(it) => (CodeWay::Sms, Some(it.length), None),
        Kind::SmsWord(it) => (CodeWay::SmsWord, None, it.beginning),
        Kind::SmsPhrase(it) => (CodeWay::SmsPhrase, None, it.beginning),
        Kind::Call(it) => (CodeWay::Call, Some(it.length), None),
        Kind::FlashCall(it) => (CodeWay::FlashCall, None, Some(it.pattern)),
        Kind::MissedCall(it) => (CodeWay::MissedCall, Some(it.length), Some(it.prefix)),
        Kind::EmailCode(it) => (CodeWay::Email, Some(it.length), Some(it.email_pattern)),
        Kind::FragmentSms(it) => (CodeWay::Fragment, Some(it.length), Some(it.url)),
        Kind::SetUpEmailRequired(_) => return Err(Failure::EmailRequired),
    };
    Ok(Look {
        way,
        digits,
        detail,
    })
}

fn next_way(next: &enums::auth::CodeType) -> CodeWay {
    use enums::auth::CodeType as Kind;
    match next {
        Kind::Sms => CodeWay::Sms,
        Kind::Call => CodeWay::Call,
        Kind::FlashCall => CodeWay::FlashCall,
        Kind::MissedCall => CodeWay::MissedCall,
        Kind::FragmentSms => CodeWay::Fragment,
    }
}
