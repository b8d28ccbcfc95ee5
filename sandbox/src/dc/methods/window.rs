//! Which part of a history is wanted.

use crate::world::{Message, Seen};

/// Which part of a history is wanted
/// (<https://core.telegram.org/api/offsets>).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Window {
    pub(super) offset_id: i32,
    pub(super) offset_date: i32,
    pub(super) add_offset: i32,
    pub(super) limit: i32,
    pub(super) max_id: i32,
    pub(super) min_id: i32,
}

impl Window {
    /// That part of the messages that are wanted at all, newest first.
    pub(super) fn cut(self, seen: Seen<'_>, wanted: impl Fn(&Message) -> bool) -> Vec<Message> {
        let first_newer = if self.offset_id > 0 {
            self.offset_id
        } else if self.offset_date > 0 {
            seen.first_since(i64::from(self.offset_date))
        } else {
            i32::MAX
        };
        let number = |count: i32| usize::try_from(count).unwrap_or(0);
        // A negative offset begins so many messages earlier, that is, newer ones.
        let newer_asked = number(self.add_offset.saturating_neg());
        let mut page: Vec<Message> = Vec::new();
        if newer_asked > 0 {
            let newer = seen.from(first_newer).filter(&wanted);
            page.extend(newer.take(newer_asked));
            page.reverse();
        }
        // Those that are not there are counted as if they were.
        let missing = newer_asked - page.len();
        let limit = number(self.limit).saturating_sub(missing);
        page.truncate(limit);
        let left = limit - page.len();
        let older = seen.below(first_newer).filter(&wanted);
        page.extend(older.skip(number(self.add_offset)).take(left));
        page.retain(|message| {
            (self.max_id == 0 || message.id < self.max_id) && message.id > self.min_id
        });
        page
    }
}
