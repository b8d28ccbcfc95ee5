//! The people and chats that an answer mentions.

use std::collections::HashMap;

use grammers_tl_types::{enums, types};
use sesame_domain::reading::{DialogKind, PeerPhoto, PeerProfile};
use sesame_domain::session::peer::{ChannelKind, Peer, PeerId};

/// The people and chats that an answer mentions.
#[derive(Default)]
pub(super) struct Mentioned {
    /// What it takes to name them. Those that Telegram described only in part
    /// (`min`) are not among them: their access hash is good for little.
    pub(super) peers: Vec<Peer>,
    /// How Telegram shows them.
    profiles: HashMap<PeerId, PeerProfile>,
    /// Their pictures.
    photos: HashMap<PeerId, PeerPhoto>,
}

impl Mentioned {
    /// Those that the answer describes beside itself.
    pub(super) fn of(users: &[enums::User], chats: &[enums::Chat]) -> Self {
        let mut mentioned = Self::default();
        for user in users {
            if let enums::User::User(user) = user {
                mentioned.user(user);
            }
        }
        for chat in chats {
            mentioned.chat(chat);
        }
        mentioned
    }

    /// How Telegram shows a peer; one that the answer forgot has no name.
    pub(super) fn profile(&self, id: PeerId) -> PeerProfile {
        let known = self.profiles.get(&id).cloned();
        known.unwrap_or_else(|| PeerProfile {
            id,
            kind: match id {
                PeerId::User(_) => DialogKind::User,
                PeerId::Group(_) => DialogKind::Group,
                PeerId::Channel(_) => DialogKind::Channel,
            },
            name: String::new(),
            username: None,
            is_protected: false,
            is_member: false,
        })
    }

    /// The picture of a peer, if there is one.
    pub(super) fn photo(&self, id: PeerId) -> Option<PeerPhoto> {
        self.photos.get(&id).copied()
    }

    /// All of them, by id.
    pub(super) fn into_profiles(self) -> Vec<PeerProfile> {
        let mut profiles: Vec<_> = self.profiles.into_values().collect();
        profiles.sort_by_key(|profile| profile.id);
        profiles
    }

    fn user(&mut self, user: &types::User) {
        let id = PeerId::User(user.id);
        if !user.min {
            self.peers.push(Peer {
                access_hash: user.access_hash,
                is_bot: Some(user.bot),
                ..Peer::new(id)
            });
        }
        if let Some(enums::UserProfilePhoto::Photo(photo)) = &user.photo {
            self.picture(id, photo.photo_id, photo.dc_id);
        }
        let names = [&user.first_name, &user.last_name];
        let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
        self.show(PeerProfile {
            id,
            kind: match (user.is_self, user.bot) {
                (true, _) => DialogKind::SavedMessages,
                (false, true) => DialogKind::Bot,
                (false, false) => DialogKind::User,
            },
            name: names.join(" ").trim().to_owned(),
            username: user
                .username
                .clone()
                .or_else(|| active(user.usernames.as_deref())),
            is_protected: false,
            is_member: true,
        });
    }

    fn chat(&mut self, chat: &enums::Chat) {
        match chat {
            enums::Chat::Empty(_) => {}
            enums::Chat::Chat(chat) => {
                self.chat_picture(PeerId::Group(chat.id), &chat.photo);
                self.group(chat.id, &chat.title, chat.noforwards, !chat.left);
            }
            enums::Chat::Forbidden(chat) => self.group(chat.id, &chat.title, false, false),
            enums::Chat::Channel(channel) => self.channel(channel),
            enums::Chat::ChannelForbidden(channel) => {
                let kind = channel_kind(channel.megagroup, false);
                self.meet_channel(channel.id, Some(channel.access_hash), kind);
                self.show(PeerProfile {
                    id: PeerId::Channel(channel.id),
                    kind: dialog_kind(kind),
                    name: channel.title.clone(),
                    username: None,
                    is_protected: false,
                    is_member: false,
                });
            }
            enums::Chat::Community(chat) => {
                let hash = chat.access_hash.filter(|_| !chat.min);
                self.community(chat.id, hash, &chat.title, !chat.left);
            }
            enums::Chat::CommunityForbidden(chat) => {
                self.community(chat.id, chat.access_hash, &chat.title, false);
            }
        }
    }

