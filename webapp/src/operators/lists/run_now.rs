//! Something that a page has done now, of what is done again and again.

/// Something that a page has done now; the form leads to the schedules.
pub(super) struct RunNow {
    pub(super) kind: &'static str,
    pub(super) title: &'static str,
    pub(super) explains: &'static str,
}
