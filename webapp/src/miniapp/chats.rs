//! The chats of an account: a page with what is looked for, and the parts of the
//! list, which its script fetches one after the other.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use sesame_domain::account::Account;
use sesame_domain::dialog_list::ListedDialog;
use sesame_domain::ids::AccountId;
use sesame_domain::reading::{DialogFolder, DialogGroup, DialogKind, PeerProfile};
use sesame_domain::session::peer::PeerId;
use sesame_domain::time::Timestamp;
use sesame_words::{AppWords, Language, Text};

use super::accounts::{COLOURS, initials};
use super::moments::{self, Moments as _, iso, left};
use crate::app::App;
use crate::base_path::BasePath;
use crate::dialogs::{self, Asked, Dialogs};
use crate::html::html;
use crate::identity::Identity;
use crate::problem::ApiError;
use crate::read_problem::ReadProblem;

/// More unread messages than that are not counted on a badge.
const MOST_SHOWN: u32 = 9_999;

#[derive(Template)]
#[template(path = "miniapp/chats.html")]
struct Chats {
    base: BasePath,
    words: AppWords,
    now: String,
    account: AccountId,
    kinds: Vec<&'static str>,
    /// Whether copies are kept here.
    saves: bool,
}

/// The page, which knows nothing of the list: that is asked for beside it.
pub(super) async fn view(
    State(app): State<App>,
    Identity(owner): Identity,
    language: Language,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let id = id.parse().map_err(|_| ApiError::NotFound)?;
    let account = dialogs::account_of(&app, &owner, id).await?;
    html(&Chats {
        base: app.base.clone(),
        words: language.app(),
        now: iso(app.ports.clock.now()),
        account: account.id,
        kinds: DialogGroup::ALL.map(DialogGroup::as_str).into(),
        saves: app.ports.exports.is_some(),
    })
}

/// Which part of the list is asked for.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct PartQuery {
    kind: String,
    query: String,
    cursor: Option<String>,
}

impl PartQuery {
    fn is_filtered(&self) -> bool {
        !self.kind.is_empty() || self.is_named()
    }

    fn is_named(&self) -> bool {
        !self.query.trim().is_empty()
    }
}

/// A chat as the list shows it.
struct Chat {
    peer: PeerId,
    is_protected: bool,
    name: String,
    note: Text,
    initials: String,
    colour: i64,
    photo: Option<String>,
    last: Option<Timestamp>,
    unread: u64,
    unread_shown: String,
    is_marked: bool,
    is_pinned: bool,
}

impl Chat {
    fn of(app: &App, account: &Account, listed: ListedDialog, words: AppWords) -> Self {
        let ListedDialog { folder, dialog } = listed;
        let peer = dialog.peer;
        let name = name_of(&peer, words);
        let photo = dialog
            .photo
            .map(|photo| dialogs::photo_path(app, account, peer.id, photo));
        let kind = peer.kind.as_str();
        Self {
            initials: initials(&name),
            note: if folder == DialogFolder::Archive {
                words.chats_kind_archived(kind)
            } else {
                words.chats_kind(kind)
            },
            colour: colour_of(peer.id),
            photo: photo.filter(|_| peer.kind != DialogKind::SavedMessages),
            last: dialog.last.map(|last| last.at),
            unread: dialog.unread.into(),
            unread_shown: shown(dialog.unread),
            is_marked: dialog.is_marked_unread,
            is_pinned: dialog.is_pinned,
            peer: peer.id,
            is_protected: peer.is_protected,
            name,
        }
    }
}

/// What a chat is called.
pub(super) fn name_of(peer: &PeerProfile, words: AppWords) -> String {
    match (peer.kind, peer.name.is_empty()) {
        (DialogKind::SavedMessages, _) => words.chats_saved().into(),
        (_, true) => words.chats_nameless().into(),
        (_, false) => peer.name.clone(),
    }
}

/// Its colour, as Telegram has it: by the number, the same everywhere.
pub(super) fn colour_of(peer: PeerId) -> i64 {
    let (PeerId::User(id) | PeerId::Group(id) | PeerId::Channel(id)) = peer;
    id.rem_euclid(COLOURS)
}

fn shown(unread: u32) -> String {
    if unread > MOST_SHOWN {
        format!("{MOST_SHOWN}+")
    } else {
        unread.to_string()
    }
}

