//! Which chat is meant.

use sesame_domain::account::Account;
use sesame_domain::ports::{ReadDialogs, ReadRecords};
use sesame_domain::reading::{
    DialogFolder, DialogQuery, HistoryFrom, HistoryQuery, PeerRecord, ReadError,
};
use sesame_domain::session::peer::PeerId;
use sesame_sessions::Reader;

use crate::failure::Failure;

/// How many dialogs are looked at with a call.
const PAGE: u32 = 100;

/// A chat as people name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// Saved Messages.
    Own,
    /// By its public name.
    Username(String),
    /// By its id.
    Id(PeerId),
}

impl Named {
    /// What stands on the command line.
    pub(super) fn read(text: &str) -> Result<Self, Failure> {
        let text = text.trim();
        if text == "me" {
            return Ok(Self::Own);
        }
        if let Ok(id) = text.parse() {
            return Ok(Self::Id(id));
        }
        let links = ["https://t.me/", "http://t.me/", "t.me/", "@"];
        let name = links.iter().find_map(|link| text.strip_prefix(link));
        let name = name.map(|name| name.trim_end_matches('/'));
        let is_name = |name: &&str| {
            name.len() <= 32
                && name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        name.filter(is_name)
            .map(|name| Self::Username(name.to_owned()))
            .ok_or_else(|| {
                Failure::Usage(format!(
                    "{text:?} names no chat; expected: @name, https://t.me/name, me, or an id such as user1, group2, channel3"
                ))
            })
    }
}

/// The chat, and how many messages it has as far as Telegram says.
pub(super) struct Found {
    pub(super) chat: PeerRecord,
    pub(super) total: u32,
}

/// Looks a chat up.
pub(super) async fn find(
    reader: &Reader,
    account: &Account,
    named: Named,
) -> Result<Found, ReadError> {
    let id = match named {
        Named::Own => PeerId::User(account.owner.person.0),
        Named::Id(id) => id,
        Named::Username(name) => reader.resolve(account, &name).await?.id,
    };
    let query = HistoryQuery {
        dialog: id,
        from: HistoryFrom::Newest,
        limit: 1,
    };
    let page = match reader.records(account, &query).await {
        // The list of dialogs says what it takes to name it to Telegram.
        Err(ReadError::PeerUnknown) => {
            meet(reader, account, id).await?;
            reader.records(account, &query).await?
        }
        page => page?,
    };
    let met = page.peers.into_iter().find(|peer| peer.id == id);
    Ok(Found {
        chat: met.unwrap_or_else(|| PeerRecord::nameless(id)),
        total: page.total,
    })
}

/// Reads the list of dialogs until the session has met this one.
async fn meet(reader: &Reader, account: &Account, id: PeerId) -> Result<(), ReadError> {
    for folder in [DialogFolder::Main, DialogFolder::Archive] {
        let mut after = None;
        loop {
            let query = DialogQuery {
                folder,
                kinds: Vec::new(),
                after,
                limit: PAGE,
            };
            let page = reader.dialogs(account, &query).await?;
            if page.dialogs.iter().any(|dialog| dialog.peer.id == id) {
                return Ok(());
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
    }
    Err(ReadError::PeerUnknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chat_is_named_in_the_ways_people_do() {
        for (text, named) in [
            ("me", Named::Own),
            ("@durov", Named::Username("durov".to_owned())),
            ("https://t.me/durov", Named::Username("durov".to_owned())),
            (" t.me/durov/ ", Named::Username("durov".to_owned())),
            ("channel5", Named::Id(PeerId::Channel(5))),
            ("user1", Named::Id(PeerId::User(1))),
        ] {
            assert_eq!(Named::read(text).unwrap(), named, "{text}");
        }
        for text in ["", "@", "durov", "5", "@a b", "https://t.me/+abc", "@5x"] {
            let error = Named::read(text).unwrap_err().to_string();
            assert!(error.contains("expected: @name"), "{error}");
        }
    }
}
