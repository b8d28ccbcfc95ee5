//! Many dialogs at once, for whoever wants to see how they are dealt with.

use super::chats::{Chat, ChatKind, NewChat, NewMessage};
use super::state::World;
use super::users::{User, UserKind};

/// The first id of those who have no more than a name.
const FIRST_USER: i64 = 6_000_000_000;
/// How far apart the latest messages of two dialogs are, in seconds.
const STEP: i64 = 67;

/// How many dialogs are to be made.
#[derive(Clone, Copy, Debug)]
pub struct ManyDialogs {
    /// How many.
    pub count: u32,
    /// How many of them are archived.
    pub archived: u32,
    /// How many of them are pinned.
    pub pinned: u32,
}

const FIRST_NAMES: [&str; 12] = [
    "Ada", "Boris", "Chiara", "Dmitri", "Elif", "Farid", "Greta", "Hiro", "Ines", "Jonas", "Keiko",
    "Liam",
];
const LAST_NAMES: [&str; 7] = [
    "Lindqvist",
    "Moreau",
    "Novak",
    "Okafor",
    "Petrov",
    "Rossi",
    "Tanaka",
];
const TOPICS: [&str; 9] = [
    "Harbour",
    "Chess",
    "Cycling",
    "Bakers",
    "Weather",
    "Trains",
    "Gardens",
    "Astronomy",
    "Choir",
];
const WORDS: [&str; 6] = [
    "See you at the quay.",
    "The boat is late today.",
    "Thanks, got it!",
    "Photos are coming tonight.",
    "Who brings the cake?",
    "New timetable from Monday on.",
];

impl World {
    /// Makes dialogs of a person with people, bots, groups, supergroups and channels
    /// in turn, as if they had always been there; gives the chats, the latest last.
    pub fn make_dialogs(&self, person: i64, many: ManyDialogs) -> Vec<i64> {
        let now = self.clock().now();
        let count = i64::from(many.count);
        let mut made = Vec::new();
        for number in 0..count {
            let date = now - (count - number) * STEP;
            if let Some(chat) = self.make_dialog(person, number, date) {
                made.push(chat);
            }
        }
        let lists = self.chats().lists();
        let share = |count: u32| usize::try_from(count).unwrap_or(0);
        for chat in made.iter().take(share(many.archived)) {
            lists.archive(person, *chat, true);
        }
        for chat in made.iter().rev().take(share(many.pinned)) {
            // At most as many as can be pinned.
            let _ = lists.pin(person, *chat, true);
        }
        made
    }

    fn make_dialog(&self, person: i64, number: i64, date: i64) -> Option<i64> {
        let pick = |from: &[&'static str], salt: i64| {
            let at = usize::try_from(number * 31 + salt).unwrap_or(0) % from.len();
            from[at]
        };
        let first_name = pick(&FIRST_NAMES, number / 12);
        let topic = pick(&TOPICS, number / 9);
        let kind = match number % 5 {
            0 | 4 => ChatKind::Private,
            1 => ChatKind::Group,
            2 => ChatKind::Supergroup,
            _ => ChatKind::Channel,
        };
        // Whoever they are, they are in one chat only.
        let other = self.free_user(number);
        let user = if number % 5 == 4 {
            User {
                username: Some(format!("{}_{number}_bot", topic.to_lowercase())),
                ..User::named(other, UserKind::Bot, &format!("{topic} Bot {number}"))
            }
        } else {
            User {
                last_name: Some(pick(&LAST_NAMES, number / 7).to_owned()),
                ..User::named(other, UserKind::Person, first_name)
            }
        };
        self.users().put(user);
        let private = kind == ChatKind::Private;
        let title = if private {
            String::new()
        } else {
            format!("{topic} {number}")
        };
        let new = NewChat {
            kind,
            title,
            username: None,
            members: vec![other, person],
        };
        let chat = self.chats().create(new, date).ok()?;
        self.say_something(&chat, other, number, date);
        if number % 3 == 0 {
            chat.mark_read(person, i32::MAX);
        }
        if number % 2 == 0 {
            let of = if private { other } else { chat.id };
            let dc = if number % 10 == 0 { 2 } else { 1 };
            self.photos().set(of, dc);
        }
        Some(chat.id)
    }

    fn say_something(&self, chat: &Chat, from: i64, number: i64, date: i64) {
        let at = usize::try_from(number).unwrap_or(0) % WORDS.len();
        let new = NewMessage {
            from: Some(from),
            date: Some(date),
            text: WORDS[at].to_owned(),
            ..NewMessage::default()
        };
        self.chats().put(chat, new, date);
    }

    fn free_user(&self, number: i64) -> i64 {
        let from = FIRST_USER + number;
        (from..)
            .step_by(100_000)
            .find(|id| self.user(*id).is_none())
            .unwrap_or(from)
    }
}
