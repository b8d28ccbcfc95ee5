//! Exports of dialogs: what is chosen before one begins, how far it has come, and what
//! is said on its pages; and what is kept of those on the server.

mod choice;
mod estimate;
mod kept;
mod look_back;
mod mark;
mod phrase;
mod renewal;
mod run;
mod takeout;
mod way;

pub use choice::{ExportChoice, MediaChoice, UnknownMedia};
pub use estimate::ExportEstimate;
pub use kept::{Export, MadeExport};
pub use look_back::LookBack;
pub use mark::{ExportMark, Hole};
pub use phrase::{ExportWords, Phrase, PhraseId};
pub use renewal::{
    LastRenewal, RenewEvery, Renewal, RenewalEnd, RenewalOutcome, UnknownEvery, kept_for_the_next,
};
pub use run::ExportRun;
pub use way::ExportWay;
