//! Reading with a linked account's session: the domain's reading ports against
//! a local Telegram.

mod channels;
mod counts;
mod dialogs;
mod history;
mod media;
mod quiet;
mod records;
mod refusals;
mod rich;
mod sharing;
mod takeouts;

use std::sync::Arc;

use sesame_domain::account::Account;
use sesame_domain::reading::{DialogFolder, DialogPage, DialogQuery, HistoryFrom, HistoryQuery};
use sesame_domain::session::peer::PeerId;
use sesame_sandbox::world::{Chat, ChatKind, NewChat, NewMessage, Person};
use sesame_sessions::{Reader, SessionsSettings};

use crate::fixture::{Fixture, Node, owner};

/// Someone with a linked account, and someone they know.
pub(super) struct Readers {
    pub(super) fixture: Fixture,
    pub(super) node: Node,
    pub(super) ann: Person,
    pub(super) ben: Person,
    pub(super) account: Account,
    pub(super) reader: Reader,
}

impl Readers {
    pub(super) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// The same at a node with other settings.
    pub(super) async fn with(change: impl FnOnce(&mut SessionsSettings)) -> Self {
        let fixture = Fixture::new().await;
        let mut settings = fixture.settings();
        change(&mut settings);
        let node = fixture.node_with(settings);
        let ann = fixture.person(2);
        let ben = fixture.person(1);
        node.link_account(&fixture, &ann).await;
        let account = node.accounts.linked(&owner(&ann)).await.unwrap().unwrap();
        Self {
            reader: node.sessions.reader(),
            fixture,
            node,
            ann,
            ben,
            account,
        }
    }

    fn now(&self) -> i64 {
        self.fixture.world.clock().now()
    }

    /// A chat of the two, made by the other one.
    pub(super) fn chat(&self, kind: ChatKind, title: &str) -> Arc<Chat> {
        self.chat_named(kind, title, None)
    }

    pub(super) fn chat_named(
        &self,
        kind: ChatKind,
        title: &str,
        username: Option<&str>,
    ) -> Arc<Chat> {
        let new = NewChat {
            kind,
            title: title.to_owned(),
            username: username.map(str::to_owned),
            members: vec![self.ben.id, self.ann.id],
        };
        self.fixture.world.chats().create(new, self.now()).unwrap()
    }

    /// Says so many things in a chat.
    pub(super) fn say_all(&self, chat: &Chat, count: i32) {
        for turn in 1..=count {
            self.say(chat, &format!("message {turn}"));
        }
    }

    pub(super) fn say(&self, chat: &Chat, text: &str) -> i32 {
        let new = NewMessage {
            text: text.to_owned(),
            ..NewMessage::default()
        };
        self.say_this(chat, new)
    }

    pub(super) fn say_this(&self, chat: &Chat, new: NewMessage) -> i32 {
        self.fixture.world.chats().say(chat, new, self.now()).id
    }

    /// Lists all dialogs, so that the session meets them.
    pub(super) async fn meet_all(&self) -> Vec<DialogPage> {
        dialogs::all_pages(self, &query()).await
    }
}

/// All dialogs, from the first page on.
pub(super) fn query() -> DialogQuery {
    DialogQuery {
        folder: DialogFolder::Main,
        kinds: Vec::new(),
        after: None,
        limit: 100,
    }
}

pub(super) fn history_of(dialog: PeerId, from: HistoryFrom) -> HistoryQuery {
    HistoryQuery {
        dialog,
        from,
        limit: 100,
    }
}
