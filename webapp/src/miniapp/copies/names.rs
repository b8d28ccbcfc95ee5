//! What chats are called. It is not kept with their copies: it is asked of Telegram
//! when someone looks, and a page does without where that cannot be had.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use sesame_domain::reading::{Dialog, DialogKind};
use sesame_domain::session::peer::PeerId;
use sesame_words::{AppWords, Language, Text};

use crate::app::App;
use crate::dialogs::{account_of, photo_path};
use crate::html::html;
use crate::identity::Identity;
use crate::miniapp::accounts::initials;
use crate::miniapp::chats::{colour_of, name_of};
use crate::problem::ApiError;

/// So many can be asked for.
const MOST: usize = 100;

/// Whose names are asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NamesQuery {
    /// By their ids, with commas between.
    of: String,
}

struct Named {
    peer: PeerId,
    name: String,
    note: Text,
    initials: String,
    colour: i64,
    photo: Option<String>,
    is_protected: bool,
}

#[derive(Template)]
#[template(path = "miniapp/names.html")]
struct Names {
    words: AppWords,
    named: Vec<Named>,
}

/// The names of these chats, as far as they are known.
pub(crate) async fn names(
    State(app): State<App>,
    Identity(owner): Identity,
    language: Language,
    Path(id): Path<String>,
    query: Result<Query<NamesQuery>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(query) = query.map_err(|_| ApiError::Malformed)?;
    let id = id.parse().map_err(|_| ApiError::NotFound)?;
    let account = account_of(&app, &owner, id).await?;
    let peers: Result<Vec<PeerId>, _> = query.of.split(',').map(str::parse).collect();
    let peers = peers.map_err(|_| ApiError::Malformed)?;
    if peers.len() > MOST {
        return Err(ApiError::Malformed);
    }
    let now = app.ports.clock.now();
    let found = app.ports.dialogs.dialogs_named(&account, &peers).await;
    let found = found.map_err(|error| ApiError::of_reading(error, now))?;
    let words = language.app();
    let named = found.into_iter().map(|dialog| {
        let Dialog { peer, photo, .. } = dialog;
        let photo = photo.filter(|_| peer.kind != DialogKind::SavedMessages);
        let name = name_of(&peer, words);
        Named {
            peer: peer.id,
            note: words.chats_kind(peer.kind.as_str()),
            initials: initials(&name),
            colour: colour_of(peer.id),
            photo: photo.map(|photo| photo_path(&app, &account, peer.id, photo)),
            is_protected: peer.is_protected,
            name,
        }
    });
    let named = named.collect();
    html(&Names { words, named })
}
