//! Reading with an account's session. Each call opens the session if it is not
//! open, which is a use of the account and in its audit; the calls that follow
//! share it.

mod channels;
mod counts;
mod dialogs;
mod history;
mod media;
mod records;
mod takeouts;

pub use channels::ReadChannels;
pub use counts::ReadCounts;
pub use dialogs::ReadDialogs;
pub use history::ReadHistory;
pub use media::ReadMedia;
pub use records::ReadRecords;
pub use takeouts::{InTakeout, Takeouts};
