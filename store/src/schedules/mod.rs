//! Schedules: implements [`sesame_domain::ports::Schedules`].

mod ending;
mod records;

pub(crate) use ending::note_end;

use crate::database::Database;

/// What is done again and again, in a database.
#[derive(Clone, Debug)]
pub struct ScheduleRows(Database);

impl Database {
    /// What is done again and again.
    pub fn schedules(&self) -> ScheduleRows {
        ScheduleRows(self.clone())
    }
}
