//! Schedules: implements [`sesame_domain::ports::Schedules`].

mod ending;
mod records;

pub(crate) use ending::note_end;
pub(crate) use records::begin_now;
