//! Forms that operators send: nothing is changed any other way.

use axum::extract::{FromRequest, Request};
use sesame_domain::audit::OperatorReason;
use sesame_domain::operator::Scope;
use sesame_domain::order::Order;
use url::form_urlencoded;

use super::error::PageError;
use super::same_site;
use super::signed_in::SignedIn;
use crate::app::App;
use crate::body::{Body, Form};
use crate::problem::ApiError;

/// The name of the field with the token that only this session's pages have.
const CSRF: &str = "csrf";

/// The longest reason that is kept, in characters.
const LONGEST_REASON: usize = 300;

/// The fields of a form.
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Those of a body.
    pub(super) fn of(body: &Body) -> Result<Self, ApiError> {
        match body.form {
            Form::UrlEncoded => Ok(Self(
                form_urlencoded::parse(&body.bytes).into_owned().collect(),
            )),
            Form::Json | Form::Unnamed => Err(ApiError::WrongContentType),
        }
    }

    /// The value of a field, if there is exactly one.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(other, _)| other == name);
        let (_, first) = values.next()?;
        values.next().is_none().then_some(first.as_str())
    }
}

/// An operator who is signed in, and sent a form of one of their own pages.
pub(super) struct Acting {
    pub(super) who: SignedIn,
    fields: Fields,
}

impl Acting {
    /// The value of a field.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name)
    }

    /// Why they want it: what is done without a reason is done by mistake.
    pub(super) fn reason(&self) -> Result<String, PageError> {
        let reason = self.field("reason").unwrap_or_default();
        let words: Vec<_> = reason.split_whitespace().collect();
        let reason: String = words.join(" ").chars().take(LONGEST_REASON).collect();
        if reason.is_empty() {
            return Err(PageError::Unclear);
        }
        Ok(reason)
    }

    /// What they order, with the reason that they gave; of this.
    pub(super) fn order(&self, of: &Scope) -> Result<Order, PageError> {
        self.who.order(&self.reason()?, of)
    }
}

impl FromRequest<App> for Acting {
    type Rejection = PageError;

    async fn from_request(request: Request, app: &App) -> Result<Self, PageError> {
        let (mut parts, body) = request.into_parts();
        let who =
            <SignedIn as axum::extract::FromRequestParts<App>>::from_request_parts(&mut parts, app)
                .await?;
        if !same_site::is_ours(&parts.headers, &app.settings.public_url) {
            who.refused(OperatorReason::CrossSite).await?;
            return Err(PageError::NotOurPage);
        }
        let body = Body::from_request(Request::from_parts(parts, body), app).await?;
        let fields = Fields::of(&body)?;
        if !who.knows(fields.get(CSRF).unwrap_or_default()) {
            who.refused(OperatorReason::NoToken).await?;
            return Err(PageError::NotOurPage);
        }
        Ok(Self { who, fields })
    }
}
