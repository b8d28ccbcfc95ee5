//! Extractors: no handler sees a person any other way.

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use sesame_domain::ids::{LoginId, Owner};
use sesame_domain::ports::OneTimeKind;
use sesame_words::Language;

use super::token::Scope;
use crate::app::App;
use crate::edge::Asked;
use crate::init_data::{InitData, InitDataError};
use crate::problem::{ApiError, Unauthorized};

/// The person, with all the rights they have in the Mini App.
pub(crate) struct Identity(pub(crate) Owner);

/// Someone who may look at a login: its owner, or the other screen.
pub(crate) enum Viewer {
    /// The owner.
    Owner(Owner),
    /// Another screen, which sees no more than the code.
    Screen {
        /// Whose login.
        owner: Owner,
        /// Which one.
        login: LoginId,
    },
}

impl Viewer {
    /// Under whose name the login is looked up, if it may be this one.
    pub(crate) fn owner_of(&self, id: LoginId) -> Result<&Owner, ApiError> {
        match self {
            Self::Owner(owner) => Ok(owner),
            Self::Screen { owner, login } if *login == id => Ok(owner),
            Self::Screen { .. } => Err(ApiError::NotFound),
        }
    }

    pub(crate) fn is_owner(&self) -> bool {
        matches!(self, Self::Owner(_))
    }
}

/// Verified `initData` from the header, whether or not it was used before.
pub(crate) struct InitDataHeader(pub(crate) InitData);

enum Credentials<'a> {
    InitData(&'a str),
    Token(&'a str),
}

fn credentials(parts: &Parts) -> Result<Credentials<'_>, Unauthorized> {
    let header = parts
        .headers
        .get(AUTHORIZATION)
        .ok_or(Unauthorized::Missing)?
        .to_str()
        .map_err(|_| Unauthorized::InitData(InitDataError::Malformed))?;
    let (scheme, value) = header.split_once(' ').unwrap_or((header, ""));
    if scheme.eq_ignore_ascii_case("tma") {
        Ok(Credentials::InitData(value.trim()))
    } else if scheme.eq_ignore_ascii_case("bearer") {
        Ok(Credentials::Token(value.trim()))
    } else {
        Err(Unauthorized::Missing)
    }
}

impl FromRequestParts<App> for InitDataHeader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        match credentials(parts)? {
            Credentials::InitData(text) => {
                let verified = app.verifier.verify(text, app.ports.clock.now());
                let data = verified.map_err(Unauthorized::InitData)?;
                Asked::by(app, &app.owner(data.person), &parts.extensions).await?;
                Ok(Self(data))
            }
            Credentials::Token(_) => Err(Unauthorized::InitData(InitDataError::Missing).into()),
        }
    }
}

impl FromRequestParts<App> for Viewer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        if let Credentials::Token(token) = credentials(parts)? {
            let token = app.tokens.check(token, app.ports.clock.now())?;
            Asked::by(app, &token.owner, &parts.extensions).await?;
            app.admit(&token).await?;
            let language = Language::of(token.language.as_deref());
            parts.extensions.insert(language);
            let owner = token.owner;
            return Ok(match token.scope {
                Scope::App => Self::Owner(owner),
                Scope::Screen(login) => Self::Screen { owner, login },
            });
        }
        let InitDataHeader(data) = InitDataHeader::from_request_parts(parts, app).await?;
        let spent = app
            .ports
            .one_time
            .is_spent(OneTimeKind::InitData, data.digest)
            .await?;
        if spent {
            return Err(Unauthorized::InitData(InitDataError::Replayed).into());
        }
        app.after_erasure(&data).await?;
        let owner = app.owner(data.person);
        let language = data.language.as_deref();
        app.remember(&owner, language).await;
        parts.extensions.insert(Language::of(language));
        Ok(Self::Owner(owner))
    }
}

impl FromRequestParts<App> for Identity {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        match Viewer::from_request_parts(parts, app).await? {
            Viewer::Owner(owner) => Ok(Self(owner)),
            Viewer::Screen { .. } => Err(ApiError::Forbidden),
        }
    }
}
