//! Which chat is meant.

use sesame_domain::account::Account;
use sesame_domain::ports::ReadDialogs as _;
use sesame_domain::reading::ReadError;
use sesame_domain::session::peer::PeerId;
use sesame_sessions::Reader;
use sesame_work::exporter::{FoundChat, find_chat};

use crate::failure::Failure;

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

/// Looks a chat up.
pub(super) async fn find(
    reader: &Reader,
    account: &Account,
    named: Named,
) -> Result<FoundChat, ReadError> {
    let id = match named {
        Named::Own => PeerId::User(account.owner.person.0),
        Named::Id(id) => id,
        Named::Username(name) => reader.resolve(account, &name).await?.id,
    };
    find_chat(reader, reader, account, id).await
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