    fn group(&mut self, id: i64, title: &str, is_protected: bool, is_member: bool) {
        let id = PeerId::Group(id);
        self.peers.push(Peer::new(id));
        self.show(PeerProfile {
            id,
            kind: DialogKind::Group,
            name: title.to_owned(),
            username: None,
            is_protected,
            is_member,
        });
    }

    fn channel(&mut self, channel: &types::Channel) {
        let kind = channel_kind(channel.megagroup, channel.gigagroup);
        let hash = channel.access_hash.filter(|_| !channel.min);
        self.meet_channel(channel.id, hash, kind);
        self.chat_picture(PeerId::Channel(channel.id), &channel.photo);
        self.show(PeerProfile {
            id: PeerId::Channel(channel.id),
            kind: dialog_kind(kind),
            name: channel.title.clone(),
            username: channel
                .username
                .clone()
                .or_else(|| active(channel.usernames.as_deref())),
            is_protected: channel.noforwards,
            is_member: !channel.left,
        });
    }

    fn community(&mut self, id: i64, hash: Option<i64>, title: &str, is_member: bool) {
        self.meet_channel(id, hash, ChannelKind::Community);
        self.show(PeerProfile {
            id: PeerId::Channel(id),
            kind: DialogKind::Supergroup,
            name: title.to_owned(),
            username: None,
            is_protected: false,
            is_member,
        });
    }

    fn meet_channel(&mut self, id: i64, access_hash: Option<i64>, kind: ChannelKind) {
        if access_hash.is_some() {
            self.peers.push(Peer {
                access_hash,
                channel: Some(kind),
                ..Peer::new(PeerId::Channel(id))
            });
        }
    }

    fn chat_picture(&mut self, id: PeerId, photo: &enums::ChatPhoto) {
        if let enums::ChatPhoto::Photo(photo) = photo {
            self.picture(id, photo.photo_id, photo.dc_id);
        }
    }

    fn picture(&mut self, peer: PeerId, id: i64, dc: i32) {
        self.photos.insert(peer, PeerPhoto { id, dc });
    }

    fn show(&mut self, profile: PeerProfile) {
        self.profiles.insert(profile.id, profile);
    }
}

fn channel_kind(is_megagroup: bool, is_gigagroup: bool) -> ChannelKind {
    match (is_gigagroup, is_megagroup) {
        (true, _) => ChannelKind::Gigagroup,
        (false, true) => ChannelKind::Supergroup,
        (false, false) => ChannelKind::Broadcast,
    }
}

fn dialog_kind(kind: ChannelKind) -> DialogKind {
    match kind {
        ChannelKind::Broadcast => DialogKind::Channel,
        ChannelKind::Supergroup | ChannelKind::Gigagroup | ChannelKind::Community => {
            DialogKind::Supergroup
        }
    }
}

/// The public name that is in use, of those that someone has.
pub(super) fn active(names: Option<&[enums::Username]>) -> Option<String> {
    names.into_iter().flatten().find_map(|name| {
        let enums::Username::Username(name) = name;
        name.active.then(|| name.username.clone())
    })
}

/// Whom Telegram means.
pub(super) fn id_of(peer: &enums::Peer) -> PeerId {
    match peer {
        enums::Peer::User(user) => PeerId::User(user.user_id),
        enums::Peer::Chat(chat) => PeerId::Group(chat.chat_id),
        enums::Peer::Channel(channel) => PeerId::Channel(channel.channel_id),
    }
}

/// How to name a peer to Telegram; `None`: it takes an access hash that is not
/// there.
pub(super) fn input(id: PeerId, access_hash: Option<i64>, me: i64) -> Option<enums::InputPeer> {
    Some(match id {
        PeerId::User(id) if id == me => enums::InputPeer::PeerSelf,
        PeerId::User(user_id) => enums::InputPeer::User(types::InputPeerUser {
            user_id,
            access_hash: access_hash?,
        }),
        PeerId::Group(chat_id) => enums::InputPeer::Chat(types::InputPeerChat { chat_id }),
        PeerId::Channel(channel_id) => enums::InputPeer::Channel(types::InputPeerChannel {
            channel_id,
            access_hash: access_hash?,
        }),
    })
}
