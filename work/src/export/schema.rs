//! Telegram's values as a record has them (see [`sesame_domain::reading`]).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sesame_domain::session::peer::PeerId;

/// A value of Telegram's. What is not there has no fields, and each of its fields
/// is what the schema has for "not set": nothing here fails.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tl<'a>(Option<&'a Value>);

impl<'a> Tl<'a> {
    pub(super) fn of(value: &'a Value) -> Self {
        Self(Some(value).filter(|value| !value.is_null()))
    }

    /// What is not there.
    pub(super) fn none() -> Self {
        Self(None)
    }

    /// Whether it is there at all.
    pub(super) fn is_there(self) -> bool {
        self.0.is_some()
    }

    /// Its constructor's name; empty if it has none.
    pub(super) fn name(self) -> &'a str {
        self.text("_")
    }

    pub(super) fn get(self, key: &str) -> Self {
        let value = self.0.and_then(|value| value.get(key));
        Self(value.filter(|value| !value.is_null()))
    }

    /// A text; empty if it is not set.
    pub(super) fn text(self, key: &str) -> &'a str {
        self.text_if(key).unwrap_or_default()
    }

    pub(super) fn text_if(self, key: &str) -> Option<&'a str> {
        self.get(key).0.and_then(Value::as_str)
    }

    /// A number; zero if it is not set.
    pub(super) fn int(self, key: &str) -> i64 {
        self.int_if(key).unwrap_or_default()
    }

    pub(super) fn int_if(self, key: &str) -> Option<i64> {
        self.get(key).0.and_then(Value::as_i64)
    }

    pub(super) fn float(self, key: &str) -> f64 {
        self.get(key).0.and_then(Value::as_f64).unwrap_or_default()
    }

    pub(super) fn flag(self, key: &str) -> bool {
        self.get(key).0.and_then(Value::as_bool).unwrap_or_default()
    }

    pub(super) fn bytes(self, key: &str) -> Vec<u8> {
        STANDARD.decode(self.text(key)).unwrap_or_default()
    }

    /// The values of a list.
    pub(super) fn list(self, key: &str) -> impl Iterator<Item = Tl<'a>> + use<'a> {
        let list = self.get(key).0.and_then(Value::as_array);
        list.into_iter().flatten().map(Tl::of)
    }

    /// The numbers of a list.
    pub(super) fn ints(self, key: &str) -> impl Iterator<Item = i64> + use<'a> {
        self.list(key).filter_map(|tl| tl.0.and_then(Value::as_i64))
    }

    /// The texts of a list.
    pub(super) fn texts(self, key: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.list(key).filter_map(|tl| tl.0.and_then(Value::as_str))
    }

    /// Whom a field names.
    pub(super) fn peer(self, key: &str) -> Option<PeerId> {
        self.get(key).as_peer()
    }

    /// Whom it names, if it is a peer.
    pub(super) fn as_peer(self) -> Option<PeerId> {
        match self.name() {
            "peerUser" => Some(PeerId::User(self.int("user_id"))),
            "peerChat" => Some(PeerId::Group(self.int("chat_id"))),
            "peerChannel" => Some(PeerId::Channel(self.int("channel_id"))),
            _ => None,
        }
    }
}