/// What stands below a part of the list.
enum End {
    /// It goes on.
    More {
        cursor: String,
        /// How far it was looked, where little of it is shown.
        looked: Option<Text>,
    },
    /// There is nothing.
    Nothing { title: Text, said: Text },
    /// That was all.
    All { said: Text },
    /// It cannot be read now.
    Trouble {
        said: Text,
        cursor: String,
        /// From when on it can.
        retry_at: Option<String>,
        time_left: String,
        way: Way,
    },
}

/// The way on from a trouble.
enum Way {
    /// The same again.
    Again,
    /// Linking the account again.
    Link,
    /// Seeing how the account is.
    Account,
}

#[derive(Template)]
#[template(path = "miniapp/chats_part.html")]
struct Part {
    base: BasePath,
    words: AppWords,
    now: String,
    account: AccountId,
    saves: bool,
    chats: Vec<Chat>,
    end: End,
    /// What someone hears who does not see that chats came.
    announced: Option<Text>,
}

/// A part of the list. That Telegram cannot be read is told in its place: the page
/// stays, and goes on from there.
pub(super) async fn part(
    State(app): State<App>,
    Identity(owner): Identity,
    language: Language,
    Path(id): Path<String>,
    query: Result<Query<PartQuery>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(query) = query.map_err(|_| ApiError::Malformed)?;
    let id = id.parse().map_err(|_| ApiError::NotFound)?;
    let account = dialogs::account_of(&app, &owner, id).await?;
    let words = language.app();
    let asked = Asked {
        kind: Some(&query.kind),
        name: Some(&query.query),
        cursor: query.cursor.as_deref(),
        limit: None,
    };
    let (chats, end) = match dialogs::read(&app, &account, &asked).await {
        Ok(read) => {
            let end = end_of(&read, &query, words);
            let chats = read.list.dialogs.into_iter();
            let chats: Vec<_> = chats
                .map(|it| Chat::of(&app, &account, it, words))
                .collect();
            (chats, end)
        }
        Err(ApiError::Read(problem)) => {
            let now = app.ports.clock.now();
            (Vec::new(), trouble(&problem, &query, words, now))
        }
        Err(error) => return Err(error),
    };
    html(&Part {
        base: app.base.clone(),
        words,
        now: iso(app.ports.clock.now()),
        account: account.id,
        saves: app.ports.exports.is_some(),
        announced: (!chats.is_empty()).then(|| words.chats_more(count(chats.len()))),
        chats,
        end,
    })
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn end_of(read: &Dialogs, query: &PartQuery, words: AppWords) -> End {
    let list = &read.list;
    let seen = u64::from(list.seen);
    let is_first = query.cursor.is_none();
    match &read.next {
        Some(next) => End::More {
            cursor: next.clone(),
            looked: query.is_filtered().then(|| match list.total {
                Some(total) => words.chats_looked_of(seen, u64::from(total)),
                None => words.chats_looked(seen),
            }),
        },
        None if is_first && list.dialogs.is_empty() => nothing(query, words),
        None if query.is_filtered() => End::All {
            said: words.chats_looked_all(seen),
        },
        None => End::All {
            said: words.chats_no_more(seen),
        },
    }
}

fn nothing(query: &PartQuery, words: AppWords) -> End {
    if query.is_named() {
        return End::Nothing {
            title: words.chats_not_found(query.query.trim()),
            said: words.chats_not_found_note(),
        };
    }
    End::Nothing {
        title: words.chats_none(&query.kind),
        said: if query.kind.is_empty() {
            words.chats_none_note()
        } else {
            words.chats_none_of_kind_note()
        },
    }
}

fn trouble(problem: &ReadProblem, query: &PartQuery, words: AppWords, now: Timestamp) -> End {
    let (_, code, _) = problem.describe();
    let retry_at = problem.retry_at();
    End::Trouble {
        said: words.chats_trouble(code),
        cursor: query.cursor.clone().unwrap_or_default(),
        retry_at: retry_at.map(iso),
        time_left: retry_at.map_or_else(String::new, |until| left(until, now)),
        way: match problem {
            ReadProblem::SessionEnded(_) => Way::Link,
            ReadProblem::Frozen => Way::Account,
            _ => Way::Again,
        },
    }
}
