//! How far an export has come.

use serde::{Deserialize, Serialize};

/// Which messages of a dialog an export has: all from the oldest to the newest, but
/// for the holes. Messages are read from the oldest to the latest, so whatever was
/// interrupted, and whatever is new, goes on at the same end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportMark {
    /// The number of the first message that there was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest: Option<i32>,
    /// Up to here everything was read; 0: nothing yet.
    #[serde(default)]
    pub newest: i32,
    /// What could not be read in between, from the oldest on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holes: Vec<Hole>,
}

/// Messages that could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hole {
    /// The first that is missing.
    pub first: i32,
    /// The last.
    pub last: i32,
}

impl ExportMark {
    /// Messages with these numbers were read, and none between them and what was
    /// read before is missing.
    pub fn read(&mut self, first: i32, last: i32) {
        self.oldest.get_or_insert(first);
        self.newest = self.newest.max(last);
    }

    /// Nothing up to this message is wanted: it begins behind it.
    pub fn begin_behind(&mut self, last: i32) {
        self.newest = self.newest.max(last);
    }

    /// What lies between the mark and this message could not be read: it goes on
    /// behind it.
    pub fn skip_to(&mut self, last: i32) {
        if last <= self.newest {
            return;
        }
        let first = self.newest + 1;
        match self.holes.last_mut() {
            Some(hole) if hole.last + 1 == first => hole.last = last,
            _ => self.holes.push(Hole { first, last }),
        }
        self.newest = last;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_goes_on_and_remembers_what_was_skipped() {
        let mut mark = ExportMark::default();
        mark.begin_behind(2);
        assert_eq!((mark.oldest, mark.newest), (None, 2));
        mark.read(3, 100);
        mark.skip_to(101);
        mark.skip_to(102);
        mark.read(103, 200);
        mark.skip_to(150);
        let hole = Hole {
            first: 101,
            last: 102,
        };
        assert_eq!((mark.oldest, mark.newest), (Some(3), 200));
        assert_eq!(mark.holes, [hole]);
        let stored = serde_json::to_string(&mark).unwrap();
        assert_eq!(serde_json::from_str::<ExportMark>(&stored).unwrap(), mark);
    }
}
