//! Logging in: what touches several registers at once.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};

use super::auth_key::{AuthKey, Claim};
use super::authorization::{Authorization, AuthorizationState};
use super::clock::seconds;
use super::login_token::{LoginToken, TokenError};
use super::password::CloudPassword;
use super::person::AccountState;
use super::{Event, Person, World};

/// Why a person's phone cannot accept a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    /// There is no such person.
    #[error("USER_ID_INVALID")]
    NoSuchPerson,
    /// The person's account is banned.
    #[error("USER_DEACTIVATED_BAN")]
    Banned,
    /// The scanned text is no login link, or the token is not good.
    #[error(transparent)]
    Token(#[from] TokenError),
}

impl World {
    /// What a phone does with a scanned QR code: finds the token in the
    /// `tg://login?token=…` link and accepts it.
    ///
    /// # Errors
    /// Telegram's reasons.
    pub fn scan(&self, person: i64, link: &str) -> Result<Arc<Authorization>, ScanError> {
        let token = token_of(link).ok_or(TokenError::Invalid)?;
        self.accept_login_token(person, &token)
    }

    /// Accepts a login token on behalf of a person.
    ///
    /// # Errors
    /// Telegram's reasons.
    pub fn accept_login_token(
        &self,
        person: i64,
        token: &[u8],
    ) -> Result<Arc<Authorization>, ScanError> {
        let person = self.people().get(person).ok_or(ScanError::NoSuchPerson)?;
        if person.state == AccountState::Banned {
            return Err(ScanError::Banned);
        }
        let now = self.clock().now();
        let token = self.tokens().accept(token, person.id, now)?;
        let key = self
            .keys()
            .get(token.key)
            .ok_or(ScanError::Token(TokenError::Exception))?;
        let authorization = self.authorizations().accept(
            person.id,
            Arc::clone(&token.device),
            self.options().app_title.clone(),
            (token.dc, token.key),
            now,
        );
        key.set_claim(Claim {
            authorization: Arc::clone(&authorization),
            expires_at: now + seconds(self.options().transfer_life),
        });
        self.feed().publish(Event::TokenAccepted {
            key: token.key,
            person: person.id,
        });
        Ok(authorization)
    }

    /// Makes a login token for the client with this key.
    pub(crate) fn export_login_token(&self, key: &AuthKey, except: Vec<i64>) -> LoginToken {
        let life = seconds(self.options().token_life);
        let user = self.uses().latest(self.clock().precise());
        self.tokens().export(
            (key.dc, key.id),
            except,
            key.device(),
            (self.clock().now(), life),
            user,
        )
    }

    /// The person does something in a Mini App: a login that begins right now is
    /// most likely theirs.
    pub fn note_use(&self, person: i64) {
        self.uses().note(person, self.clock().precise());
    }

    /// Telegram makes a login code void that its owner sends to anyone.
    pub(crate) fn void_codes_in(&self, person: &Person, text: &str) {
        self.codes().void_said(&person.phone, text);
    }

    /// Begins a login that did not start with a token.
    pub(crate) fn begin_login(&self, key: &AuthKey, person: i64) -> Arc<Authorization> {
        self.authorizations().accept(
            person,
            key.device(),
            self.options().app_title.clone(),
            (key.dc, key.id),
            self.clock().now(),
        )
    }

    /// Seats a login on a key: complete, or waiting for the cloud password.
    /// `None` if its owner ended it meanwhile.
    pub(crate) fn seat_login(
        &self,
        key: &AuthKey,
        authorization: Arc<Authorization>,
    ) -> Option<AuthorizationState> {
        let owes_password = authorization.state() != AuthorizationState::Complete
            && self.passwords().get(authorization.person).is_some();
        let state = if owes_password {
            AuthorizationState::PasswordPending
        } else {
            AuthorizationState::Complete
        };
        let seat = (key.dc, key.id);
        if !self.authorizations().seat(&authorization, seat, state) {
            return None;
        }
        key.log_in(authorization);
        Some(state)
    }

    /// Completes a login whose password was right.
    pub(crate) fn complete_login(&self, authorization: &Authorization) -> bool {
        let seat = (authorization.dc(), authorization.key());
        self.authorizations()
            .seat(authorization, seat, AuthorizationState::Complete)
    }

    /// Ends the login on a key that is used from two connections at once. It
    /// takes the keys with it on which the login was used.
    pub(crate) fn drop_login(&self, key: &AuthKey) {
        key.drop_for_good();
        let Some(login) = key.login() else {
            return;
        };
        for other in self.keys().list() {
            if other.login().is_some_and(|it| Arc::ptr_eq(&it, &login)) {
                other.drop_for_good();
            }
        }
        self.authorizations().end(login.person, login.hash);
    }

    /// Sets or removes a person's cloud password; `None` if there is no such person.
    pub fn set_password(&self, person: i64, password: Option<CloudPassword>) -> Option<Person> {
        self.people().update(person, |person| {
            person.has_password = password.is_some();
            self.passwords().set(person.id, password);
        })
    }

    /// Forgets whatever no one can use any more.
    pub fn sweep(&self) {
        let now = self.clock().now();
        let options = self.options();
        // Kept a little longer than they live, for the control interface to show.
        self.tokens().sweep(now - 60);
        self.codes().sweep(now - 600);
        self.passwords().sweep(now);
        self.transfers().sweep(now);
        let fetch_time = seconds(options.transfer_life) * 2;
        self.authorizations().sweep(now - fetch_time);
        let abandoned = self.keys().sweep(now - seconds(options.idle_key_life));
        for authorization in abandoned {
            self.authorizations()
                .end(authorization.person, authorization.hash);
        }
    }
}

/// The token in a login link.
fn token_of(link: &str) -> Option<Vec<u8>> {
    let url = url::Url::parse(link.trim()).ok()?;
    let is_login = match url.scheme() {
        "tg" => url.host_str() == Some("login") || url.path() == "login",
        "https" => url.host_str() == Some("t.me") && url.path() == "/login",
        _ => false,
    };
    if !is_login {
        return None;
    }
    let (_, token) = url.query_pairs().find(|(name, _)| name == "token")?;
    // Clients differ in whether they pad.
    URL_SAFE_NO_PAD
        .decode(token.as_bytes())
        .or_else(|_| URL_SAFE.decode(token.as_bytes()))
        .ok()
}
