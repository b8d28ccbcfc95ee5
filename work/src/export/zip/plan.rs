//! Where every byte of an archive comes from.

use std::collections::HashSet;
use std::ops::Range;

use super::record::{before, end, listed};
use super::{ZipEntry, ZipError};

/// Where every byte of an archive comes from.
#[derive(Clone, Debug)]
pub struct ZipPlan {
    entries: Vec<ZipEntry>,
    /// Where each entry's record begins.
    begins: Vec<u64>,
    /// Where the list of entries begins.
    list_begins: u64,
    list: Vec<u8>,
}

/// A part of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// These bytes.
    Bytes(Vec<u8>),
    /// This part of an entry's content.
    Content {
        /// Which entry.
        entry: usize,
        /// From where to where.
        range: Range<u64>,
    },
}

impl ZipPlan {
    /// An archive of these files, in this order.
    ///
    /// # Errors
    /// When a path is none or leads elsewhere, or when two are the same.
    pub fn new(entries: Vec<ZipEntry>) -> Result<Self, ZipError> {
        let mut seen = HashSet::new();
        let mut begins = Vec::with_capacity(entries.len());
        let mut at = 0_u64;
        let mut list = Vec::new();
        for (number, entry) in entries.iter().enumerate() {
            if !is_path(&entry.path) {
                return Err(ZipError::Path(number));
            }
            if !seen.insert(entry.path.as_str()) {
                return Err(ZipError::Twice(number));
            }
            begins.push(at);
            list.extend(listed(entry, at));
            let record = u64::try_from(before(entry).len()).map_err(|_| ZipError::TooLarge)?;
            let next = at
                .checked_add(record)
                .and_then(|at| at.checked_add(entry.size));
            at = next.ok_or(ZipError::TooLarge)?;
        }
        let length = u64::try_from(list.len()).map_err(|_| ZipError::TooLarge)?;
        list.extend(end(entries.len(), at, length));
        let plan = Self {
            entries,
            begins,
            list_begins: at,
            list,
        };
        at.checked_add(plan.list_length())
            .ok_or(ZipError::TooLarge)?;
        Ok(plan)
    }

    /// How many bytes the archive has.
    pub fn length(&self) -> u64 {
        self.list_begins.saturating_add(self.list_length())
    }

    /// The files in it.
    pub fn entries(&self) -> &[ZipEntry] {
        &self.entries
    }

    /// The parts of a range of the archive, in order; what lies behind its end is
    /// left out.
    pub fn pieces(&self, range: Range<u64>) -> impl Iterator<Item = Piece> {
        let first = self.begins.partition_point(|begins| *begins <= range.start);
        let entries = self
            .entries
            .iter()
            .enumerate()
            .skip(first.saturating_sub(1));
        let until = range.end;
        let entries = entries
            .take_while(move |(number, _)| self.begins[*number] < until)
            .flat_map({
                let range = range.clone();
                move |(number, entry)| self.of_entry(number, entry, &range)
            });
        let list = cut(&self.list, self.list_begins, &range);
        entries.chain(list)
    }

    fn of_entry(&self, number: usize, entry: &ZipEntry, range: &Range<u64>) -> Vec<Piece> {
        let begins = self.begins[number];
        let record = before(entry);
        let content = begins.saturating_add(u64::try_from(record.len()).unwrap_or(u64::MAX));
        let mut pieces: Vec<Piece> = cut(&record, begins, range).into_iter().collect();
        let ends = content.saturating_add(entry.size);
        let (from, until) = (range.start.max(content), range.end.min(ends));
        if from < until {
            pieces.push(Piece::Content {
                entry: number,
                range: from - content..until - content,
            });
        }
        pieces
    }

    fn list_length(&self) -> u64 {
        u64::try_from(self.list.len()).unwrap_or(u64::MAX)
    }
}

/// The part of bytes that begin there which lies within a range.
fn cut(bytes: &[u8], begins: u64, range: &Range<u64>) -> Option<Piece> {
    let place = |at: u64| {
        let inside = usize::try_from(at.saturating_sub(begins)).unwrap_or(usize::MAX);
        inside.min(bytes.len())
    };
    let part = &bytes[place(range.start)..place(range.end.max(range.start))];
    (!part.is_empty()).then(|| Piece::Bytes(part.to_vec()))
}

