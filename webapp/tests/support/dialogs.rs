//! Dialogs in lists, as Telegram pages them.

use std::collections::HashMap;
use std::sync::Mutex;

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::account::{Account, Health};
use sesame_domain::ports::ReadDialogs;
use sesame_domain::reading::{
    Dialog, DialogCursor, DialogFolder, DialogKind, DialogPage, DialogQuery, LastMessage,
    PeerPhoto, PeerProfile, ReadError,
};
use sesame_domain::session::peer::PeerId;

use super::noon;

/// Makes an error.
pub type Failing = Box<dyn Fn() -> ReadError + Send>;

/// The dialogs of everyone.
#[derive(Default)]
pub struct Dialogs {
    pub main: Mutex<Vec<Dialog>>,
    pub archive: Mutex<Vec<Dialog>>,
    /// Pictures, by their ids.
    pub photos: Mutex<HashMap<i64, Vec<u8>>>,
    /// What is answered instead.
    pub failing: Mutex<Option<Failing>>,
    /// What certain people are answered instead; without it, that there is nothing.
    pub failing_for: Mutex<HashMap<i64, Option<Failing>>>,
    /// What was asked for, and by which account.
    pub asked: Mutex<Vec<(Account, DialogQuery)>>,
}

impl Dialogs {
    /// From now on this is answered.
    pub fn fail(&self, failing: impl Fn() -> ReadError + Send + 'static) {
        *self.failing.lock().unwrap() = Some(Box::new(failing));
    }

    /// Adds dialogs of these kinds and names to the main list.
    pub fn add(&self, kind: DialogKind, names: &[&str]) {
        let mut main = self.main.lock().unwrap();
        for name in names {
            let number = main.len() + 1;
            main.push(dialog(i64::try_from(number).unwrap(), kind, name));
        }
    }

    fn failed(&self, account: &Account) -> Result<(), ReadError> {
        if let Health::Dead { cause, .. } = account.health {
            return Err(ReadError::SessionDead(cause));
        }
        let failing_for = self.failing_for.lock().unwrap();
        if let Some(Some(failing)) = failing_for.get(&account.owner.person.0) {
            return Err(failing());
        }
        let failing = self.failing.lock().unwrap();
        failing.as_ref().map_or(Ok(()), |failing| Err(failing()))
    }
}

/// A dialog, the later the higher its number is.
pub fn dialog(number: i64, kind: DialogKind, name: &str) -> Dialog {
    let id = match kind {
        DialogKind::User | DialogKind::Bot | DialogKind::SavedMessages => PeerId::User(number),
        DialogKind::Group => PeerId::Group(number),
        DialogKind::Supergroup | DialogKind::Channel => PeerId::Channel(number),
    };
    Dialog {
        peer: PeerProfile {
            id,
            kind,
            name: name.to_owned(),
            username: None,
            is_protected: false,
            is_member: true,
        },
        photo: None,
        unread: 0,
        unread_mentions: 0,
        is_marked_unread: false,
        is_pinned: false,
        last: Some(LastMessage {
            id: 1,
            at: noon() - TimeDelta::minutes(number),
        }),
        pts: None,
    }
}

fn cursor(dialog: &Dialog) -> Option<DialogCursor> {
    let last = dialog.last?;
    Some(DialogCursor {
        date: i32::try_from(last.at.timestamp()).unwrap(),
        message: last.id,
        peer: dialog.peer.id,
        skip: 0,
    })
}

#[async_trait]
impl ReadDialogs for Dialogs {
    async fn dialogs(
        &self,
        account: &Account,
        query: &DialogQuery,
    ) -> Result<DialogPage, ReadError> {
        let asked = (account.clone(), query.clone());
        self.asked.lock().unwrap().push(asked);
        self.failed(account)?;
        let person = account.owner.person.0;
        if self.failing_for.lock().unwrap().contains_key(&person) {
            let (dialogs, next, total) = (Vec::new(), None, Some(0));
            return Ok(DialogPage {
                dialogs,
                next,
                total,
            });
        }
        let all = match query.folder {
            DialogFolder::Main => self.main.lock().unwrap(),
            DialogFolder::Archive => self.archive.lock().unwrap(),
        };
        let (pinned, rest): (Vec<_>, Vec<_>) = all.iter().partition(|it| it.is_pinned);
        let place = |after: DialogCursor| rest.iter().position(|it| it.peer.id == after.peer);
        let start = query.after.map_or(0, |after| place(after).unwrap() + 1);
        let page: Vec<_> = rest.iter().skip(start).take(query.limit as usize).collect();
        let next = page.last().and_then(|it| cursor(it));
        let first = pinned.into_iter().filter(|_| query.after.is_none());
        Ok(DialogPage {
            next,
            dialogs: first.chain(page.into_iter().copied()).cloned().collect(),
            total: u32::try_from(all.len()).ok(),
        })
    }

    async fn dialogs_named(
        &self,
        account: &Account,
        peers: &[PeerId],
    ) -> Result<Vec<Dialog>, ReadError> {
        self.failed(account)?;
        let all = [&self.main, &self.archive].map(|list| list.lock().unwrap().clone());
        let named = all.concat().into_iter();
        Ok(named.filter(|it| peers.contains(&it.peer.id)).collect())
    }

    async fn resolve(&self, _: &Account, _: &str) -> Result<PeerProfile, ReadError> {
        Err(ReadError::NoSuchName)
    }

    async fn photo(
        &self,
        account: &Account,
        _: PeerId,
        photo: PeerPhoto,
    ) -> Result<Vec<u8>, ReadError> {
        self.failed(account)?;
        let photo = self.photos.lock().unwrap().get(&photo.id).cloned();
        photo.ok_or_else(|| ReadError::FileUnavailable("LOCATION_INVALID".to_owned()))
    }
}
