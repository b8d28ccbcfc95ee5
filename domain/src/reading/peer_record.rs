//! Whom an export's messages mention.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::session::peer::PeerId;

/// Someone whom an export's messages mention: what it takes to write their name.
/// Not their telephone number, picture or when they were seen last.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerRecord {
    /// Who: `user1`, `group2`, `channel3`.
    #[serde(with = "as_text")]
    pub id: PeerId,
    /// A person's first name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub first_name: String,
    /// A person's last name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub last_name: String,
    /// A chat's title.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The public name, without the `@`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// What else is to be known, each by its name in the schema.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<PeerMark>,
}

/// What else is to be known of a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeerMark {
    /// The account itself.
    #[serde(rename = "self")]
    Own,
    /// A bot.
    Bot,
    /// An account that is deleted.
    Deleted,
    /// A channel in which one writes and many read.
    Broadcast,
    /// A supergroup.
    Megagroup,
    /// A supergroup in which only administrators write.
    Gigagroup,
    /// A supergroup with topics.
    Forum,
    /// The messages that a channel gets.
    Monoforum,
    /// Copying from it is not allowed.
    Noforwards,
    /// One that a newer program knows.
    #[serde(other)]
    Other,
}

impl PeerRecord {
    /// One of whom only the id is known.
    pub fn nameless(id: PeerId) -> Self {
        Self {
            id,
            first_name: String::new(),
            last_name: String::new(),
            title: String::new(),
            username: None,
            marks: Vec::new(),
        }
    }

    /// First and last name, or the title; empty when it is not known, and for
    /// an account that is deleted.
    pub fn name(&self) -> String {
        match self.id {
            PeerId::User(_) => {
                let names = [self.first_name.as_str(), self.last_name.as_str()];
                let names: Vec<&str> = names.into_iter().filter(|name| !name.is_empty()).collect();
                names.join(" ")
            }
            PeerId::Group(_) | PeerId::Channel(_) => self.title.clone(),
        }
    }

    /// Whether it has this mark.
    pub fn is(&self, mark: PeerMark) -> bool {
        self.marks.contains(&mark)
    }
}

/// Without names.
impl fmt::Debug for PeerRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PeerRecord")
            .field("id", &self.id)
            .field("marks", &self.marks)
            .finish_non_exhaustive()
    }
}

/// A peer as its text.
mod as_text {
    use serde::de::{Deserialize as _, Deserializer, Error as _};
    use serde::ser::Serializer;

    use crate::session::peer::PeerId;

    pub(super) fn serialize<S: Serializer>(id: &PeerId, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(id)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<PeerId, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_is_read_as_it_is_written_and_shows_no_name() {
        let ann = PeerRecord {
            first_name: "Ann".to_owned(),
            last_name: "Lee".to_owned(),
            username: Some("ann".to_owned()),
            marks: vec![PeerMark::Own],
            ..PeerRecord::nameless(PeerId::User(1))
        };
        let line = serde_json::to_string(&ann).unwrap();
        assert_eq!(
            line,
            r#"{"id":"user1","first_name":"Ann","last_name":"Lee","username":"ann","marks":["self"]}"#
        );
        assert_eq!(serde_json::from_str::<PeerRecord>(&line).unwrap(), ann);
        assert_eq!(ann.name(), "Ann Lee");
        assert!(!format!("{ann:?}").contains("Ann"));
    }

    #[test]
    fn a_mark_that_is_not_known_stops_no_one_and_a_peer_that_is_none_is_told() {
        let line = r#"{"id":"channel5","title":"News","marks":["broadcast","holy"]}"#;
        let news: PeerRecord = serde_json::from_str(line).unwrap();
        assert_eq!(news.marks, [PeerMark::Broadcast, PeerMark::Other]);
        assert_eq!(news.name(), "News");
        assert!(serde_json::from_str::<PeerRecord>(r#"{"id":"5"}"#).is_err());
    }
}
