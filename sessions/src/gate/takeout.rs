//! Calls inside of an export of Telegram's.

use grammers_tl_types::{Identifiable, RemoteCall, Serializable, enums, functions, types};

use super::request::{Counting, Repeat, Request};

type WithTakeout = functions::InvokeWithTakeout<functions::Ping>;
type WithRange = functions::InvokeWithMessagesRange<functions::Ping>;

/// A call inside of an export of Telegram's, where it has limits of its own; of private
/// chats and groups, within a range of their messages' numbers.
pub(crate) struct InTakeout<'r, R> {
    /// The export.
    pub(crate) takeout: i64,
    /// The first and the last number of the range.
    pub(crate) range: Option<(i32, i32)>,
    /// What is called.
    pub(crate) query: &'r R,
}

impl<R: Serializable> Serializable for InTakeout<'_, R> {
    fn serialize(&self, buf: &mut impl Extend<u8>) {
        WithTakeout::CONSTRUCTOR_ID.serialize(buf);
        self.takeout.serialize(buf);
        if let Some((min_id, max_id)) = self.range {
            WithRange::CONSTRUCTOR_ID.serialize(buf);
            let range = types::MessageRange { min_id, max_id };
            enums::MessageRange::Range(range).serialize(buf);
        }
        self.query.serialize(buf);
    }
}

impl<R: RemoteCall> RemoteCall for InTakeout<'_, R> {
    type Return = R::Return;
}

impl<R> Identifiable for InTakeout<'_, R> {
    const CONSTRUCTOR_ID: u32 = WithTakeout::CONSTRUCTOR_ID;
}

impl<R: Request> Request for InTakeout<'_, R> {
    const REPEAT: Repeat = R::REPEAT;
    const COUNTING: Counting = R::COUNTING;
    const METHOD: u32 = R::METHOD;
    const IS_INSIDE: bool = true;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_put_into_its_wrappers_as_the_schema_has_them() {
        let query = functions::messages::GetSplitRanges {};
        let range = types::MessageRange {
            min_id: 1,
            max_id: 5_000,
        };
        let wrapped = InTakeout {
            takeout: 7,
            range: None,
            query: &query,
        };
        let expected = functions::InvokeWithTakeout {
            takeout_id: 7,
            query: query.clone(),
        };
        assert_eq!(wrapped.to_bytes(), expected.to_bytes());
        let ranged = InTakeout {
            range: Some((1, 5_000)),
            ..wrapped
        };
        let expected = functions::InvokeWithTakeout {
            takeout_id: 7,
            query: functions::InvokeWithMessagesRange {
                range: enums::MessageRange::Range(range),
                query: query.clone(),
            },
        };
        assert_eq!(ranged.to_bytes(), expected.to_bytes());
    }
}
