//! The people and chats that an export's messages mention.

use grammers_tl_types::{enums, types};
use sesame_domain::reading::{PeerMark, PeerRecord};
use sesame_domain::session::peer::PeerId;

/// Those that an answer describes, by id, each once.
pub(super) fn peer_records(users: &[enums::User], chats: &[enums::Chat]) -> Vec<PeerRecord> {
    let users = users.iter().filter_map(user);
    let mut records: Vec<_> = users.chain(chats.iter().filter_map(chat)).collect();
    records.sort_by_key(|record| record.id);
    records.dedup_by_key(|record| record.id);
    records
}

fn user(user: &enums::User) -> Option<PeerRecord> {
    let enums::User::User(user) = user else {
        return None;
    };
    Some(PeerRecord {
        first_name: user.first_name.clone().unwrap_or_default(),
        last_name: user.last_name.clone().unwrap_or_default(),
        username: public(user.username.as_ref(), user.usernames.as_deref()),
        marks: marks(&[
            (user.is_self, PeerMark::Own),
            (user.bot, PeerMark::Bot),
            (user.deleted, PeerMark::Deleted),
        ]),
        ..PeerRecord::nameless(PeerId::User(user.id))
    })
}

fn chat(chat: &enums::Chat) -> Option<PeerRecord> {
    let titled = |id, title: &str| PeerRecord {
        title: title.to_owned(),
        ..PeerRecord::nameless(id)
    };
    Some(match chat {
        enums::Chat::Empty(_) => return None,
        enums::Chat::Chat(it) => PeerRecord {
            marks: marks(&[(it.noforwards, PeerMark::Noforwards)]),
            ..titled(PeerId::Group(it.id), &it.title)
        },
        enums::Chat::Forbidden(it) => titled(PeerId::Group(it.id), &it.title),
        enums::Chat::Channel(it) => channel(it),
        enums::Chat::ChannelForbidden(it) => PeerRecord {
            marks: marks(&[
                (it.broadcast, PeerMark::Broadcast),
                (it.megagroup, PeerMark::Megagroup),
                (it.monoforum, PeerMark::Monoforum),
            ]),
            ..titled(PeerId::Channel(it.id), &it.title)
        },
        enums::Chat::Community(it) => titled(PeerId::Channel(it.id), &it.title),
        enums::Chat::CommunityForbidden(it) => titled(PeerId::Channel(it.id), &it.title),
    })
}

fn channel(it: &types::Channel) -> PeerRecord {
    PeerRecord {
        title: it.title.clone(),
        username: public(it.username.as_ref(), it.usernames.as_deref()),
        marks: marks(&[
            (it.broadcast, PeerMark::Broadcast),
            (it.megagroup, PeerMark::Megagroup),
            (it.gigagroup, PeerMark::Gigagroup),
            (it.forum, PeerMark::Forum),
            (it.monoforum, PeerMark::Monoforum),
            (it.noforwards, PeerMark::Noforwards),
        ]),
        ..PeerRecord::nameless(PeerId::Channel(it.id))
    }
}

fn marks(all: &[(bool, PeerMark)]) -> Vec<PeerMark> {
    let set = all.iter().filter(|(is_set, _)| *is_set);
    set.map(|(_, mark)| *mark).collect()
}

/// The public name: the one, or the first in use of several.
fn public(one: Option<&String>, several: Option<&[enums::Username]>) -> Option<String> {
    one.cloned().or_else(|| super::peers::active(several))
}