/// Whether a path stays within the folder in which an archive is unpacked, on any
/// system.
fn is_path(path: &str) -> bool {
    let is_short = path.len() < usize::from(u16::MAX);
    let parts = path.split('/');
    is_short
        && !path.contains(['\\', ':', '\0'])
        && parts
            .into_iter()
            .all(|part| !matches!(part, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, NaiveDateTime};
    use proptest::prelude::*;

    use super::*;

    fn modified() -> NaiveDateTime {
        let day = NaiveDate::from_ymd_opt(2026, 11, 28).unwrap();
        day.and_hms_opt(12, 30, 58).unwrap()
    }

    fn entry(path: &str, size: u64) -> ZipEntry {
        ZipEntry {
            path: path.to_owned(),
            size,
            crc32: 0,
            modified: modified(),
        }
    }

    /// The bytes of a range; of contents, the number of the entry.
    fn bytes(plan: &ZipPlan, range: Range<u64>) -> Vec<u8> {
        let mut bytes = Vec::new();
        for piece in plan.pieces(range) {
            match piece {
                Piece::Bytes(some) => bytes.extend(some),
                Piece::Content { entry, range } => {
                    let length = usize::try_from(range.end - range.start).unwrap();
                    bytes.extend(std::iter::repeat_n(u8::try_from(entry).unwrap(), length));
                }
            }
        }
        bytes
    }

    #[test]
    fn paths_that_lead_elsewhere_and_doubles_are_refused() {
        for path in [
            "",
            "/etc/passwd",
            "../a",
            "a/../b",
            "a//b",
            "a\\b",
            "C:/a",
            "a/",
            "./a",
        ] {
            let plan = ZipPlan::new(vec![entry("ok", 1), entry(path, 1)]);
            assert_eq!(plan.unwrap_err(), ZipError::Path(1), "{path}");
        }
        let plan = ZipPlan::new(vec![entry("a", 1), entry("a", 2)]);
        assert_eq!(plan.unwrap_err(), ZipError::Twice(1));
        let plan = ZipPlan::new(vec![entry("a", u64::MAX)]);
        assert_eq!(plan.unwrap_err(), ZipError::TooLarge);
    }

    #[test]
    fn the_long_forms_appear_only_where_they_are_needed() {
        let has_long = |plan: &ZipPlan| {
            let list = bytes(plan, plan.list_begins..plan.length());
            list.windows(4).any(|four| four == [0x50, 0x4b, 6, 6])
        };
        let most = u64::from(u32::MAX);
        let small = ZipPlan::new(vec![entry("a", 5), entry("b", most - 200)]).unwrap();
        assert!(!has_long(&small));
        for (entries, needs) in [
            (vec![entry("a", most - 1)], false),
            (vec![entry("a", most - 1), entry("b", 1)], true),
            (vec![entry("a", 1), entry("b", 1)], false),
        ] {
            // An entry that is long says so by itself; only where the list lies
            // makes the end long.
            let plan = ZipPlan::new(entries).unwrap();
            assert_eq!(has_long(&plan), needs || plan.list_begins >= most);
        }
        let many = (0..65_535).map(|number| entry(&number.to_string(), 0));
        assert!(has_long(&ZipPlan::new(many.clone().collect()).unwrap()));
        assert!(!has_long(&ZipPlan::new(many.skip(1).collect()).unwrap()));
    }

    proptest! {
        #[test]
        fn any_range_is_a_part_of_the_whole(
            sizes in prop::collection::vec(0_u64..50, 0..6),
            from in 0_u64..700,
            length in 0_u64..700,
        ) {
            let entries = sizes.iter().enumerate();
            let entries = entries.map(|(number, size)| entry(&format!("file {number}"), *size));
            let plan = ZipPlan::new(entries.collect()).unwrap();
            let whole = bytes(&plan, 0..plan.length());
            prop_assert_eq!(u64::try_from(whole.len()).unwrap(), plan.length());
            let place = |at: u64| usize::try_from(at).unwrap().min(whole.len());
            let part = bytes(&plan, from..from + length);
            prop_assert_eq!(part, &whole[place(from)..place(from + length)]);
        }
    }
}
