//! The list of an account's dialogs, as the API and the Mini App show it.

use sesame_domain::account::Account;
use sesame_domain::dialog_list::{
    DialogFilter, DialogList, DialogListQuery, DialogPosition, NameQuery, list,
};
use sesame_domain::ids::{AccountId, Owner};
use sesame_domain::reading::{DialogGroup, PeerPhoto};
use sesame_domain::session::peer::PeerId;

use crate::app::App;
use crate::problem::ApiError;
use crate::read_problem::ReadProblem;
use crate::signed;

/// How many dialogs are answered unless it is said.
const DEFAULT_LIMIT: u32 = 50;
/// How many dialogs can be asked for.
const MAX_LIMIT: u32 = 100;
/// What cursors are signed for; never changed.
const CURSOR: &str = "dialogs_cursor";
/// What addresses of pictures are signed for; never changed.
const PHOTO: &str = "peer_photo";

/// Which dialogs someone asks for, as an address says it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked<'a> {
    /// The name of a kind; empty: any.
    pub(crate) kind: Option<&'a str>,
    /// What is looked for in names.
    pub(crate) name: Option<&'a str>,
    /// Where the answer before said that it goes on.
    pub(crate) cursor: Option<&'a str>,
    /// How many.
    pub(crate) limit: Option<u32>,
}

/// A part of an account's list, and where it goes on.
pub(crate) struct Dialogs {
    pub(crate) list: DialogList,
    /// The next cursor; `None`: this was the last part.
    pub(crate) next: Option<String>,
}

/// The person's account with this id.
///
/// # Errors
/// [`ApiError::NotFound`] when it is not linked, or someone else's.
pub(crate) async fn account_of(
    app: &App,
    owner: &Owner,
    id: AccountId,
) -> Result<Account, ApiError> {
    let account = app.ports.accounts.linked(owner).await?;
    account
        .filter(|account| account.id == id)
        .ok_or(ApiError::NotFound)
}

/// Reads a part of an account's list.
///
/// # Errors
/// When it is asked for what there is not, or cannot be read now.
pub(crate) async fn read(
    app: &App,
    account: &Account,
    asked: &Asked<'_>,
) -> Result<Dialogs, ApiError> {
    let filter = filter(asked)?;
    let about = About::of(account, &filter);
    let from = match asked.cursor {
        None => DialogPosition::default(),
        Some(cursor) => about.position(app, cursor).ok_or(ApiError::CursorInvalid)?,
    };
    let limit = asked.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    let query = DialogListQuery {
        filter,
        from,
        limit,
    };
    let (ports, clock) = (&app.ports, &*app.ports.clock);
    let list = list(&*ports.dialogs, account, &query, clock).await;
    let list = list.map_err(|error| ApiError::of_reading(error, clock.now()))?;
    Ok(Dialogs {
        next: list.next.map(|next| about.cursor(app, next)),
        list,
    })
}

fn filter(asked: &Asked<'_>) -> Result<DialogFilter, ApiError> {
    let kind = asked.kind.filter(|kind| !kind.is_empty());
    let kind = kind.map(|kind| DialogGroup::from_name(kind).ok_or(ApiError::Malformed));
    Ok(DialogFilter {
        kind: kind.transpose()?,
        name: asked.name.and_then(NameQuery::of),
    })
}

/// What a cursor is about: another account's or filter's is none of this list.
struct About {
    tenant: String,
    person: String,
    account: String,
    kind: &'static str,
    name: String,
}

impl About {
    fn of(account: &Account, filter: &DialogFilter) -> Self {
        Self {
            tenant: account.owner.tenant.to_string(),
            person: account.owner.person.to_string(),
            account: account.id.to_string(),
            kind: filter.kind.map_or("", DialogGroup::as_str),
            name: filter
                .name
                .as_ref()
                .map_or("", NameQuery::as_str)
                .to_owned(),
        }
    }

    fn parts(&self) -> [&str; 5] {
        [
            &self.tenant,
            &self.person,
            &self.account,
            self.kind,
            &self.name,
        ]
    }

    fn cursor(&self, app: &App, at: DialogPosition) -> String {
        let keys = &*app.ports.token_keys;
        signed::sign(keys, CURSOR, &self.parts(), &at.to_string())
    }

    fn position(&self, app: &App, cursor: &str) -> Option<DialogPosition> {
        let keys = &*app.ports.token_keys;
        let at = signed::read(keys, CURSOR, &self.parts(), cursor)?;
        at.parse().ok()
    }
}

/// Under which address the picture of a peer is served, below the base path.
pub(crate) fn photo_path(app: &App, account: &Account, peer: PeerId, photo: PeerPhoto) -> String {
    let id = account.id.to_string();
    let text = format!("{peer}.{}.{}", photo.id, photo.dc);
    let photo = signed::sign(&*app.ports.token_keys, PHOTO, &[&id], &text);
    format!("/api/v1/accounts/{id}/photos/{photo}")
}

/// A picture of a peer, and what kind of file it is.
pub(crate) struct Picture {
    pub(crate) kind: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// The picture that such an address names.
///
/// # Errors
/// When there is none, or it cannot be read now.
pub(crate) async fn picture(
    app: &App,
    account: &Account,
    named: &str,
) -> Result<Picture, ApiError> {
    let id = account.id.to_string();
    let text = signed::read(&*app.ports.token_keys, PHOTO, &[&id], named);
    let (peer, photo) = text
        .as_deref()
        .and_then(named_in)
        .ok_or(ApiError::NotFound)?;
    let bytes = app.ports.dialogs.photo(account, peer, photo).await;
    let bytes = bytes.map_err(|error| ApiError::of_reading(error, app.ports.clock.now()))?;
    let kind = kind_of(&bytes).ok_or_else(|| ReadProblem::FileGone("no picture".to_owned()))?;
    Ok(Picture { kind, bytes })
}

fn named_in(text: &str) -> Option<(PeerId, PeerPhoto)> {
    let mut parts = text.split('.');
    let peer = parts.next()?.parse().ok()?;
    let id = parts.next()?.parse().ok()?;
    let dc = parts.next()?.parse().ok()?;
    Some((peer, PeerPhoto { id, dc }))
}

/// Which of the pictures that browsers show it is. Nothing else is passed on.
fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some("image/webp"),
        _ => None,
    }
}
