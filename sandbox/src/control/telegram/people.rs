//! People.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::answer::TelegramError;
use super::body::Body;
use super::password::derive;
use super::state::TelegramState;
use crate::world::{AccountState, CodeDelivery, CreatePersonError, NewPerson, Person};

/// How many ways a code may have.
const MOST_WAYS: usize = 10;

/// A person to be created.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreatePerson {
    /// Telegram's user id; chosen by the sandbox if absent.
    id: Option<i64>,
    /// First name, 1 to 64 characters.
    first_name: String,
    /// Last name.
    last_name: Option<String>,
    /// Public name, without the `@`.
    username: Option<String>,
    /// Phone number, digits only; made up if absent.
    phone: Option<String>,
    /// IETF language tag; `en` if absent.
    language: Option<String>,
    /// The data centre that holds the account; 1 if absent.
    home_dc: Option<i32>,
    /// The cloud password.
    password: Option<String>,
    /// What its owner noted to remember it by.
    hint: Option<String>,
}

/// What is to be changed about a person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangePerson {
    /// First name, 1 to 64 characters.
    first_name: Option<String>,
    /// Last name; empty removes it.
    last_name: Option<String>,
    /// Public name, without the `@`; empty removes it.
    username: Option<String>,
    /// IETF language tag.
    language: Option<String>,
    /// What the account may do.
    state: Option<AccountState>,
    /// How login codes reach the person.
    code_delivery: Option<CodeDelivery>,
}

/// Everyone, by id.
#[utoipa::path(get, path = "/people", tag = "people", responses((status = 200, body = Vec<Person>)))]
pub(super) async fn list(State(state): State<TelegramState>) -> Json<Vec<Person>> {
    Json(state.world.people().list())
}

/// Creates a person.
#[utoipa::path(
    post, path = "/people", tag = "people", request_body = CreatePerson,
    responses((status = 201, body = Person), (status = 400, body = TelegramError)),
)]
pub(super) async fn create(
    State(state): State<TelegramState>,
    Body(new): Body<CreatePerson>,
) -> Result<(StatusCode, Json<Person>), TelegramError> {
    if let Some(dc) = new.home_dc
        && !state.dcs.addresses().iter().any(|(id, _)| *id == dc)
    {
        return Err(TelegramError::bad_request("DC_ID_INVALID"));
    }
    let person = state.world.people().create(NewPerson {
        id: new.id,
        first_name: new.first_name,
        last_name: new.last_name,
        username: new.username,
        phone: new.phone,
        language: new.language,
        home_dc: new.home_dc,
    })?;
    let person = match new.password {
        Some(password) => {
            let password = derive(password, new.hint).await?;
            let updated = state.world.set_password(person.id, Some(password));
            updated.unwrap_or(person)
        }
        None => person,
    };
    Ok((StatusCode::CREATED, Json(person)))
}

/// One person.
#[utoipa::path(
    get, path = "/people/{id}", tag = "people",
    params(("id" = i64, Path, description = "The person")),
    responses((status = 200, body = Person), (status = 404, body = TelegramError)),
)]
pub(super) async fn show(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
) -> Result<Json<Person>, TelegramError> {
    state.person(id).map(Json)
}

/// The person does something in a Mini App at this moment. The phone page says
/// so; a login that begins right then is most likely theirs (`/tokens`).
#[utoipa::path(
    post, path = "/people/{id}/use", tag = "people",
    params(("id" = i64, Path, description = "The person")),
    responses((status = 204), (status = 404, body = TelegramError)),
)]
pub(super) async fn note_use(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
) -> Result<StatusCode, TelegramError> {
    state.world.note_use(state.person(id)?.id);
    Ok(StatusCode::NO_CONTENT)
}

/// Changes a person.
#[utoipa::path(
    patch, path = "/people/{id}", tag = "people", request_body = ChangePerson,
    params(("id" = i64, Path, description = "The person")),
    responses(
        (status = 200, body = Person),
        (status = 400, body = TelegramError), (status = 404, body = TelegramError),
    ),
)]
pub(super) async fn change(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
    Body(change): Body<ChangePerson>,
) -> Result<Json<Person>, TelegramError> {
    let name = change.first_name.as_deref();
    if name.is_some_and(|name| !(1..=64).contains(&name.chars().count())) {
        return Err(CreatePersonError::Name.into());
    }
    let ways = change.code_delivery.as_ref().map(|it| it.ways.len());
    if ways.is_some_and(|ways| !(1..=MOST_WAYS).contains(&ways)) {
        return Err(TelegramError::bad_request("CODE_WAYS_INVALID"));
    }
    let changed = state.world.people().update(id, |person| {
        if let Some(first_name) = change.first_name {
            person.first_name = first_name;
        }
        if let Some(last_name) = change.last_name {
            person.last_name = Some(last_name).filter(|name| !name.is_empty());
        }
        if let Some(username) = change.username {
            person.username = Some(username).filter(|name| !name.is_empty());
        }
        if let Some(language) = change.language {
            person.language = language;
        }
        if let Some(state) = change.state {
            person.state = state;
        }
        if let Some(delivery) = change.code_delivery {
            person.code_delivery = delivery;
        }
    });
    let changed = changed.ok_or(TelegramError::not_found("USER_ID_INVALID"))?;
    Ok(Json(changed))
}
