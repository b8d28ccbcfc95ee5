//! Ranges of messages. Inside of an export Telegram splits the messages of private
//! chats and groups, which it numbers in common, into ranges by their numbers, and wants
//! each to be asked for by itself; a channel's are its own, and are not split.

use grammers_tl_types::{enums, functions};
use sesame_domain::reading::ReadError;
use sesame_domain::session::peer::PeerId;

use super::open_takeout::{OpenTakeout, Range};
use super::reading::Reading;

/// The numbers of messages, each range's by themselves; `None`: they are not split.
pub(super) async fn apart(
    reading: &Reading<'_>,
    dialog: PeerId,
    ids: &[i32],
) -> Result<Vec<(Option<Range>, Vec<i32>)>, ReadError> {
    let Some(takeout) = split(reading, dialog) else {
        return Ok(vec![(None, ids.to_vec())]);
    };
    let mut all = Vec::new();
    for range in ranges(reading, takeout).await? {
        let within = ids.iter().filter(|id| (range.0..=range.1).contains(id));
        let within: Vec<i32> = within.copied().collect();
        if !within.is_empty() {
            all.push((Some(*range), within));
        }
    }
    Ok(all)
}

/// In which range this message is; `None`: they are not split.
pub(super) async fn range_of(
    reading: &Reading<'_>,
    dialog: PeerId,
    id: i32,
) -> Result<Option<Range>, ReadError> {
    let apart = apart(reading, dialog, &[id]).await?;
    Ok(apart.into_iter().next().and_then(|(range, _)| range))
}

pub(super) fn split<'r>(reading: &Reading<'r>, dialog: PeerId) -> Option<&'r OpenTakeout> {
    match dialog {
        PeerId::User(_) | PeerId::Group(_) => reading.takeout(),
        PeerId::Channel(_) => None,
    }
}

/// The ranges, asked for once.
pub(super) async fn ranges<'t>(
    reading: &Reading<'_>,
    takeout: &'t OpenTakeout,
) -> Result<&'t [Range], ReadError> {
    let asked = async || {
        let ranges = reading
            .call(&functions::messages::GetSplitRanges {})
            .await?;
        let ranges = ranges.into_iter().map(|enums::MessageRange::Range(it)| {
            let (first, last) = (it.min_id, it.max_id);
            (first, last)
        });
        let mut ranges: Vec<Range> = ranges.collect();
        ranges.sort_unstable();
        if ranges.is_empty() {
            ranges.push((1, i32::MAX));
        }
        Ok::<_, ReadError>(ranges)
    };
    let ranges = takeout.ranges.get_or_try_init(asked).await?;
    Ok(ranges)
}
