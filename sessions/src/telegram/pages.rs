//! Pages of messages, range by range where Telegram wants that.

use grammers_tl_types::functions;
use sesame_domain::reading::{HistoryFrom, HistoryQuery, ReadError};

use super::answer::Answer;
use super::history::request;
use super::open_takeout::{OpenTakeout, Range};
use super::ranges::{ranges, split};
use super::reading::Reading;

/// A page of a dialog's history, wherever it lies.
pub(super) async fn page(reading: &Reading<'_>, query: &HistoryQuery) -> Result<Answer, ReadError> {
    let request = request(reading, query)?;
    match split(reading, query.dialog) {
        Some(takeout) => in_ranges(reading, takeout, query, &request).await,
        None => Ok(Answer::of(reading.call(&request).await?)),
    }
}

async fn in_ranges(
    reading: &Reading<'_>,
    takeout: &OpenTakeout,
    query: &HistoryQuery,
    request: &functions::messages::GetHistory,
) -> Result<Answer, ReadError> {
    let ranges = ranges(reading, takeout).await?;
    let mut counts = match takeout.counts(query.dialog) {
        Some(counts) => counts,
        None => counted(reading, ranges, request).await?,
    };
    let mut found = None;
    for place in order(query.from, ranges) {
        // What is said meanwhile comes to the last one.
        if counts[place] == 0 && place + 1 < ranges.len() {
            continue;
        }
        let answer = reading.call_of(Some(ranges[place]), request).await?;
        let answer = Answer::of(answer);
        counts[place] = counts[place].max(answer.total);
        let is_it = !answer.messages.is_empty();
        found = Some(answer);
        if is_it {
            break;
        }
    }
    let total = counts
        .iter()
        .fold(0, |all: u32, it| all.saturating_add(*it));
    takeout.note_counts(query.dialog, counts);
    let mut found = found.unwrap_or_default();
    found.total = total;
    Ok(found)
}

/// How many messages of the dialog there are in each range.
async fn counted(
    reading: &Reading<'_>,
    ranges: &[Range],
    request: &functions::messages::GetHistory,
) -> Result<Vec<u32>, ReadError> {
    let newest = functions::messages::GetHistory {
        peer: request.peer.clone(),
        offset_id: 0,
        offset_date: 0,
        add_offset: 0,
        limit: 1,
        max_id: 0,
        min_id: 0,
        hash: 0,
    };
    let mut counts = Vec::with_capacity(ranges.len());
    for range in ranges {
        let answer = reading.call_of(Some(*range), &newest).await?;
        counts.push(Answer::of(answer).total);
    }
    Ok(counts)
}

/// The places of the ranges in which a page may begin, in the order of the pages.
fn order(from: HistoryFrom, ranges: &[Range]) -> Vec<usize> {
    let places = 0..ranges.len();
    match from {
        HistoryFrom::After(id) => places.filter(|place| ranges[*place].1 > id).collect(),
        HistoryFrom::Before(id) => {
            let places = places.rev().filter(|place| ranges[*place].0 < id);
            places.collect()
        }
        HistoryFrom::Newest | HistoryFrom::Until(_) => places.rev().collect(),
    }
}

#[cfg(test)]
mod tests {
    use sesame_domain::time::Timestamp;

    use super::*;

    #[test]
    fn a_page_is_looked_for_where_it_can_begin_in_the_direction_of_the_pages() {
        let ranges = [(1, 5_000), (5_001, 10_000), (10_001, i32::MAX)];
        let order = |from| order(from, &ranges);
        assert_eq!(order(HistoryFrom::After(0)), [0, 1, 2]);
        assert_eq!(order(HistoryFrom::After(4_999)), [0, 1, 2]);
        assert_eq!(order(HistoryFrom::After(5_000)), [1, 2]);
        assert_eq!(order(HistoryFrom::After(20_000)), [2]);
        assert_eq!(order(HistoryFrom::Before(5_001)), [0]);
        assert_eq!(order(HistoryFrom::Before(5_002)), [1, 0]);
        assert_eq!(order(HistoryFrom::Newest), [2, 1, 0]);
        let until = HistoryFrom::Until(Timestamp::UNIX_EPOCH);
        assert_eq!(order(until), [2, 1, 0]);
    }
}
