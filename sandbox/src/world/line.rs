//! The lines to the data centres, and what is wrong with them.

use std::collections::HashMap;

use tokio::sync::watch;

use super::guarded::Guarded;

/// What is wrong with the lines to a data centre.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineState {
    /// Counts how often all connections were cut.
    pub cuts: u64,
    /// The fault that makes the data centre read but never answer.
    pub silenced_by: Option<i64>,
    /// The fault that makes the data centre turn connections away.
    pub refused_by: Option<i64>,
}

/// The lines to all data centres.
#[derive(Debug, Default)]
pub(super) struct Lines(Guarded<HashMap<i32, watch::Sender<LineState>>>);

impl Lines {
    /// Cuts all connections of a data centre.
    pub(super) fn cut(&self, dc: i32) {
        self.line(dc).send_modify(|line| line.cuts += 1);
    }

    /// Makes a data centre read but never answer.
    pub(super) fn silence(&self, dc: i32, fault: i64) {
        self.line(dc)
            .send_modify(|line| line.silenced_by = Some(fault));
    }

    /// Makes a data centre turn connections away, those included that it has.
    pub(super) fn refuse(&self, dc: i32, fault: i64) {
        self.line(dc).send_modify(|line| {
            line.cuts += 1;
            line.refused_by = Some(fault);
        });
    }

    /// The data centres of which this names a fault, each with the fault's id.
    pub(super) fn list(&self, fault: impl Fn(&LineState) -> Option<i64>) -> Vec<(i32, i64)> {
        let lines = self.0.read();
        let struck = lines.iter();
        let struck = struck.filter_map(|(dc, line)| fault(&line.borrow()).map(|id| (*dc, id)));
        struck.collect()
    }

    /// Lifts the faults that fit; `false` if there are none.
    pub(super) fn lift(&self, fits: impl Fn(i64) -> bool) -> bool {
        let mut lifted = false;
        for line in self.0.read().values() {
            lifted |= line.send_if_modified(|line| {
                let before = *line;
                line.silenced_by = line.silenced_by.filter(|id| !fits(*id));
                line.refused_by = line.refused_by.filter(|id| !fits(*id));
                before != *line
            });
        }
        lifted
    }

    pub(super) fn watch(&self, dc: i32) -> watch::Receiver<LineState> {
        self.line(dc).subscribe()
    }

    fn line(&self, dc: i32) -> watch::Sender<LineState> {
        if let Some(line) = self.0.read().get(&dc) {
            return line.clone();
        }
        let mut lines = self.0.write();
        lines.entry(dc).or_default().clone()
    }
}
